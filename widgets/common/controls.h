#pragma once
// Small widgets the panels are made of.

#include "widgets/common/palette.h"

#include <QFrame>
#include <QLabel>

class QScrollArea;

namespace plumbline {

/// A surface with a border and rounded corners; strong: bordered in the divergence's colour, `edge` with a thick left
/// edge in it.
class Card : public QFrame {
    Q_OBJECT
public:
    explicit Card(QWidget* parent = nullptr);
    void setStrong(bool strong);
    bool isStrong() const { return m_strong; }
    void setEdge(bool edge);
    void setDropTarget(bool over); ///< something that can be dropped is held over it; the keyboard's focus looks alike
    void setHovered(bool hovered); ///< the pointer is over it, and a click does something

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    bool m_strong = false, m_edge = false, m_over = false, m_hovered = false;
};

/// Says that what is held over a part of the window can be dropped there. Takes no part in anything itself.
class DropFrame final : public QWidget {
    Q_OBJECT
public:
    explicit DropFrame(QWidget* window);
    void showOver(const QWidget* part); ///< one of the window's

protected:
    void paintEvent(QPaintEvent* event) override;
};

/// One line of text that is shortened with an ellipsis where it does not fit, and then tells the whole in its tooltip.
class ElidedLabel : public QWidget {
    Q_OBJECT
public:
    explicit ElidedLabel(QString text = {}, QFont font = {}, Role role = Role::text, QWidget* parent = nullptr);
    void setText(const QString& text);
    const QString& text() const { return m_text; }
    void setRole(Role role);
    void setElideMode(Qt::TextElideMode mode) {
        m_mode = mode;
        update();
    }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void updateToolTip();
    QString m_text;
    Role m_role;
    Qt::TextElideMode m_mode = Qt::ElideRight;
};

/// A label of plain text, unless it is told otherwise, whose colour is a role and follows the theme; wraps where asked.
class RoleLabel : public QLabel {
    Q_OBJECT
public:
    explicit RoleLabel(const QString& text = {}, const QFont& font = {}, Role role = Role::text,
                       QWidget* parent = nullptr);
    void setRole(Role role);

private:
    void recolor();
    Role m_role;
};

/// A rounded badge around a short text.
class Chip : public QWidget {
    Q_OBJECT
public:
    Chip(QString text, Role ink, Role ground, const QFont& font, QWidget* parent = nullptr);
    void setText(const QString& text);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_text;
    Role m_ink, m_ground;
};

/// A frameless area that scrolls `body` up and down and shows the ground it stands on.
QScrollArea* scrolling(QWidget* body, QWidget* parent = nullptr);
/// The head of a section, in spaced capitals.
QLabel* sectionHead(const QString& text, QWidget* parent = nullptr);
/// Removes and deletes everything in a layout.
void clearLayout(QLayout* layout);

} // namespace plumbline
