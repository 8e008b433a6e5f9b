#pragma once
// Training against prediction as filled curves of their histograms, with an axis of values and a linear or logarithmic one of counts.

#include "core/tensor/histogram.h"

#include <QWidget>

#include <optional>

class QCustomPlot;

namespace plumbline {

class DistributionPlot final : public QWidget {
    Q_OBJECT
public:
    explicit DistributionPlot(QWidget* parent = nullptr);
    void setHistograms(const Histogram* training, const Histogram* prediction);
    bool isLogarithmic() const { return m_logarithmic; }
    void setLogarithmic(bool logarithmic);
    QSize sizeHint() const override { return {240, 116}; }
    /// For tests: how many series are drawn.
    int seriesCount() const;

protected:
    void mouseDoubleClickEvent(QMouseEvent* event) override;

private:
    void rebuild();
    void recolor();
    QCustomPlot* m_plot;
    std::optional<Histogram> m_training, m_prediction;
    bool m_logarithmic = false;
};

} // namespace plumbline
