#include "widgets/panels/noticepanel.h"

#include "widgets/common/controls.h"
#include "widgets/common/fonts.h"
#include "widgets/common/icons.h"
#include "widgets/common/style.h"
#include "widgets/views/network/networkpainter.h"

#include <QAction>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace plumbline {

namespace {
constexpr int textWidth = 520, iconSize = 32;
}

NoticePanel::NoticePanel(QWidget* parent)
    : QWidget(parent), m_icon(new QLabel), m_title(new RoleLabel({}, interfaceFont(17, QFont::DemiBold), Role::text)),
      m_text(new RoleLabel({}, interfaceFont(13), Role::text)),
      m_hint(new RoleLabel({}, interfaceFont(12), Role::secondaryText)), m_buttons(new QHBoxLayout) {
    m_icon->setAlignment(Qt::AlignHCenter);
    for (auto* label : {m_title, m_text, m_hint}) {
        label->setWordWrap(true);
        label->setAlignment(Qt::AlignHCenter);
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        label->setFixedWidth(textWidth);
    }
    m_buttons->setSpacing(8);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 24, 24, 24);
    layout->setSpacing(10);
    layout->addStretch(2);
    layout->addWidget(m_icon, 0, Qt::AlignHCenter);
    for (auto* label : {m_title, m_text, m_hint})
        layout->addWidget(label, 0, Qt::AlignHCenter);
    layout->addSpacing(6);
    layout->addLayout(m_buttons);
    layout->addStretch(3);
    connect(&Theme::instance(), &Theme::changed, this, &NoticePanel::recolor);
}

void NoticePanel::recolor() {
    m_icon->setPixmap(
        icon(m_notice.icon, m_notice.isFailure ? Role::failure : Role::secondaryText).pixmap(iconSize, iconSize));
}

void NoticePanel::setNotice(const Notice& notice) {
    if (notice == m_notice)
        return; // a button under the pointer is not taken away by a progress report
    m_notice = notice;
    recolor();
    m_icon->setVisible(!notice.icon.isEmpty());
    m_title->setText(notice.title);
    m_text->setText(notice.text);
    m_text->setVisible(!notice.text.isEmpty());
    m_hint->setText(notice.hint);
    m_hint->setVisible(!notice.hint.isEmpty());
    // Their width is known, so their height is: a layout would ask for it too late.
    for (auto* label : {m_title, m_text, m_hint})
        label->setFixedHeight(std::max(0, label->heightForWidth(textWidth))); // -1 where there is no text
    clearLayout(m_buttons);
    m_buttons->addStretch();
    for (const auto& [action, words] : notice.actions) {
        const auto shortcut = action->shortcut().toString(QKeySequence::NativeText);
        auto* button = new QPushButton(words + (shortcut.isEmpty() ? QString() : "  " + shortcut));
        button->setAccessibleName(words);
        if (action == notice.actions.front().first)
            makePrimary(button);
        connect(button, &QPushButton::clicked, action, &QAction::trigger);
        m_buttons->addWidget(button);
    }
    m_buttons->addStretch();
    setAccessibleName(notice.title);
    setAccessibleDescription(notice.text + ' ' + notice.hint);
}

void NoticePanel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), color(Role::window));
    paintGrid(painter, rect(), {0, 0}, 1);
}

} // namespace plumbline
