#include "widgets/common/histogramview.h"

#include "widgets/common/fonts.h"
#include "widgets/common/wording.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace plumbline {

namespace {

std::vector<double> heights(const Statistics* statistics, double from, double to, int bins) {
    if (!statistics || statistics->histogram.isEmpty())
        return {};
    auto counts = statistics->histogram.resampled(from, to, static_cast<std::size_t>(bins));
    const double top = *std::max_element(counts.begin(), counts.end());
    for (auto& count : counts)
        count = top > 0 ? std::sqrt(std::max(0.0, count) / top) : 0;
    return counts;
}

void paintBars(QPainter& painter, const QRectF& area, const std::vector<double>& bars, QColor ink) {
    if (bars.empty())
        return;
    const double width = area.width() / static_cast<double>(bars.size());
    painter.setPen(Qt::NoPen);
    painter.setBrush(ink);
    for (std::size_t i = 0; i < bars.size(); ++i) {
        if (bars[i] <= 0)
            continue;
        const double height = std::max(1.0, bars[i] * area.height());
        painter.drawRect(QRectF(area.left() + width * static_cast<double>(i), area.bottom() - height, width, height));
    }
}

} // namespace

HistogramPair HistogramPair::of(const Statistics* training, const Statistics* prediction, int bins) {
    HistogramPair pair;
    bool found = false;
    for (const auto* statistics : {training, prediction}) {
        if (!statistics || statistics->histogram.isEmpty())
            continue;
        const auto& bins16 = statistics->histogram.bins();
        const double low = Histogram::lowerEdge(bins16.front().key), high = Histogram::upperEdge(bins16.back().key);
        pair.least = found ? std::min(pair.least, statistics->min) : statistics->min;
        pair.largest = found ? std::max(pair.largest, statistics->max) : statistics->max;
        pair.from = found ? std::min(pair.from, low) : low;
        pair.to = found ? std::max(pair.to, high) : high;
        found = true;
    }
    if (!found || !std::isfinite(pair.to - pair.from))
        return {};
    if (!(pair.largest > pair.least)) { // one value: the width of its bin is no scale to draw it on
        const double around = std::max(0.5, std::abs(pair.least) / 2);
        pair.from = pair.least - around;
        pair.to = pair.least + around;
    }
    pair.training = heights(training, pair.from, pair.to, bins);
    pair.prediction = heights(prediction, pair.from, pair.to, bins);
    return pair;
}

void paintHistogram(QPainter& painter, const QRectF& area, const HistogramPair& pair, Role alone) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, false);
    auto grey = color(Role::training);
    grey.setAlphaF(0.55F);
    paintBars(painter, area, pair.training, grey);
    auto ink = color(pair.training.empty() ? alone : Role::divergence);
    ink.setAlphaF(0.78F);
    paintBars(painter, area, pair.prediction, ink);
    painter.restore();
}

HistogramView::HistogramView(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Histogram"));
}

void HistogramView::setStatistics(const Statistics* training, const Statistics* prediction, Role alone,
                                  const QString& rows) {
    m_pair = HistogramPair::of(training, prediction, 56);
    m_alone = alone;
    if (!m_pair.isEmpty())
        setAccessibleDescription(tr("values from %1").arg(rangeText(m_pair.least, m_pair.largest)));
    setToolTip(!training || rows.isEmpty() ? QString()
               : prediction                ? tr("grey: %1; in colour: the prediction").arg(rows)
                                           : tr("of %1").arg(rows));
    update();
}

void HistogramView::paintEvent(QPaintEvent*) {
    if (m_pair.isEmpty())
        return;
    QPainter painter(this);
    const auto font = monoFont(10.5);
    const int line = QFontMetrics(font).height();
    const QRectF area = QRectF(rect()).adjusted(0, 0, 0, -line - 2);
    paintHistogram(painter, area, m_pair, m_alone);
    painter.setPen(color(Role::border));
    painter.drawLine(area.bottomLeft(), area.bottomRight());
    painter.setFont(font);
    painter.setPen(color(Role::secondaryText));
    const QRectF labels(0, area.bottom() + 2, width(), line);
    const auto shortText = [](double value) { return QString::number(value, 'g', 3); };
    painter.drawText(labels, Qt::AlignLeft, shortText(m_pair.least));
    painter.drawText(labels, Qt::AlignRight, shortText(m_pair.largest));
    const double middle = m_pair.from < 0 && m_pair.to > 0 ? 0 : (m_pair.from + m_pair.to) / 2;
    const double at = (middle - m_pair.from) / (m_pair.to - m_pair.from) * width();
    const double half = QFontMetricsF(font).horizontalAdvance(shortText(middle)) / 2;
    if (at - half > QFontMetricsF(font).horizontalAdvance(shortText(m_pair.least)) + 8 &&
        at + half < width() - QFontMetricsF(font).horizontalAdvance(shortText(m_pair.largest)) - 8)
        painter.drawText(QRectF(at - half - 2, labels.top(), 2 * half + 4, line), Qt::AlignHCenter, shortText(middle));
}

} // namespace plumbline
