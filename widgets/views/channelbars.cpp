#include "widgets/views/channelbars.h"

#include "widgets/common/fonts.h"
#include "widgets/common/palette.h"
#include "widgets/common/wording.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace plumbline {

namespace {

/// "2.3 std": another measure than the divergence of the layer, which is in multiples of how far batches move.
QString deviationsText(double count) { return timesText(count).chopped(1) + QStringLiteral(" std"); }

} // namespace

ChannelBars::ChannelBars(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Channels by the distance of their mean from training's, in standard deviations"));
}

void ChannelBars::setDivergence(const std::vector<double>& byChannel) {
    m_bars.clear();
    for (std::size_t i = 0; i < byChannel.size(); ++i)
        if (!std::isnan(byChannel[i]))
            m_bars.emplace_back(static_cast<int>(i), byChannel[i]);
    std::stable_sort(m_bars.begin(), m_bars.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    if (m_bars.size() > 8)
        m_bars.resize(8);
    QStringList words;
    for (const auto& [channel, multiple] : m_bars)
        words << tr("channel %1: %2").arg(channel).arg(deviationsText(multiple));
    setAccessibleDescription(words.join(", "));
    updateGeometry();
    update();
}

void ChannelBars::paintEvent(QPaintEvent*) {
    if (m_bars.empty())
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto font = monoFont();
    const QFontMetrics metrics(font);
    painter.setFont(font);
    double label = 0, value = 0;
    for (const auto& [channel, multiple] : m_bars) {
        label = std::max<double>(label, metrics.horizontalAdvance(QString::number(channel)));
        value = std::max<double>(value, metrics.horizontalAdvance(deviationsText(multiple)));
    }
    const double left = label + 8, room = std::max(10.0, width() - left - value - 10);
    const double top = std::isinf(m_bars.front().second) ? 1 : std::max(1.0, m_bars.front().second);
    for (std::size_t i = 0; i < m_bars.size(); ++i) {
        const auto& [channel, multiple] = m_bars[i];
        const double y = static_cast<double>(i) * lineHeight;
        const double length = std::isinf(multiple) ? room : std::max(2.0, multiple / top * room);
        painter.setPen(color(Role::secondaryText));
        painter.drawText(QRectF(0, y, label, lineHeight), Qt::AlignRight | Qt::AlignVCenter, QString::number(channel));
        painter.setPen(Qt::NoPen);
        painter.setBrush(divergenceColor(multiple));
        painter.drawRoundedRect(QRectF(left, y + 4.5, length, lineHeight - 9), 2, 2);
        painter.setPen(color(Role::text));
        painter.drawText(QRectF(left + length + 8, y, value + 10, lineHeight), Qt::AlignLeft | Qt::AlignVCenter,
                         deviationsText(multiple));
    }
}

void ChannelBars::mousePressEvent(QMouseEvent* event) {
    const auto bar = static_cast<std::size_t>(event->position().y() / lineHeight);
    if (bar < m_bars.size())
        emit channelPicked(m_bars[bar].first);
}

} // namespace plumbline
