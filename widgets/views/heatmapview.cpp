#include "widgets/views/heatmapview.h"

#include "widgets/common/colormap.h"
#include "widgets/common/fonts.h"
#include "widgets/common/palette.h"
#include "widgets/common/wording.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <cmath>

namespace plumbline {

namespace {
constexpr int largestCell = 52, rowHeight = 22;
}

HeatmapView::HeatmapView(QWidget* parent) : QWidget(parent) {
    setFocusPolicy(Qt::StrongFocus);
    auto policy = QSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setAccessibleName(tr("Heatmap"));
}

void HeatmapView::setValues(std::vector<double> values, int rows, int columns) {
    m_values = std::move(values);
    m_rows = rows;
    m_columns = columns;
    if (m_autofit)
        fitRange();
    repaintImage();
    m_row = std::clamp(m_row, rows > 0 ? 0 : -1, rows - 1);
    m_column = std::clamp(m_column, columns > 0 ? 0 : -1, columns - 1);
    updateGeometry();
    update();
}

void HeatmapView::fitRange() {
    m_from = HUGE_VAL;
    m_to = -HUGE_VAL;
    for (const double value : m_values)
        if (std::isfinite(value)) {
            m_from = std::min(m_from, value);
            m_to = std::max(m_to, value);
        }
    if (!(m_to >= m_from))
        m_from = m_to = 0;
}

void HeatmapView::repaintImage() {
    m_image = QImage(std::max(1, m_columns), std::max(1, m_rows), QImage::Format_RGB32);
    for (int row = 0; row < m_rows; ++row)
        for (int column = 0; column < m_columns; ++column) {
            const double value = valueAt(row, column);
            const auto special = nonFiniteColor(value);
            m_image.setPixel(column, row,
                             special.isValid() ? special.rgb()
                                               : scaleColor(m_to > m_from ? (value - m_from) / (m_to - m_from) : 0.5));
        }
}

void HeatmapView::setRange(double from, double to) {
    m_autofit = false;
    m_from = from;
    m_to = to;
    repaintImage();
    update();
}

void HeatmapView::setAutofit() {
    m_autofit = true;
    fitRange();
    repaintImage();
    update();
}

bool HeatmapView::isClipped(int row, int column) const {
    const double value = valueAt(row, column);
    return std::isfinite(value) && (value < m_from || value > m_to);
}

void HeatmapView::setAxisNames(const QString& rows, const QString& columns) {
    setAccessibleDescription(tr("rows: %1, columns: %2; the arrow keys move the picked cell").arg(rows, columns));
}

void HeatmapView::clear() {
    m_values.clear();
    m_rows = m_columns = 0;
    m_row = m_column = -1;
    update();
}

double HeatmapView::valueAt(int row, int column) const {
    return m_values[static_cast<std::size_t>(row) * static_cast<std::size_t>(m_columns) +
                    static_cast<std::size_t>(column)];
}

void HeatmapView::setSquare(bool square) {
    m_square = square;
    updateGeometry();
    update();
}

int HeatmapView::widestFor(int width) const {
    return m_square && m_columns > 0 ? std::min(width, std::max(largestCell * m_columns, 96)) : width;
}

int HeatmapView::heightForWidth(int width) const {
    if (m_rows == 0 || m_columns == 0)
        return 96;
    if (!m_square)
        return std::clamp(rowHeight * m_rows, rowHeight, std::max(width, 96));
    const double square = static_cast<double>(width) * m_rows / m_columns;
    return std::clamp(static_cast<int>(square), rowHeight, std::max(width, 96));
}

QRectF HeatmapView::area() const {
    if (m_rows == 0 || m_columns == 0)
        return {};
    if (!m_square)
        return rect();
    const double side = std::min(static_cast<double>(width()) / m_columns, static_cast<double>(height()) / m_rows);
    return QRectF(0, 0, side * m_columns, side * m_rows);
}

QRectF HeatmapView::cellRect(int row, int column) const {
    const auto all = area();
    const double w = all.width() / m_columns, h = all.height() / m_rows;
    return QRectF(all.left() + w * column, all.top() + h * row, w, h);
}

void HeatmapView::paintNumbers(QPainter& painter) const {
    const auto cell = cellRect(0, 0);
    const double largest = std::max(std::abs(m_from), std::abs(m_to));
    const auto text = [&](double value) {
        if (std::isnan(value) || std::isinf(value))
            return valueText(value);
        return largest >= 100 && largest < 1e5 ? QString::number(value, 'f', 0)
                                               : QString::number(value, 'g', largest < 1 ? 2 : 3);
    };
    // The largest of the sizes in which every number fits its cell; none where even the smallest does not.
    bool fits = false;
    for (const double size : {10.5, 9.0, 8.0}) {
        const auto font = monoFont(size);
        const QFontMetricsF metrics(font);
        double widest = 0;
        for (const double value : m_values)
            widest = std::max(widest, metrics.horizontalAdvance(text(value)));
        fits = widest <= cell.width() - 1 && metrics.height() <= cell.height();
        if (fits) {
            painter.setFont(font);
            break;
        }
    }
    if (!fits)
        return;
    for (int row = 0; row < m_rows; ++row)
        for (int column = 0; column < m_columns; ++column) {
            painter.setPen(inkOn(m_image.pixel(column, row)));
            painter.drawText(cellRect(row, column), Qt::AlignCenter, text(valueAt(row, column)));
        }
}

namespace {
/// At least so wide and high, around the same middle.
QRectF widened(const QRectF& cell, double least) {
    const double x = std::max(0.0, least - cell.width()) / 2, y = std::max(0.0, least - cell.height()) / 2;
    return cell.adjusted(-x, -y, x, y);
}
} // namespace

void HeatmapView::paintEvent(QPaintEvent*) {
    if (m_rows == 0 || m_columns == 0)
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
    painter.drawImage(area(), m_image);
    const auto cell = cellRect(0, 0);
    if (cell.width() >= 5 && cell.height() >= 5) {
        for (int row = 0; row < m_rows; ++row)
            for (int column = 0; column < m_columns; ++column)
                if (const double value = valueAt(row, column); !std::isfinite(value))
                    paintNonFinite(painter, cellRect(row, column), value);
                else if (isClipped(row, column))
                    painter.fillRect(cellRect(row, column), QBrush(inkOn(m_image.pixel(column, row)),
                                                                   value < m_from ? Qt::HorPattern : Qt::VerPattern));
    }
    // What is no number is seen in cells of a pixel too.
    constexpr double least = 4;
    if (cell.width() < least || cell.height() < least)
        for (int row = 0; row < m_rows; ++row)
            for (int column = 0; column < m_columns; ++column)
                if (const double value = valueAt(row, column); !std::isfinite(value))
                    painter.fillRect(widened(cellRect(row, column), least).intersected(area()), nonFiniteColor(value));
    if (cell.width() >= 18 && m_values.size() <= 4096)
        paintNumbers(painter);
    if (m_row >= 0 && m_column >= 0) {
        constexpr double leastMark = 7;
        const auto at = widened(cellRect(m_row, m_column), leastMark);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(Qt::black, 3));
        painter.drawRect(at.adjusted(0.5, 0.5, -0.5, -0.5));
        painter.setPen(QPen(Qt::white, 1.6));
        painter.drawRect(at.adjusted(0.5, 0.5, -0.5, -0.5));
    }
    if (hasFocus()) {
        painter.setPen(QPen(color(Role::accent), 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(area().adjusted(0.5, 0.5, -0.5, -0.5));
    }
}

void HeatmapView::pick(int row, int column) {
    if (m_rows == 0 || m_columns == 0)
        return;
    m_row = std::clamp(row, 0, m_rows - 1);
    m_column = std::clamp(column, 0, m_columns - 1);
    update();
    emit picked(m_row, m_column);
}

bool HeatmapView::pickNonFinite(int direction) {
    const auto count = static_cast<std::int64_t>(m_values.size());
    const std::int64_t start = m_row >= 0 ? static_cast<std::int64_t>(m_row) * m_columns + m_column : 0;
    for (std::int64_t i = 1; i <= count; ++i) {
        const auto at = ((start + direction * i) % count + count) % count;
        if (!std::isfinite(m_values[static_cast<std::size_t>(at)])) {
            pick(static_cast<int>(at / m_columns), static_cast<int>(at % m_columns));
            return true;
        }
    }
    return false;
}

void HeatmapView::pickAt(QPointF point) {
    const auto all = area();
    if (m_rows > 0 && all.contains(point))
        pick(static_cast<int>((point.y() - all.top()) / all.height() * m_rows),
             static_cast<int>((point.x() - all.left()) / all.width() * m_columns));
}

void HeatmapView::mousePressEvent(QMouseEvent* event) { pickAt(event->position()); }

void HeatmapView::mouseMoveEvent(QMouseEvent* event) {
    if (event->buttons() & Qt::LeftButton)
        pickAt(event->position());
}

void HeatmapView::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
    case Qt::Key_Left: pick(m_row, m_column - 1); return;
    case Qt::Key_Right: pick(m_row, m_column + 1); return;
    case Qt::Key_Up: pick(m_row - 1, m_column); return;
    case Qt::Key_Down: pick(m_row + 1, m_column); return;
    case Qt::Key_N: emit searchRequested(event->modifiers() & Qt::ShiftModifier ? -1 : 1); return;
    default: QWidget::keyPressEvent(event);
    }
}

} // namespace plumbline
