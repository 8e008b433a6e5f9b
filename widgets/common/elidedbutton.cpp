#include "widgets/common/elidedbutton.h"

#include "widgets/common/style.h"
#include "widgets/common/wording.h"

namespace plumbline {

ElidedButton::ElidedButton(const QIcon& icon, QString text, Qt::TextElideMode mode, QWidget* parent)
    : QPushButton(icon, withoutMnemonic(text), parent), m_whole(std::move(text)), m_mode(mode) {
    makeFlat(this);
    setStyleSheet("text-align: left");
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    setAccessibleName(m_whole);
}

int ElidedButton::advance(const QString& text) const { return fontMetrics().size(Qt::TextShowMnemonic, text).width(); }

int ElidedButton::surround() const { return QPushButton::sizeHint().width() - advance(text()); }

QSize ElidedButton::sizeHint() const {
    return {surround() + advance(withoutMnemonic(m_whole)), QPushButton::sizeHint().height()};
}

QSize ElidedButton::minimumSizeHint() const {
    constexpr int fewest = 12; // characters
    return {std::min(sizeHint().width(), surround() + fewest * fontMetrics().averageCharWidth()), sizeHint().height()};
}

void ElidedButton::resizeEvent(QResizeEvent* event) {
    QPushButton::resizeEvent(event);
    const int room = width() - surround();
    const auto shown =
        advance(withoutMnemonic(m_whole)) <= room ? m_whole : fontMetrics().elidedText(m_whole, m_mode, room);
    if (withoutMnemonic(shown) != text())
        setText(withoutMnemonic(shown));
    setToolTip(shown == m_whole ? QString() : literalText(m_whole));
}

} // namespace plumbline
