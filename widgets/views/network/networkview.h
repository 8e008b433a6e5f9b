#pragma once
// The network on a canvas that pans and zooms. One widget, one paint event; no object per layer.

#include "widgets/views/network/networkpainter.h"

#include <QWidget>

class QLabel;
class QLineEdit;

namespace plumbline {

class NetworkView final : public QWidget {
    Q_OBJECT
public:
    explicit NetworkView(QWidget* parent = nullptr);

    void setDiagnosis(std::shared_ptr<const Diagnosis> diagnosis);
    /// For the next diagnosis: what is not reached may be reached yet; an input of a prediction was given.
    void setRunning(bool running, bool isInputGiven = false);
    const NetworkScene& scene() const { return m_scene; }
    int selectedRow() const;
    double zoom() const { return m_scale; }
    QRectF visibleScene() const;
    /// The row of the card that stands for this one: itself, or a folded model; -1 where none does.
    int shownRow(int row) const;
    const QList<int>& foundRows() const { return m_foundRows; } ///< what the search matches, folded layers too
    /// Where a card stands in the widget.
    QRectF cardRect(int card) const;

public slots:
    void selectRow(int row); ///< also opens the folded models it stands in, and brings it into view
    void fit();
    void zoomIn();
    void zoomOut();
    void zoomReset();
    void centreDivergence();
    void openFind();
    void setFindText(const QString& text);
    void toggleFold(int row);
    void nextFound(int direction); ///< of the layers that match the search

signals:
    void rowSelected(int row);
    void rowActivated(int row);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    bool event(QEvent* event) override;
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void rebuild();
    void
    place(); ///< the first view of a new diagnosis: everything, or the first divergence where that would be too small
    void unfoldTo(int row);
    void select(int card, bool reveal);
    void reveal(int card);
    void tellSelected(); ///< to a screen reader
    void setZoom(double scale, QPointF around);
    void step(int key);
    QPointF toScene(QPointF point) const { return (point - m_origin) / m_scale; }
    QRectF minimapBox() const;
    /// Not where all is in view and a card would lie under it.
    bool minimapShown() const;
    void centreFromMinimap(QPointF point);

    std::shared_ptr<const Diagnosis> m_diagnosis;
    NetworkScene m_scene;
    NetworkPaintState m_state;
    QSet<int> m_folded;
    QList<int> m_foundRows;
    QString m_modelPath;
    double m_scale = 1;
    QRectF m_legend;  ///< where it was painted last
    QPointF m_origin; ///< where the scene's (0, 0) stands in the widget
    QPointF m_pressed, m_originAtPress;
    enum class Drag { none, pan, minimap } m_drag = Drag::none;
    bool m_moved = false, m_placed = false, m_userMoved = false, m_hadCallout = false, m_running = false,
         m_inputGiven = false;
    QLineEdit* m_find;
    QLabel* m_findCount;
};

} // namespace plumbline
