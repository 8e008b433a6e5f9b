#include "widgets/panels/diagnosispanel.h"

#include "core/diagnosis/comparison.h"
#include "widgets/common/controls.h"
#include "widgets/common/elidedbutton.h"
#include "widgets/common/fonts.h"
#include "widgets/common/icons.h"
#include "widgets/common/style.h"
#include "widgets/common/wording.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include <algorithm>

namespace plumbline {

namespace {

/// But for the activity, which is one line of text.
bool tellTheSame(const DiagnosisState& a, const DiagnosisState& b) {
    return a.isBusy == b.isBusy && a.problem == b.problem &&
           std::ranges::equal(a.applied, b.applied, {}, &Fix::numpy, &Fix::numpy);
}

} // namespace

DiagnosisPanel::DiagnosisPanel(QWidget* parent)
    : QWidget(parent), m_model(new FindingsModel(this)),
      m_summary(new RoleLabel({}, interfaceFont(12), Role::secondaryText, this)) {
    auto* head = new QHBoxLayout;
    head->setContentsMargins(14, 10, 14, 0);
    head->setSpacing(14);
    head->addWidget(sectionHead(tr("Diagnosis"), this));
    head->addWidget(m_summary, 1);
    auto* body = new QWidget;
    body->setObjectName("diagnosisBody");
    m_content = new QVBoxLayout(body);
    m_content->setContentsMargins(14, 8, 14, 12);
    m_content->setSpacing(8);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(head);
    layout->addWidget(scrolling(body), 1);
    setMinimumHeight(120);
    setDiagnosis(nullptr, {});
}

void DiagnosisPanel::setDiagnosis(std::shared_ptr<const Diagnosis> diagnosis, const DiagnosisState& state) {
    const auto appearance = Theme::instance().appearance(); // rich text holds colours
    const bool isSame = m_isBuilt && diagnosis == m_diagnosis && tellTheSame(state, m_state) && appearance == m_shownIn;
    m_diagnosis = std::move(diagnosis);
    m_state = state;
    m_shownIn = appearance;
    if (isSame) { // what is open stays open, and the focus where it is
        if (m_state.isBusy)
            m_summary->setText(m_state.activity);
        return;
    }
    m_isBuilt = true;
    m_model->setDiagnosis(m_diagnosis);
    // The focus waits here for the control that comes in the place of the one it had.
    auto* focused = window()->focusWidget();
    const bool hadFocus = focused && (focused == this || isAncestorOf(focused));
    if (hadFocus)
        setFocus(Qt::OtherFocusReason);
    clearLayout(m_content);
    const bool ran = m_diagnosis && !m_diagnosis->prediction.empty();
    QStringList counts;
    if (m_model->causeCount() > 0 || m_model->noteCount() > 0) {
        counts << countedText(m_model->causeCount(), tr("%1 cause"), tr("%1 causes"))
               << countedText(m_model->consequenceCount(), tr("%1 consequence"), tr("%1 consequences"))
               << countedText(m_model->noteCount(), tr("%1 note"), tr("%1 notes"));
    }
    m_summary->setText(m_state.isBusy ? m_state.activity : counts.join(QStringLiteral(" · ")));

    if (!m_state.problem.isEmpty())
        m_content->addWidget(errorCard(tr("stopped"), m_state.problem));
    const auto addError = [&](const Error& error) {
        const auto says = [&](const Finding& finding) { return finding.message.text() == error.message.text(); };
        if (std::ranges::none_of(m_diagnosis->findings, says)) // else a finding says the same, and more
            m_content->addWidget(errorCard(tr("cannot read"), errorText(error)));
    };
    if (m_diagnosis && m_diagnosis->error)
        addError(*m_diagnosis->error);
    if (m_diagnosis)
        for (const auto& error : m_diagnosis->furtherErrors)
            addError(error);
    QBoxLayout* folds = nullptr;
    for (int row = 0; row < m_model->causeCount(); ++row) {
        const auto index = m_model->index(row, 0);
        m_content->addWidget(findingCard(index, row == 0));
        folds = new QHBoxLayout;
        folds->setSpacing(12);
        m_content->addLayout(folds);
        addFolded(index, folds);
    }
    // A run that was cancelled or died shows what it reached, and says nothing of the whole.
    if (ran && m_model->causeCount() == 0 && !m_state.isBusy && !m_diagnosis->error && m_state.problem.isEmpty() &&
        m_diagnosis->verdict == Verdict::matches)
        m_content->addWidget(calmCard(calmText(), true));
    if (!m_diagnosis && !m_state.isBusy)
        m_content->addWidget(calmCard(
            tr("Open a model, a training reference and the input of the prediction that went wrong, then run."),
            false));
    else if (m_diagnosis && !ran && !m_diagnosis->error && !m_state.isBusy && m_state.problem.isEmpty() &&
             m_model->causeCount() == 0)
        m_content->addWidget(
            calmCard(m_diagnosis->training.empty()
                         ? tr("Add the input of the prediction to run it; add a training reference to hold it against.")
                         : tr("Add the input of the prediction to run it and to hold it against training."),
                     false));
    if (m_model->noteCount() > 0 && !folds) {
        folds = new QHBoxLayout;
        m_content->addLayout(folds);
    }
    addNotes(folds);
    if (folds)
        folds->addStretch();
    m_content->addStretch();
    if (hadFocus)
        focusFirst();
}

/// What a prediction without a cause is told, and no more than was held against something.
QString DiagnosisPanel::calmText() const {
    QStringList gaps;
    for (const auto& gap : notCompared(*m_diagnosis))
        gaps << messageText(gap);
    const bool isFixed = !m_state.applied.empty();
    const bool compared = against(*m_diagnosis) == Against::training;
    QStringList said;
    if (compared && gaps.isEmpty())
        said << (isFixed ? tr("With the fix applied the prediction stays within what training did, in every layer.")
                         : tr("The prediction stays within what training did, in every layer."));
    else if (compared)
        said << (isFixed
                     ? tr("With the fix applied the prediction stays within what training did where it was compared.")
                     : tr("The prediction stays within what training did where it was compared."));
    else if (isFixed)
        said << tr("With the fix applied the run goes through.");
    said << gaps;
    if (m_diagnosis->training.empty())
        said << tr("Add one to hold the values against.");
    return said.join(' ');
}

QString DiagnosisPanel::verifiedText(const Finding& finding) const {
    const auto& fix = *finding.fix;
    if (!fix.verified)
        return fix.makesItRun ? tr("ran again: goes through") : QString();
    // Beside another cause this one alone is gone.
    if (isWhollyCompared(*m_diagnosis) && fix.leavesNothing && m_model->causeCount() == 1)
        return tr("verified: ran again, matches");
    return finding.severity == Severity::error && fix.makesItRun && m_model->causeCount() == 1
               ? tr("verified: ran again, goes through")
               : tr("verified: ran again, gone");
}

void DiagnosisPanel::focusFirst() {
    for (auto* button : findChildren<QPushButton*>())
        if (button->isEnabled() && !button->isHidden()) {
            button->setFocus(Qt::TabFocusReason);
            return;
        }
}

QWidget* DiagnosisPanel::findingCard(const QModelIndex& index, bool isFirst) {
    const auto& finding = *m_model->finding(index);
    const int at = index.data(FindingsModel::FindingRole).toInt();
    auto* card = new Card;
    card->setEdge(isFirst || finding.severity == Severity::error);
    card->setAccessibleName(index.data(Qt::AccessibleTextRole).toString());

    auto* message = new RoleLabel(
        QStringLiteral("<span style=\"font-family:'%1'; font-size:12px; color:%2\">%3</span>&nbsp; %4")
            .arg(monoFamily(), color(Role::divergence).name(), toQString(finding.code), messageHtml(finding.message)),
        interfaceFont(14), Role::text);
    message->setWordWrap(true);
    message->setTextInteractionFlags(Qt::TextSelectableByMouse);
    message->setTextFormat(Qt::RichText);
    auto* evidence = new RoleLabel(evidenceHtml(finding), interfaceFont(12), Role::secondaryText);
    evidence->setWordWrap(true);
    evidence->setTextFormat(Qt::RichText);
    evidence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    evidence->setVisible(!evidence->text().isEmpty());

    auto* words = new QVBoxLayout;
    words->setSpacing(6);
    words->addWidget(message);
    words->addWidget(evidence); // a layout around a hidden label would hold the message to no width
    if (finding.fix) {
        auto* code = new ElidedLabel(toQString(finding.fix->numpy).replace('\n', "; "), monoFont(), Role::text);
        auto* third = new QHBoxLayout;
        third->setSpacing(8);
        auto* label = new RoleLabel(tr("fix"), interfaceFont(12), Role::secondaryText);
        third->addWidget(label);
        code->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
        third->addWidget(code);
        if (const auto text = verifiedText(finding); !text.isEmpty())
            third->addWidget(new Chip(text, Role::verified, Role::verifiedSoft, interfaceFont(11, QFont::DemiBold)));
        third->addStretch();
        words->addLayout(third);
    }

    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    if (finding.fix) {
        auto* apply = new QPushButton(tr("Apply fix"));
        makePrimary(apply);
        apply->setObjectName(QStringLiteral("applyFix%1").arg(at));
        apply->setAccessibleName(tr("Apply the fix of %1").arg(toQString(finding.code)));
        apply->setEnabled(!m_state.isBusy);
        connect(apply, &QPushButton::clicked, this, [this, at] { emit applyRequested(at); });
        buttons->addWidget(apply);
        if (!finding.fix->numpy.empty()) {
            auto* copy = new QPushButton(tr("Copy NumPy"));
            copy->setAccessibleName(tr("Copy the fix of %1 as NumPy code").arg(toQString(finding.code)));
            connect(copy, &QPushButton::clicked, this, [this, at] { emit copyRequested(at); });
            buttons->addWidget(copy);
        }
    }
    if (rowOf(*m_diagnosis, finding.where) >= 0) {
        auto* go = new QPushButton(tr("Go to"));
        go->setAccessibleName(tr("Go to %1 in the network").arg(toQString(finding.where.name)));
        connect(go, &QPushButton::clicked, this, [this, at] { emit goToRequested(at); });
        buttons->addWidget(go);
    }
    auto* layout = new QHBoxLayout(card);
    layout->setContentsMargins(18, 11, 14, 12);
    layout->setSpacing(16);
    layout->addLayout(words, 1);
    if (buttons->count() > 0) {
        layout->addLayout(buttons);
        layout->setAlignment(buttons, Qt::AlignTop);
    } else {
        delete buttons;
    }
    return card;
}

QWidget* DiagnosisPanel::errorCard(const QString& title, const QString& text) {
    auto* card = new Card;
    card->setAccessibleName(title + ": " + text);
    auto* label =
        new RoleLabel(QStringLiteral("<span style=\"font-family:'%1'; font-size:12px; color:%2\">%3</span>&nbsp; %4")
                          .arg(monoFamily(), color(Role::failure).name(), title, htmlTextQ(text)),
                      interfaceFont(14), Role::text);
    label->setTextFormat(Qt::RichText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* layout = new QHBoxLayout(card);
    layout->setContentsMargins(18, 12, 14, 13);
    layout->addWidget(label);
    return card;
}

QWidget* DiagnosisPanel::calmCard(const QString& text, bool verified) {
    auto* card = new Card;
    card->setAccessibleName(text);
    auto* layout = new QHBoxLayout(card);
    layout->setContentsMargins(16, 12, 14, 13);
    layout->setSpacing(12);
    if (verified)
        layout->addWidget(new Chip(against(*m_diagnosis) == Against::model ? tr("runs")
                                   : !notCompared(*m_diagnosis).empty()    ? tr("matches in part")
                                   : !m_state.applied.empty()              ? tr("fixed")
                                                                           : tr("matches"),
                                   Role::verified, Role::verifiedSoft, interfaceFont(11, QFont::DemiBold)));
    auto* label = new RoleLabel(text, interfaceFont(13), verified ? Role::text : Role::secondaryText);
    label->setWordWrap(true);
    layout->addWidget(label, 1);
    if (!m_state.applied.empty()) {
        auto* code = new ElidedLabel(toQString(m_state.applied.back().numpy).replace('\n', "; "), monoFont(),
                                     Role::secondaryText);
        layout->addWidget(code, 1);
        auto* undo = new QPushButton(icon("undo"), ' ' + tr("Undo fix"));
        undo->setObjectName("undoFix");
        undo->setAccessibleName(tr("Undo the last fix"));
        connect(undo, &QPushButton::clicked, this, &DiagnosisPanel::undoRequested);
        layout->addWidget(undo);
    }
    return card;
}

namespace {

// A line that opens what stands folded under it.
QPushButton* foldButton(const QString& text, QWidget* body) {
    auto* button = new ElidedButton(icon("chevron-right", Role::secondaryText), text, Qt::ElideRight);
    button->setFont(interfaceFont(12));
    button->setCheckable(true);
    body->hide();
    QObject::connect(button, &QPushButton::toggled, body, [button, body](bool open) {
        button->setIcon(icon(open ? "chevron-down" : "chevron-right", Role::secondaryText));
        body->setVisible(open);
    });
    return button;
}

QString foldedLine(const Finding& finding) {
    return QStringLiteral("<span style=\"font-family:'%1'; font-size:11px; color:%2\">%3</span>&nbsp; %4")
        .arg(monoFamily(), color(Role::secondaryText).name(), toQString(finding.code), messageHtml(finding.message));
}

} // namespace

void DiagnosisPanel::addFolded(const QModelIndex& root, QBoxLayout* lineRow) {
    const int count = m_model->rowCount(root);
    if (count == 0)
        return;
    QStringList names;
    auto* body = new QWidget;
    auto* lines = new QVBoxLayout(body);
    lines->setContentsMargins(30, 0, 0, 4);
    lines->setSpacing(4);
    for (int row = 0; row < count; ++row) {
        const auto& finding = *m_model->finding(m_model->index(row, 0, root));
        const auto place = isolated(toQString(finding.where.name));
        if (!place.isEmpty() && !names.contains(place))
            names << place;
        auto* line = new RoleLabel(foldedLine(finding), interfaceFont(12), Role::text);
        line->setTextFormat(Qt::RichText);
        line->setWordWrap(true);
        lines->addWidget(line);
    }
    if (names.size() > 9) {
        const auto more = names.size() - 8;
        names = names.mid(0, 8) << tr("%1 more").arg(more);
    }
    lineRow->addWidget(foldButton(tr("explains %1: %2").arg(count).arg(names.join(", ")), body));
    m_content->addWidget(body);
}

void DiagnosisPanel::addNotes(QBoxLayout* lineRow) {
    if (m_model->noteCount() == 0)
        return;
    auto* body = new QWidget;
    auto* lines = new QVBoxLayout(body);
    lines->setContentsMargins(30, 0, 0, 4);
    lines->setSpacing(4);
    QString first;
    for (int row = m_model->causeCount(); row < m_model->rowCount(); ++row) {
        const auto& finding = *m_model->finding(m_model->index(row, 0));
        if (first.isEmpty())
            first = messageText(finding.message);
        auto* line = new RoleLabel(foldedLine(finding), interfaceFont(12), Role::text);
        line->setTextFormat(Qt::RichText);
        line->setWordWrap(true);
        lines->addWidget(line);
    }
    const int count = m_model->noteCount();
    lineRow->addWidget(foldButton(
        count == 1 ? tr("1 note: %1").arg(first) : tr("%1 notes: %2 …").arg(QString::number(count), first), body));
    m_content->addWidget(body);
}

} // namespace plumbline
