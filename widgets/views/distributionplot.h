#pragma once
// Training against prediction as filled outlines of their histograms, each as high as its own peak: what is compared is
// where they stand, not how many elements they have. The counts' axis is linear or logarithmic.

#include "core/tensor/statistics.h"

#include <QWidget>

#include <optional>

class QCustomPlot;

namespace plumbline {

class DistributionPlot final : public QWidget {
    Q_OBJECT
public:
    explicit DistributionPlot(QWidget* parent = nullptr);
    void setStatistics(const Statistics* training, const Statistics* prediction);
    /// Which rows the grey behind is of; empty where there is none.
    void setTrainingRows(const QString& rows);
    bool isLogarithmic() const { return m_logarithmic; }
    void setLogarithmic(bool logarithmic);
    QSize sizeHint() const override { return {240, 116}; }
    /// How many series are drawn.
    int seriesCount() const;

protected:
    void mouseDoubleClickEvent(QMouseEvent* event) override;

private:
    void rebuild();
    void recolor();
    QCustomPlot* m_plot;
    std::optional<Statistics> m_training, m_prediction;
    bool m_logarithmic = false;
};

} // namespace plumbline
