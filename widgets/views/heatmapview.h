#pragma once
// Two axes of a tensor as coloured cells, with the value in each where it fits, and one picked cell. What lies outside
// the range of the colours is hatched: a colour at the end of the scale alone would hide how far beyond it a value is.

#include <QWidget>

#include <vector>

namespace plumbline {

class HeatmapView final : public QWidget {
    Q_OBJECT
public:
    explicit HeatmapView(QWidget* parent = nullptr);

    /// Row-major values; a range from the finite ones unless setRange() fixed it.
    void setValues(std::vector<double> values, int rows, int columns);
    const std::vector<double>& values() const { return m_values; }
    void setRange(double from, double to);
    void setAutofit(); ///< the range follows the finite values again
    bool isAutofit() const { return m_autofit; }
    bool isClipped(int row, int column) const; ///< finite and outside the range
    void setAxisNames(const QString& rows, const QString& columns);
    /// Cells as wide as high, as of a picture; else the whole widget is filled.
    void setSquare(bool square);
    int widestFor(int width) const; ///< no cell is larger than it needs to be
    void clear();
    int rows() const { return m_rows; }
    int columns() const { return m_columns; }
    double valueAt(int row, int column) const;
    double from() const { return m_from; }
    double to() const { return m_to; }
    int pickedRow() const { return m_row; }
    int pickedColumn() const { return m_column; }
    void pick(int row, int column);
    /// The next cell in row-major order that is NaN or infinite, from the picked one on; false where there is none.
    bool pickNonFinite(int direction);
    QRectF cellRect(int row, int column) const;

    QSize sizeHint() const override { return {200, 200}; }
    QSize minimumSizeHint() const override { return {96, 96}; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

signals:
    void picked(int row, int column);
    void searchRequested(int direction); ///< the next or previous element that is no number, by the keyboard

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QRectF area() const;
    void fitRange();
    void repaintImage();
    void pickAt(QPointF point);
    void paintNumbers(QPainter& painter) const;

    std::vector<double> m_values;
    int m_rows = 0, m_columns = 0;
    int m_row = -1, m_column = -1;
    double m_from = 0, m_to = 1;
    bool m_autofit = true, m_square = true;
    QImage m_image; ///< one pixel a cell
};

} // namespace plumbline
