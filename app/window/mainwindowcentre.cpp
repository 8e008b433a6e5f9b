// What the middle of the window shows: the network, the table of the layers, or why there is neither.

#include "app/window/mainwindow.h"
#include "widgets/common/wording.h"
#include "widgets/panels/noticepanel.h"

#include <QAction>
#include <QFileInfo>
#include <QStackedWidget>
#include <QTabBar>

namespace plumbline {

namespace {

constexpr int noticePage = 2;

/// What can be done about an error of a model's file.
QString hintOn(const Error& error) {
    if (error.message.id() == "file.missing")
        return MainWindow::tr("It may have been moved, or its disk is not there.");
    if (error.message.id() == "weights-missing.architecture")
        return MainWindow::tr("Open the architecture (.json) instead; the weights beside it are found by their name. "
                              "Or save the whole model: model.save(\"model.keras\").");
    switch (error.code) {
    case ErrorCode::cannotRead:
        return MainWindow::tr("Is it the whole file? Plumbline reads .keras files, .h5 files with the architecture in "
                              "them, and a .json architecture beside its weights.");
    case ErrorCode::refused: return MainWindow::tr("Nothing that a file brings along is ever executed.");
    case ErrorCode::noGraph: return {}; // the sentence itself says what to do
    case ErrorCode::unsupported: return MainWindow::tr("Saved again by Keras 3 as .keras it may be readable.");
    default: return {};
    }
}

/// The finding that says how the worker ended, where it did.
const Finding* deathOf(const Diagnosis& diagnosis) {
    for (const auto& finding : diagnosis.findings)
        if (finding.code == "crash" || finding.code == "timeout" || finding.code == "out-of-memory")
            return &finding;
    return nullptr;
}

} // namespace

Notice MainWindow::noticeNow() const {
    const auto file = isolated(QFileInfo(m_session.modelPath()).fileName());
    const auto& diagnosis = m_session.diagnosis();
    Notice notice;
    if (m_session.isBusy()) {
        notice.icon = "model";
        notice.title = tr("Reading %1").arg(file);
        notice.actions = {{m_cancel, tr("Cancel")}};
        return notice;
    }
    notice.icon = "warning";
    notice.isFailure = true;
    if (const auto* death = diagnosis ? deathOf(*diagnosis) : nullptr) {
        notice.title = tr("The process that was reading %1 ended").arg(file);
        notice.text = messageText(death->message);
        notice.hint = tr("Files are read in a process of their own: nothing else is lost.");
        notice.actions = {{m_run, tr("Try again")}, {m_open, tr("Open another model…")}};
    } else if (diagnosis && diagnosis->error) {
        notice.title = tr("%1 cannot be read").arg(file);
        notice.text = errorText(*diagnosis->error);
        notice.hint = hintOn(*diagnosis->error);
        notice.actions = {{m_open, tr("Open another model…")}, {m_run, tr("Try again")}};
    } else {
        notice.isFailure = false;
        notice.title = tr("%1 was not read").arg(file);
        notice.text = m_session.problem();
        notice.actions = {{m_run, tr("Try again")}, {m_open, tr("Open another model…")}};
    }
    return notice;
}

void MainWindow::showCentre() {
    const bool hasModel = m_session.diagnosis() && m_session.diagnosis()->model;
    const bool isOpen = !m_session.modelPath().isEmpty();
    if (isOpen && !hasModel)
        m_notice->setNotice(noticeNow());
    m_views->setCurrentIndex(isOpen && !hasModel ? noticePage : m_tabs->currentIndex());
}

} // namespace plumbline
