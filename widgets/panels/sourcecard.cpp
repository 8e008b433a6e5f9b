#include "widgets/common/droppedfiles.h"
#include "widgets/common/fonts.h"
#include "widgets/common/icons.h"
#include "widgets/common/style.h"
#include "widgets/common/wording.h"
#include "widgets/panels/sourcespanel.h"

#include <QContextMenuEvent>
#include <QDragEnterEvent>
#include <QGridLayout>
#include <QInputDialog>
#include <QKeyEvent>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace plumbline {

SourceCard::SourceCard(SourceKind kind, QString input, QWidget* parent)
    : Card(parent), m_kind(kind), m_input(std::move(input)), m_layout(new QVBoxLayout(this)) {
    setAcceptDrops(true);
    setFocusPolicy(Qt::StrongFocus);
    // As high as its text in the width it gets: a fixed height would be that of another width.
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    m_layout->setContentsMargins(13, 11, 13, 12);
    m_layout->setSpacing(6);
}

void SourceCard::setHead(const QString& title, const QString& role, const QString& full) {
    auto* name = new ElidedLabel(title, interfaceFont(13, QFont::DemiBold), Role::text);
    name->setElideMode(Qt::ElideMiddle);
    const bool isAbove = role.contains(QStringLiteral(" · "));
    QWidget* kind = nullptr;
    if (isAbove)
        kind = new ElidedLabel(role, interfaceFont(12), Role::secondaryText);
    else
        kind = new RoleLabel(role, interfaceFont(12), Role::secondaryText);
    // A role that names its input stands above the file's name: beside it neither could be read.
    auto* head = new QBoxLayout(isAbove ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    head->setSpacing(isAbove ? 1 : 8);
    auto* right = new QHBoxLayout;
    right->setSpacing(2);
    if (isAbove)
        head->addLayout(right);
    head->addWidget(name, 1);
    if (!isAbove)
        head->addLayout(right);
    right->addWidget(kind, isAbove ? 1 : 0);
    m_layout->addLayout(head);
    setAccessibleName(role + ": " + title);
    setToolTip(literalText(full));
    m_text = full;
    if (full.isEmpty())
        return; // an empty card has its buttons in its middle
    auto* more = new QToolButton;
    more->setIcon(icon("chevron-down", Role::secondaryText));
    more->setIconSize(QSize(12, 12));
    more->setFixedSize(18, 18);
    more->setProperty("small", true);
    more->setAccessibleName(tr("Change or remove: %1").arg(accessibleName()));
    more->setToolTip(tr("Change or remove"));
    connect(more, &QToolButton::clicked, this, [this, more] { popUp(more->mapToGlobal(QPoint(0, more->height()))); });
    right->addWidget(more);
}

void SourceCard::addFact(const QString& label, const QString& value, Role role, bool monospaced) {
    if (!m_facts) {
        m_facts = new QGridLayout;
        m_facts->setHorizontalSpacing(10);
        m_facts->setVerticalSpacing(2);
        m_facts->setColumnMinimumWidth(0, 47);
        m_facts->setColumnStretch(1, 1);
        m_layout->addLayout(m_facts);
    }
    const int row = m_facts->rowCount();
    m_facts->addWidget(new RoleLabel(label, interfaceFont(12), Role::secondaryText), row, 0, Qt::AlignTop);
    if (monospaced) {
        // A shape is never broken: what does not fit is shortened, and whole in the tooltip.
        int line = row;
        for (const auto& one : value.split('\n'))
            m_facts->addWidget(new ElidedLabel(one, monoFont(), role), line++, 1);
    } else {
        auto* text = new RoleLabel(breakable(value), interfaceFont(12), role);
        text->setWordWrap(true);
        text->setTextFormat(Qt::PlainText);
        m_facts->addWidget(text, row, 1);
    }
    setAccessibleDescription(accessibleDescription() + label + ' ' + value + ". ");
}

void SourceCard::addInvitation(const QString& text) {
    auto* label = new RoleLabel(text, interfaceFont(12), Role::secondaryText);
    label->setWordWrap(true);
    m_layout->addWidget(label);
    auto* row = new QHBoxLayout;
    row->setSpacing(6);
    auto* choose = new QPushButton(tr("Choose…"));
    choose->setAccessibleName(tr("Choose a file for %1").arg(accessibleName()));
    connect(choose, &QPushButton::clicked, this, [this] { emit browseRequested(m_kind, m_input); });
    row->addWidget(choose);
    if (m_kind != SourceKind::model) {
        auto* type = new QPushButton(m_kind == SourceKind::training ? tr("Type a law…") : tr("Type…"));
        makeFlat(type);
        type->setAccessibleName(tr("Type a source for %1").arg(accessibleName()));
        connect(type, &QPushButton::clicked, this, &SourceCard::edit);
        row->addWidget(type);
    }
    row->addStretch();
    m_layout->addLayout(row);
}

void SourceCard::askForWeights() {
    auto* choose = new QPushButton(tr("Choose the weights…"));
    choose->setObjectName("chooseWeights");
    choose->setAccessibleName(tr("Choose the file with the weights of %1").arg(accessibleName()));
    connect(choose, &QPushButton::clicked, this, [this] { emit browseRequested(SourceKind::weights, m_input); });
    m_layout->addWidget(choose, 0, Qt::AlignLeft);
}

void SourceCard::edit() {
    if (m_kind == SourceKind::model) {
        emit browseRequested(m_kind, m_input);
        return;
    }
    auto* dialog = new QInputDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(m_kind == SourceKind::training ? tr("Training reference") : tr("Prediction input"));
    dialog->setLabelText(m_kind == SourceKind::training
                             ? tr("A file, file:part, file@x/255, or a law: normal(0,1), uniform(-1,1), integers(0,10)")
                             : tr("A file, file:part or file@x/255"));
    dialog->setTextValue(m_text);
    dialog->resize(520, 120);
    connect(dialog, &QInputDialog::textValueSelected, this, [this](const QString& text) {
        if (!text.trimmed().isEmpty())
            emit sourceGiven(m_kind, m_input, text.trimmed());
    });
    dialog->open();
}

void SourceCard::dragEnterEvent(QDragEnterEvent* event) {
    if (droppedFiles(event->mimeData()).size() != 1) { // which of several is meant the window asks
        event->ignore();
        return;
    }
    setDropTarget(true);
    event->acceptProposedAction();
}

void SourceCard::dragLeaveEvent(QDragLeaveEvent*) { setDropTarget(false); }

void SourceCard::dropEvent(QDropEvent* event) {
    setDropTarget(false);
    const auto files = droppedFiles(event->mimeData());
    if (files.isEmpty())
        return;
    event->acceptProposedAction();
    emit sourceGiven(m_kind, m_input, files.front());
}

void SourceCard::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        emit browseRequested(m_kind, m_input);
    else if (event->key() == Qt::Key_F2)
        edit();
    else
        Card::keyPressEvent(event);
}

void SourceCard::focusInEvent(QFocusEvent* event) {
    setDropTarget(event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason);
}

void SourceCard::focusOutEvent(QFocusEvent*) { setDropTarget(false); }

void SourceCard::contextMenuEvent(QContextMenuEvent* event) { popUp(event->globalPos()); }

void SourceCard::popUp(QPoint at) {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Choose a file…"), this, [this] { emit browseRequested(m_kind, m_input); });
    if (m_kind != SourceKind::model) {
        menu->addAction(tr("Type…"), this, &SourceCard::edit);
        menu->addAction(tr("Remove"), this, [this] { emit sourceGiven(m_kind, m_input, QString()); });
    }
    menu->popup(at);
}

} // namespace plumbline
