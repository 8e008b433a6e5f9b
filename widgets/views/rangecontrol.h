#pragma once
// The range that a heatmap's colours span: two ends to drag over the histogram of the values shown. What lies outside
// is counted at the end it lies beyond.

#include <QWidget>

#include <vector>

namespace plumbline {

class RangeControl final : public QWidget {
    Q_OBJECT
public:
    enum class End { from, to };

    explicit RangeControl(QWidget* parent = nullptr);
    /// The finite values the range is chosen over.
    void setValues(const std::vector<double>& values);
    void setRange(double from, double to);
    double from() const { return m_from; }
    double to() const { return m_to; }
    int below() const { return m_below; } ///< values outside the range, by the end they lie beyond
    int above() const { return m_above; }
    QRectF handle(End end) const; ///< in widget coordinates
    double valueAt(double x) const;

    QSize sizeHint() const override { return {200, 46}; }
    QSize minimumSizeHint() const override { return {120, 46}; }

signals:
    void rangeEdited(double from, double to);
    void autofitRequested();

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QRectF bar() const;
    double positionOf(double value) const;
    void edit(double from, double to);
    void move(End end, double value);
    void count();

    std::vector<double> m_values; ///< finite, sorted
    std::vector<double> m_bars;   ///< heights 0..1 over the extent
    double m_least = 0, m_largest = 1;
    double m_low = 0, m_high = 1; ///< the extent drawn: the values and a margin to drag into, and the range
    double m_from = 0, m_to = 1;
    int m_below = 0, m_above = 0;
    enum class Drag { none, from, to, both } m_drag = Drag::none;
    double m_grabbed = 0; ///< the value under the pointer when both ends were taken
    End m_active = End::from;
};

} // namespace plumbline
