#pragma once
// Two histograms in one small picture: training in grey behind, the prediction in orange before it.

#include "core/tensor/statistics.h"
#include "widgets/common/palette.h"

#include <QWidget>

#include <optional>

namespace plumbline {

/// Heights (0..1) of equal bins over one range, ready to be drawn any number of times.
struct HistogramPair {
    double from = 0, to = 1;                  ///< the edges of the outermost bins
    double least = 0, largest = 1;            ///< the extremes themselves
    std::vector<double> training, prediction; ///< empty where there is none
    bool isEmpty() const { return training.empty() && prediction.empty(); }

    /// The range covers both sides. Heights follow the square root of the counts, so that a spike leaves the rest
    /// readable.
    static HistogramPair of(const Statistics* training, const Statistics* prediction, int bins);
};

/// Draws the bars standing on the bottom of `area`. A prediction without training is drawn in `alone`.
void paintHistogram(QPainter& painter, const QRectF& area, const HistogramPair& pair, Role alone = Role::divergence);

class HistogramView final : public QWidget {
    Q_OBJECT
public:
    explicit HistogramView(QWidget* parent = nullptr);
    /// `rows` says which rows of training the grey is of.
    void setStatistics(const Statistics* training, const Statistics* prediction, Role alone, const QString& rows);
    QSize sizeHint() const override { return {200, 52}; }
    QSize minimumSizeHint() const override { return {80, 52}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    HistogramPair m_pair;
    Role m_alone = Role::divergence;
};

} // namespace plumbline
