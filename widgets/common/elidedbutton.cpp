#include "widgets/common/elidedbutton.h"

#include "widgets/common/style.h"

namespace plumbline {

namespace {

/// A "&" in the name of a file is no mnemonic.
QString literal(QString text) { return text.replace('&', "&&"); }

} // namespace

ElidedButton::ElidedButton(const QIcon& icon, QString text, Qt::TextElideMode mode, QWidget* parent)
    : QPushButton(icon, literal(text), parent), m_whole(std::move(text)), m_mode(mode) {
    makeFlat(this);
    setStyleSheet("text-align: left");
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    setAccessibleName(m_whole);
}

int ElidedButton::advance(const QString& text) const { return fontMetrics().size(Qt::TextShowMnemonic, text).width(); }

int ElidedButton::surround() const { return QPushButton::sizeHint().width() - advance(text()); }

QSize ElidedButton::sizeHint() const {
    return {surround() + advance(literal(m_whole)), QPushButton::sizeHint().height()};
}

QSize ElidedButton::minimumSizeHint() const {
    constexpr int fewest = 12; // characters
    return {std::min(sizeHint().width(), surround() + fewest * fontMetrics().averageCharWidth()), sizeHint().height()};
}

void ElidedButton::resizeEvent(QResizeEvent* event) {
    QPushButton::resizeEvent(event);
    const int room = width() - surround();
    const auto shown = advance(literal(m_whole)) <= room ? m_whole : fontMetrics().elidedText(m_whole, m_mode, room);
    if (literal(shown) != text())
        setText(literal(shown));
    setToolTip(shown == m_whole ? QString() : m_whole);
}

} // namespace plumbline
