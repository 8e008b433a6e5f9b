// How the pointer and the keyboard move through the network.

#include "widgets/common/wording.h"
#include "widgets/views/network/networkview.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QMouseEvent>
#include <QToolTip>

#include <cmath>

namespace plumbline {

void NetworkView::resizeEvent(QResizeEvent*) {
    if (m_userMoved)
        return;
    rebuild();
    place();
}

void NetworkView::centreFromMinimap(QPointF point) {
    const auto scenePoint = minimapTransform(minimapBox(), m_scene).inverted().map(point);
    m_origin = QRectF(rect()).center() - scenePoint * m_scale;
    m_userMoved = true;
    update();
}

void NetworkView::mousePressEvent(QMouseEvent* event) {
    setFocus(Qt::MouseFocusReason);
    m_pressed = event->position();
    m_originAtPress = m_origin;
    m_moved = false;
    if (minimapShown() && minimapBox().contains(m_pressed)) {
        m_drag = Drag::minimap;
        centreFromMinimap(m_pressed);
        return;
    }
    m_drag = Drag::pan;
}

void NetworkView::mouseMoveEvent(QMouseEvent* event) {
    const auto at = event->position();
    if (m_drag == Drag::minimap) {
        centreFromMinimap(at);
        return;
    }
    if (m_drag == Drag::pan) {
        if ((at - m_pressed).manhattanLength() > 4)
            m_moved = true;
        if (m_moved) {
            m_origin = m_originAtPress + at - m_pressed;
            m_userMoved = true;
            setCursor(Qt::ClosedHandCursor);
            update();
        }
        return;
    }
    const int hovered = m_scene.cardAt(toScene(at));
    if (hovered != m_state.hovered) {
        m_state.hovered = hovered;
        setCursor(hovered >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
        update();
    }
}

void NetworkView::mouseReleaseEvent(QMouseEvent* event) {
    if (m_drag == Drag::pan && !m_moved && event->button() == Qt::LeftButton)
        if (const int card = m_scene.cardAt(toScene(event->position())); card >= 0)
            select(card, false);
    m_drag = Drag::none;
    setCursor(Qt::ArrowCursor);
}

void NetworkView::mouseDoubleClickEvent(QMouseEvent* event) {
    const int card = m_scene.cardAt(toScene(event->position()));
    if (card < 0) {
        fit();
        return;
    }
    const auto& chosen = m_scene.cards[static_cast<std::size_t>(card)];
    if (chosen.isFolded)
        toggleFold(chosen.row);
    else
        emit rowActivated(chosen.row);
}

void NetworkView::wheelEvent(QWheelEvent* event) {
    // A touchpad scrolls in pixels and pans; a wheel, or Ctrl with either, zooms around the pointer.
    if (!event->pixelDelta().isNull() && !(event->modifiers() & Qt::ControlModifier)) {
        m_origin += event->pixelDelta();
        m_userMoved = true;
        update();
        return;
    }
    setZoom(m_scale * std::pow(1.0015, event->angleDelta().y()), event->position());
}

void NetworkView::step(int key) {
    if (m_scene.cards.empty())
        return;
    if (m_state.selected < 0) {
        select(std::max(0, m_scene.calloutCard), true);
        return;
    }
    const auto from = m_scene.cards[static_cast<std::size_t>(m_state.selected)].frame.center();
    const bool vertical = key == Qt::Key_Up || key == Qt::Key_Down;
    const double sign = key == Qt::Key_Up || key == Qt::Key_Left ? -1 : 1;
    int best = -1;
    double bestCost = HUGE_VAL;
    for (std::size_t i = 0; i < m_scene.cards.size(); ++i) {
        const auto delta = m_scene.cards[i].frame.center() - from;
        const double along = sign * (vertical ? delta.y() : delta.x()),
                     across = std::abs(vertical ? delta.x() : delta.y());
        if (along < 1)
            continue;
        const double cost = along + 3 * across;
        if (cost < bestCost) {
            bestCost = cost;
            best = static_cast<int>(i);
        }
    }
    if (best >= 0)
        select(best, true);
}

void NetworkView::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_Left:
    case Qt::Key_Right: step(event->key()); return;
    case Qt::Key_Home: select(m_scene.cards.empty() ? -1 : 0, true); return;
    case Qt::Key_End: select(static_cast<int>(m_scene.cards.size()) - 1, true); return;
    case Qt::Key_Plus:
    case Qt::Key_Equal: zoomIn(); return;
    case Qt::Key_Minus: zoomOut(); return;
    case Qt::Key_0: zoomReset(); return;
    case Qt::Key_F: fit(); return;
    case Qt::Key_D: centreDivergence(); return;
    case Qt::Key_Space: toggleFold(selectedRow()); return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (selectedRow() >= 0)
            emit rowActivated(selectedRow());
        return;
    default: QWidget::keyPressEvent(event);
    }
}

void NetworkView::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    tellSelected();
}

void NetworkView::leaveEvent(QEvent*) {
    m_state.hovered = -1;
    update();
}

bool NetworkView::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int card = m_scene.cardAt(toScene(help->pos()));
        if (card >= 0)
            QToolTip::showText(help->globalPos(),
                               literalText(cardDescription(m_scene, m_scene.cards[static_cast<std::size_t>(card)])),
                               this);
        else
            QToolTip::hideText();
        return true;
    }
    return QWidget::event(event);
}

bool NetworkView::eventFilter(QObject* object, QEvent* event) {
    if (object == m_find && event->type() == QEvent::KeyPress &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        m_find->hide();
        m_find->clear();
        setFocus();
        return true;
    }
    return QWidget::eventFilter(object, event);
}

} // namespace plumbline
