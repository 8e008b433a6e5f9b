#include "widgets/views/rangecontrol.h"

#include "widgets/common/colormap.h"
#include "widgets/common/fonts.h"
#include "widgets/common/palette.h"
#include "widgets/common/wording.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace plumbline {

namespace {
constexpr int barCount = 64;
constexpr double handleWidth = 9, handleHeight = 16, trackHeight = 8, histogramHeight = 16;
constexpr double marginShare = 0.08; ///< of the values' span, at each side: room to drag an end outwards
} // namespace

RangeControl::RangeControl(QWidget* parent) : QWidget(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Range of the colours"));
    setToolTip(tr("Drag an end, or the part between; double-click fits the range to the values.\n"
                  "Keyboard: ← → move an end, ↑ ↓ choose which, Home fits."));
}

void RangeControl::setValues(const std::vector<double>& values) {
    m_values.clear();
    std::copy_if(values.begin(), values.end(), std::back_inserter(m_values),
                 [](double value) { return std::isfinite(value); });
    std::sort(m_values.begin(), m_values.end());
    m_least = m_values.empty() ? 0 : m_values.front();
    m_largest = m_values.empty() ? 0 : m_values.back();
    setRange(m_from, m_to);
}

void RangeControl::setRange(double from, double to) {
    m_from = from;
    m_to = to;
    if (m_drag == Drag::none) { // an extent that moved under the pointer would carry the end away with it
        const double low = std::min(m_least, m_from), high = std::max(m_largest, m_to);
        const double margin = high > low ? (high - low) * marginShare : std::max(0.5, std::abs(high) * marginShare);
        m_low = low - margin;
        m_high = high + margin;
        m_bars.assign(barCount, 0);
        for (const double value : m_values) {
            const double share = (value - m_low) / (m_high - m_low);
            m_bars[static_cast<std::size_t>(std::clamp(static_cast<int>(share * barCount), 0, barCount - 1))] += 1;
        }
        const double top = *std::max_element(m_bars.begin(), m_bars.end());
        for (auto& bar : m_bars)
            bar = top > 0 ? std::sqrt(bar / top) : 0;
    }
    count();
    update();
}

void RangeControl::count() {
    m_below = static_cast<int>(std::lower_bound(m_values.begin(), m_values.end(), m_from) - m_values.begin());
    m_above = static_cast<int>(m_values.end() - std::upper_bound(m_values.begin(), m_values.end(), m_to));
    setAccessibleDescription(
        tr("%1; values below: %2, above: %3").arg(rangeText(m_from, m_to)).arg(m_below).arg(m_above));
}

QRectF RangeControl::bar() const {
    return QRectF(handleWidth / 2, histogramHeight, width() - handleWidth, trackHeight);
}

double RangeControl::positionOf(double value) const {
    return bar().left() + std::clamp((value - m_low) / (m_high - m_low), 0.0, 1.0) * bar().width();
}

double RangeControl::valueAt(double x) const {
    return m_low + std::clamp((x - bar().left()) / bar().width(), 0.0, 1.0) * (m_high - m_low);
}

QRectF RangeControl::handle(End end) const {
    const double at = positionOf(end == End::from ? m_from : m_to);
    return QRectF(at - handleWidth / 2, bar().center().y() - handleHeight / 2, handleWidth, handleHeight);
}

void RangeControl::edit(double from, double to) {
    setRange(from, to);
    emit rangeEdited(from, to);
}

void RangeControl::move(End end, double value) {
    m_active = end;
    const double least = (m_high - m_low) / 1000; // the colours need some width
    if (end == End::from)
        edit(std::min(value, m_to - least), m_to);
    else
        edit(m_from, std::max(value, m_from + least));
}

