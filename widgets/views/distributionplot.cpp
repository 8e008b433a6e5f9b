#include "widgets/views/distributionplot.h"

#include "widgets/common/fonts.h"
#include "widgets/common/histogramview.h"
#include "widgets/common/palette.h"
#include "widgets/common/wording.h"

#include <QVBoxLayout>
#include <qcustomplot.h>

namespace plumbline {

namespace {

constexpr int bins = 72;

// A bar of equal width a bin, as a stepped outline: QCPBars would draw gaps at fractional pixels.
void addSteps(QCustomPlot& plot, const std::vector<double>& counts, double from, double to, const QColor& ink,
              double floor) {
    auto* graph = plot.addGraph();
    graph->setLineStyle(QCPGraph::lsStepLeft);
    auto fill = ink;
    fill.setAlphaF(0.62F);
    graph->setPen(QPen(ink, 1));
    graph->setBrush(fill);
    graph->setAntialiased(false);
    graph->setAntialiasedFill(false);
    const double step = (to - from) / static_cast<double>(counts.size());
    QVector<double> x, y;
    for (std::size_t i = 0; i <= counts.size(); ++i) {
        x << from + step * static_cast<double>(i);
        y << std::max(floor, i < counts.size() ? counts[i] : 0.0);
    }
    graph->setData(x, y, true);
}

std::vector<double> shares(const std::optional<Statistics>& statistics, double from, double to) {
    if (!statistics || statistics->histogram.isEmpty())
        return {};
    auto counts = statistics->histogram.resampled(from, to, bins);
    const auto peak = *std::max_element(counts.begin(), counts.end());
    for (auto& count : counts)
        count /= peak > 0 ? peak : 1;
    return counts;
}

} // namespace

DistributionPlot::DistributionPlot(QWidget* parent) : QWidget(parent), m_plot(new QCustomPlot(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_plot);
    setFixedHeight(116);
    setAccessibleName(tr("Distribution of values, training and prediction"));
    m_plot->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_plot->axisRect()->setAutoMargins(QCP::msBottom);
    m_plot->axisRect()->setMargins(QMargins(4, 2, 4, 0));
    m_plot->yAxis->setVisible(false);
    m_plot->xAxis->grid()->setVisible(false);
    m_plot->xAxis->setTickLabelFont(monoFont(10.5));
    m_plot->xAxis->ticker()->setTickCount(4);
    m_plot->xAxis->setSubTicks(false);
    m_plot->xAxis->setTickLength(0, 3);
    m_plot->xAxis->setNumberFormat("g");
    m_plot->xAxis->setNumberPrecision(4);
    recolor();
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        recolor();
        rebuild();
    });
}

void DistributionPlot::recolor() {
    m_plot->setBackground(QBrush(color(Role::surface)));
    m_plot->xAxis->setBasePen(QPen(color(Role::border)));
    m_plot->xAxis->setTickPen(QPen(color(Role::border)));
    m_plot->xAxis->setTickLabelColor(color(Role::secondaryText));
}

void DistributionPlot::setStatistics(const Statistics* training, const Statistics* prediction) {
    m_training = training ? std::optional(*training) : std::nullopt;
    m_prediction = prediction ? std::optional(*prediction) : std::nullopt;
    rebuild();
}

void DistributionPlot::setTrainingRows(const QString& rows) {
    setAccessibleName(rows.isEmpty() ? tr("Distribution of the prediction's values")
                                     : tr("Distribution of values: %1 in grey, the prediction in colour").arg(rows));
    setToolTip(accessibleName());
}

void DistributionPlot::setLogarithmic(bool logarithmic) {
    m_logarithmic = logarithmic;
    rebuild();
}

int DistributionPlot::seriesCount() const { return m_plot->graphCount(); }

void DistributionPlot::mouseDoubleClickEvent(QMouseEvent*) { setLogarithmic(!m_logarithmic); }

void DistributionPlot::rebuild() {
    m_plot->clearGraphs();
    const auto pair =
        HistogramPair::of(m_training ? &*m_training : nullptr, m_prediction ? &*m_prediction : nullptr, bins);
    if (!pair.isEmpty()) {
        const auto training = shares(m_training, pair.from, pair.to),
                   prediction = shares(m_prediction, pair.from, pair.to);
        double top = 0, least = 1;
        for (const auto* series : {&training, &prediction})
            for (const double share : *series) {
                top = std::max(top, share);
                if (share > 0)
                    least = std::min(least, share);
            }
        const double floor = m_logarithmic ? least / 2 : 0;
        m_plot->yAxis->setScaleType(m_logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
        if (!training.empty())
            addSteps(*m_plot, training, pair.from, pair.to, color(Role::training), floor);
        if (!prediction.empty())
            addSteps(*m_plot, prediction, pair.from, pair.to,
                     color(training.empty() ? Role::training : Role::divergence), floor);
        m_plot->xAxis->setRange(pair.from, pair.to);
        m_plot->yAxis->setRange(floor, top * 1.05);
        setAccessibleDescription(tr("values from %1").arg(rangeText(pair.least, pair.largest)));
    }
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

} // namespace plumbline
