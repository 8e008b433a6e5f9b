#include "widgets/common/controls.h"

#include "widgets/common/fonts.h"
#include "widgets/common/style.h"
#include "widgets/common/wording.h"

#include <QLayout>
#include <QPainter>
#include <QPainterPath>
#include <QScrollArea>

namespace plumbline {

Card::Card(QWidget* parent) : QFrame(parent) { setFrameShape(QFrame::NoFrame); }

void Card::setStrong(bool strong) {
    m_strong = strong;
    update();
}

void Card::setEdge(bool edge) {
    m_edge = edge;
    update();
}

void Card::setDropTarget(bool over) {
    m_over = over;
    update();
}

void Card::setHovered(bool hovered) {
    m_hovered = hovered;
    update();
}

void Card::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -1.5);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color(Role::shadow));
    painter.drawRoundedRect(frame.translated(0, 1), metrics::cardRadius, metrics::cardRadius);
    const auto line = m_over      ? color(Role::accent)
                      : m_strong  ? color(Role::divergence)
                      : m_hovered ? mixed(color(Role::border), color(Role::text), 0.35)
                                  : color(Role::border);
    painter.setPen(QPen(line, m_over ? 2 : 1));
    painter.setBrush(color(Role::surface));
    painter.drawRoundedRect(frame, metrics::cardRadius, metrics::cardRadius);
    if (!m_edge)
        return;
    QPainterPath shape;
    shape.addRoundedRect(frame, metrics::cardRadius, metrics::cardRadius);
    painter.setClipPath(shape);
    painter.fillRect(QRectF(frame.left(), frame.top(), 4, frame.height()), color(Role::divergence));
}

DropFrame::DropFrame(QWidget* window) : QWidget(window) {
    setAttribute(Qt::WA_TransparentForMouseEvents);
    hide();
}

void DropFrame::showOver(const QWidget* part) {
    setGeometry(QRect(part->mapTo(parentWidget(), QPoint()), part->size()));
    show();
    raise();
}

void DropFrame::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    auto ground = color(Role::accent);
    ground.setAlphaF(0.06F);
    painter.setPen(QPen(color(Role::accent), 2));
    painter.setBrush(ground);
    painter.drawRoundedRect(QRectF(rect()).adjusted(5, 5, -5, -5), metrics::cardRadius, metrics::cardRadius);
}

ElidedLabel::ElidedLabel(QString text, QFont font, Role role, QWidget* parent)
    : QWidget(parent), m_text(std::move(text)), m_role(role) {
    setFont(font == QFont() ? interfaceFont() : font);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(m_text);
}

void ElidedLabel::setText(const QString& text) {
    m_text = text;
    setAccessibleName(text);
    updateToolTip();
    updateGeometry();
    update();
}

void ElidedLabel::setRole(Role role) {
    m_role = role;
    update();
}

QSize ElidedLabel::sizeHint() const {
    const QFontMetrics metrics(font());
    return {metrics.horizontalAdvance(m_text) + 2, metrics.height()};
}

QSize ElidedLabel::minimumSizeHint() const {
    const QFontMetrics metrics(font());
    return {metrics.averageCharWidth() * 4, metrics.height()};
}

void ElidedLabel::updateToolTip() {
    const bool fits = QFontMetrics(font()).horizontalAdvance(m_text) <= width();
    setToolTip(fits ? QString() : literalText(m_text));
}

void ElidedLabel::resizeEvent(QResizeEvent*) { updateToolTip(); }

void ElidedLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setPen(color(m_role));
    painter.drawText(rect(), Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                     QFontMetrics(font()).elidedText(oneLine(m_text), m_mode, width()));
}

RoleLabel::RoleLabel(const QString& text, const QFont& font, Role role, QWidget* parent)
    : QLabel(text, parent), m_role(role) {
    setTextFormat(Qt::PlainText); // a name in angle brackets is no markup; who means markup says so
    setFont(font == QFont() ? interfaceFont() : font);
    recolor();
    connect(&Theme::instance(), &Theme::changed, this, &RoleLabel::recolor);
}

void RoleLabel::setRole(Role role) {
    m_role = role;
    recolor();
}

void RoleLabel::recolor() {
    auto own = palette();
    own.setColor(QPalette::WindowText, color(m_role));
    own.setColor(QPalette::Text, color(m_role));
    setPalette(own);
}

Chip::Chip(QString text, Role ink, Role ground, const QFont& font, QWidget* parent)
    : QWidget(parent), m_text(std::move(text)), m_ink(ink), m_ground(ground) {
    setFont(font);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAccessibleName(m_text);
}

void Chip::setText(const QString& text) {
    m_text = text;
    setAccessibleName(text);
    updateGeometry();
    update();
}

QSize Chip::sizeHint() const {
    const QFontMetrics metrics(font());
    return {metrics.horizontalAdvance(m_text) + 16, metrics.height() + 4};
}

void Chip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color(m_ground));
    painter.drawRoundedRect(rect(), height() / 2.0, height() / 2.0);
    painter.setPen(color(m_ink));
    painter.drawText(rect(), Qt::AlignCenter, m_text);
}

QScrollArea* scrolling(QWidget* body, QWidget* parent) {
    auto* scroll = new QScrollArea(parent);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(body);
    scroll->viewport()->setAutoFillBackground(false);
    body->setAutoFillBackground(false); // setWidget() turned it on
    return scroll;
}

QLabel* sectionHead(const QString& text, QWidget* parent) {
    auto* label = new RoleLabel(text, headFont(), Role::secondaryText, parent);
    label->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    return label;
}

void clearLayout(QLayout* layout) {
    while (auto* item = layout->takeAt(0)) {
        if (auto* widget = item->widget()) {
            widget->hide();
            widget->setParent(nullptr);
            widget->deleteLater();
        } else if (item->layout()) {
            clearLayout(item->layout());
        }
        delete item;
    }
}

} // namespace plumbline
