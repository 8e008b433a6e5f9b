#include "widgets/panels/commandpalette.h"

#include "widgets/common/controls.h"
#include "widgets/common/fonts.h"
#include "widgets/common/palette.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace plumbline {

namespace {

constexpr int entryRole = Qt::UserRole, hintRole = Qt::UserRole + 1;

// Title on the left, the shortcut or the type on the right.
class EntryDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {200, 32}; }
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (option.state & QStyle::State_Selected) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(mixed(color(Role::surface), color(Role::accent), 0.16));
            painter->drawRoundedRect(option.rect.adjusted(4, 1, -4, -1), 5, 5);
        }
        const auto area = option.rect.adjusted(14, 0, -14, 0);
        const auto hint = index.data(hintRole).toString();
        painter->setFont(monoFont());
        painter->setPen(color(Role::secondaryText));
        painter->drawText(area, Qt::AlignRight | Qt::AlignVCenter, hint);
        const int room = area.width() - painter->fontMetrics().horizontalAdvance(hint) - 16;
        painter->setFont(interfaceFont());
        painter->setPen(color(Role::text));
        painter->drawText(area, Qt::AlignLeft | Qt::AlignVCenter,
                          painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, room));
        painter->restore();
    }
};

} // namespace

CommandPalette::CommandPalette(QList<PaletteEntry> entries, QWidget* parent)
    : QDialog(parent, Qt::Popup), m_entries(std::move(entries)), m_field(new QLineEdit(this)),
      m_list(new QListWidget(this)), m_nothing(new RoleLabel({}, interfaceFont(), Role::secondaryText, this)) {
    setAttribute(Qt::WA_DeleteOnClose);
    setObjectName("commandPalette");
    setAccessibleName(tr("Command palette"));
    m_field->setPlaceholderText(tr("Find a layer or an action"));
    m_field->setAccessibleName(tr("Find a layer or an action"));
    m_field->installEventFilter(this);
    m_list->setItemDelegate(new EntryDelegate(m_list));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setAccessibleName(tr("What was found"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->addWidget(m_field);
    m_nothing->setContentsMargins(8, 8, 8, 8);
    m_nothing->setTextFormat(Qt::PlainText);
    layout->addWidget(m_nothing);
    layout->addWidget(m_list);
    resize(520, 380);
    if (parent)
        move(parent->mapToGlobal(QPoint((parent->width() - width()) / 2, 56)));
    connect(m_field, &QLineEdit::textChanged, this, &CommandPalette::filter);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::runCurrent);
    filter({});
    m_field->setFocus();
}

void CommandPalette::setText(const QString& text) { m_field->setText(text); }
int CommandPalette::shownCount() const { return m_list->count(); }

void CommandPalette::filter(const QString& text) {
    m_list->clear();
    const auto words = text.split(' ', Qt::SkipEmptyParts);
    for (qsizetype i = 0; i < m_entries.size(); ++i) {
        const auto all = m_entries[i].title + ' ' + m_entries[i].hint;
        if (!std::all_of(words.begin(), words.end(),
                         [&](const QString& word) { return all.contains(word, Qt::CaseInsensitive); }))
            continue;
        auto* item = new QListWidgetItem(m_entries[i].title, m_list);
        item->setData(entryRole, i);
        item->setData(hintRole, m_entries[i].hint);
    }
    m_list->setCurrentRow(0);
    m_nothing->setText(tr("No layer and no action is called “%1”.").arg(text.trimmed()));
    m_nothing->setVisible(m_list->count() == 0);
}

void CommandPalette::runCurrent() {
    const auto* item = m_list->currentItem();
    if (!item)
        return;
    const auto run = m_entries[item->data(entryRole).toInt()].run;
    close();
    run();
}

bool CommandPalette::eventFilter(QObject*, QEvent* event) {
    if (event->type() != QEvent::KeyPress)
        return false;
    switch (static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Down: m_list->setCurrentRow(std::min(m_list->currentRow() + 1, m_list->count() - 1)); return true;
    case Qt::Key_Up: m_list->setCurrentRow(std::max(m_list->currentRow() - 1, 0)); return true;
    case Qt::Key_Return:
    case Qt::Key_Enter: runCurrent(); return true;
    case Qt::Key_Escape: close(); return true;
    default: return false;
    }
}

} // namespace plumbline