void RangeControl::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setPen(Qt::NoPen);
    const auto track = bar();
    const double width = track.width() / static_cast<double>(m_bars.size());
    for (std::size_t i = 0; i < m_bars.size(); ++i) {
        if (m_bars[i] <= 0)
            continue;
        const double left = track.left() + width * static_cast<double>(i), middle = left + width / 2;
        const bool outside = middle < positionOf(m_from) || middle > positionOf(m_to);
        painter.setBrush(mixed(color(Role::training), color(Role::surface), outside ? 0.6 : 0.1));
        const double height = std::max(1.0, m_bars[i] * (histogramHeight - 2));
        painter.drawRect(QRectF(left, histogramHeight - height - 1, width, height));
    }
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(color(Role::sunken));
    painter.setPen(color(Role::border));
    painter.drawRoundedRect(track.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    const double left = positionOf(m_from), right = positionOf(m_to);
    QLinearGradient gradient(left, 0, right, 0);
    for (int i = 0; i <= 8; ++i)
        gradient.setColorAt(i / 8.0, QColor(scaleColor(i / 8.0)));
    painter.fillRect(QRectF(left, track.top(), right - left, track.height()), gradient);
    for (const auto end : {End::from, End::to}) {
        const bool active = hasFocus() && m_active == end;
        painter.setPen(QPen(color(active ? Role::accent : Role::secondaryText), active ? 2 : 1));
        painter.setBrush(color(Role::surface));
        painter.drawRoundedRect(handle(end).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    }
    // Each end's number, and how many values lie beyond it.
    const QRectF labels(0, track.bottom() + 6, this->width(), height() - track.bottom() - 6);
    const auto beyond = [](const QString& end, int values, const QString& where) {
        return values > 0 ? QStringLiteral("%1  %2 %3").arg(end).arg(values).arg(where) : end;
    };
    painter.setFont(monoFont(11));
    painter.setPen(color(Role::secondaryText));
    painter.drawText(labels, Qt::AlignLeft | Qt::AlignTop, beyond(valueText(m_from), m_below, tr("below")));
    painter.drawText(labels, Qt::AlignRight | Qt::AlignTop, beyond(valueText(m_to), m_above, tr("above")));
}

void RangeControl::mousePressEvent(QMouseEvent* event) {
    const double x = event->position().x();
    const double toFrom = std::abs(x - positionOf(m_from)), toTo = std::abs(x - positionOf(m_to));
    if (std::min(toFrom, toTo) > handleWidth && x > positionOf(m_from) && x < positionOf(m_to))
        m_drag = Drag::both;
    else // where both ends stand on one another the side the pointer is on decides
        m_drag = toFrom < toTo || (toFrom == toTo && x < positionOf(m_from)) ? Drag::from : Drag::to;
    m_active = m_drag == Drag::to ? End::to : End::from;
    m_grabbed = valueAt(x);
    update();
}

void RangeControl::mouseMoveEvent(QMouseEvent* event) {
    const double value = valueAt(event->position().x());
    switch (m_drag) {
    case Drag::none:
        setCursor(handle(End::from).adjusted(-3, -3, 3, 3).contains(event->position()) ||
                          handle(End::to).adjusted(-3, -3, 3, 3).contains(event->position())
                      ? Qt::SizeHorCursor
                      : Qt::ArrowCursor);
        break;
    case Drag::from: move(End::from, value); break;
    case Drag::to: move(End::to, value); break;
    case Drag::both: {
        const double by = std::clamp(value - m_grabbed, m_low - m_from, m_high - m_to);
        m_grabbed += by;
        edit(m_from + by, m_to + by);
        break;
    }
    }
}

void RangeControl::mouseReleaseEvent(QMouseEvent*) {
    m_drag = Drag::none;
    setRange(m_from, m_to); // the extent follows now
}

void RangeControl::mouseDoubleClickEvent(QMouseEvent*) {
    m_drag = Drag::none;
    emit autofitRequested();
}

void RangeControl::keyPressEvent(QKeyEvent* event) {
    const double by = (m_high - m_low) / (event->modifiers() & Qt::ShiftModifier ? 10 : 100);
    const double end = m_active == End::from ? m_from : m_to;
    switch (event->key()) {
    case Qt::Key_Left: move(m_active, end - by); return;
    case Qt::Key_Right: move(m_active, end + by); return;
    case Qt::Key_Up:
    case Qt::Key_Down:
        m_active = m_active == End::from ? End::to : End::from;
        update();
        return;
    case Qt::Key_Home: emit autofitRequested(); return;
    default: QWidget::keyPressEvent(event);
    }
}

} // namespace plumbline
