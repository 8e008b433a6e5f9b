// Every action of the window: its name, its shortcut, what it does. All stand in the command palette.

#include "app/document/settings.h"
#include "app/window/mainwindow.h"
#include "widgets/common/icons.h"
#include "widgets/common/wording.h"
#include "widgets/panels/diagnosispanel.h"
#include "widgets/panels/inspectorpanel.h"
#include "widgets/panels/layerspanel.h"
#include "widgets/panels/sourcespanel.h"
#include "widgets/panels/tensorpane.h"
#include "widgets/panels/welcomepanel.h"
#include "widgets/views/heatmapview.h"
#include "widgets/views/network/networkview.h"
#include "widgets/views/rangecontrol.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QFileInfo>
#include <QLineEdit>
#include <QMenu>
#include <QStatusBar>
#include <QTabBar>

namespace plumbline {

QAction* MainWindow::add(const QString& text, const QString& iconName, const QKeySequence& shortcut,
                         std::function<void()> run) {
    auto* action = new QAction(text, this);
    if (!iconName.isEmpty())
        action->setIcon(icon(iconName));
    action->setShortcut(shortcut);
    connect(action, &QAction::triggered, this, [run = std::move(run)] { run(); });
    addAction(action);
    m_commands << action;
    return action;
}

void MainWindow::buildActions() {
    m_run = add(tr("Run"), "run", Qt::Key_F5, [this] { m_session.run(); });
    m_open = add(tr("Open a model…"), "open", QKeySequence::Open, [this] { openDialog(); });
    m_chooseInput = add(tr("Choose the prediction input…"), {}, QKeySequence("Ctrl+I"),
                        [this] { browse(SourceKind::prediction, {}); });
    add(tr("Choose the training reference…"), {}, QKeySequence("Ctrl+T"), [this] { browse(SourceKind::training, {}); });
    m_cancel = add(tr("Cancel the run"), "cancel", QKeySequence("Shift+F5"), [this] { m_session.cancel(); });
    add(tr("Apply the first fix"), "check", QKeySequence("Ctrl+Return"), [this] { applyFirstFix(); });
    add(tr("Copy the first fix as NumPy code"), "copy", QKeySequence("Ctrl+Shift+C"), [this] { copyFix(0); });
    auto* undo = m_session.undoStack()->createUndoAction(this, tr("Undo"));
    undo->setShortcut(QKeySequence::Undo);
    auto* redo = m_session.undoStack()->createRedoAction(this, tr("Redo"));
    redo->setShortcut(QKeySequence::Redo);
    for (auto* action : {undo, redo}) {
        addAction(action);
        m_commands << action;
    }
    buildViewActions();
    buildElementActions();
    const auto copyLayers = [this](TableFormat format) {
        QApplication::clipboard()->setText(m_layers->text(format));
        statusBar()->showMessage(tr("The layers were copied."), 3000);
    };
    add(tr("Copy the layers as text"), "copy", QKeySequence("Ctrl+Shift+T"), [=] { copyLayers(TableFormat::text); });
    add(tr("Copy the layers as CSV"), "copy", QKeySequence("Ctrl+Shift+V"), [=] { copyLayers(TableFormat::csv); });
    add(tr("Copy the layers as Markdown"), "copy", QKeySequence("Ctrl+Shift+M"),
        [=] { copyLayers(TableFormat::markdown); });
    m_report = add(tr("Save a report…"), "report", QKeySequence("Ctrl+Shift+R"), [this] { saveReport(); });
    add(tr("Save a picture of the window…"), "picture", QKeySequence("Ctrl+Shift+S"), [this] { savePicture(); });
    add(tr("Light appearance"), "theme", QKeySequence("Ctrl+Alt+L"),
        [this] { setTheme(static_cast<int>(Theme::Choice::light)); });
    add(tr("Dark appearance"), "theme", QKeySequence("Ctrl+Alt+D"),
        [this] { setTheme(static_cast<int>(Theme::Choice::dark)); });
    add(tr("Appearance of the system"), "theme", QKeySequence("Ctrl+Alt+S"),
        [this] { setTheme(static_cast<int>(Theme::Choice::system)); });
    add(tr("Close the model"), "close", QKeySequence::Close, [this] { m_session.open({}, {}, {}); });
    add(tr("Quit"), {}, QKeySequence("Ctrl+Q"), [this] { close(); });
}

void MainWindow::buildViewActions() {
    add(tr("Go to the divergence"), "goto", QKeySequence("Ctrl+D"), [this] {
        m_tabs->setCurrentIndex(0);
        m_network->centreDivergence();
        chooseRow();
    });
    add(tr("Show the network"), {}, QKeySequence("Ctrl+1"), [this] {
        m_tabs->setCurrentIndex(0);
        m_network->setFocus();
    });
    add(tr("Show the layers as a table"), {}, QKeySequence("Ctrl+2"), [this] {
        m_tabs->setCurrentIndex(1);
        m_layers->filter()->setFocus();
    });
    add(tr("Go to the sources"), {}, QKeySequence("Ctrl+3"), [this] {
        if (const auto cards = m_sources->cards(); !cards.isEmpty())
            cards.front()->setFocus(Qt::TabFocusReason);
    });
    add(tr("Go to the inspector"), {}, QKeySequence("Ctrl+4"),
        [this] { m_inspector->activePane()->heatmap()->setFocus(); });
    add(tr("Go to the diagnosis"), {}, QKeySequence("Ctrl+5"), [this] { m_diagnosisPanel->focusFirst(); });
    add(tr("Find in the network"), "search", QKeySequence::Find, [this] {
        if (m_tabs->currentIndex() == 1)
            m_layers->filter()->setFocus();
        else
            m_network->openFind();
    });
    add(tr("Next layer found"), {}, QKeySequence("F3"), [this] { m_network->nextFound(1); });
    add(tr("Previous layer found"), {}, QKeySequence("Shift+F3"), [this] { m_network->nextFound(-1); });
    add(tr("Fit the network into the window"), "fit", QKeySequence("Ctrl+0"), [this] { m_network->fit(); });
    add(tr("Zoom in"), "plus", QKeySequence::ZoomIn, [this] { m_network->zoomIn(); });
    add(tr("Zoom out"), "minus", QKeySequence::ZoomOut, [this] { m_network->zoomOut(); });
    add(tr("Show the network at its own size"), {}, QKeySequence("Ctrl+9"), [this] { m_network->zoomReset(); });
    add(tr("Fold or open the nested model"), {}, QKeySequence("Ctrl+E"), [this] { m_network->toggleFold(m_row); });
}

void MainWindow::buildElementActions() {
    add(tr("Go to an element by its index"), {}, QKeySequence("Ctrl+G"),
        [this] { m_inspector->activePane()->focusGoTo(); });
    add(tr("Next NaN or infinity"), {}, QKeySequence("F8"), [this] { m_inspector->activePane()->goToNonFinite(1); });
    add(tr("Previous NaN or infinity"), {}, QKeySequence("Shift+F8"),
        [this] { m_inspector->activePane()->goToNonFinite(-1); });
    add(tr("Choose the range of the colours"), {}, QKeySequence("Ctrl+R"),
        [this] { m_inspector->activePane()->range()->setFocus(Qt::ShortcutFocusReason); });
    add(tr("Fit the range of the colours to the values"), {}, QKeySequence("Ctrl+Shift+A"),
        [this] { m_inspector->activePane()->autofit(); });
    add(tr("Copy the picked value"), "copy", QKeySequence("Ctrl+Alt+C"),
        [this] { QApplication::clipboard()->setText(m_inspector->activePane()->exactText()); });
}

void MainWindow::applyFirstFix() {
    const auto& diagnosis = m_session.diagnosis();
    for (std::size_t i = 0; diagnosis && !m_session.isBusy() && i < diagnosis->findings.size(); ++i)
        if (diagnosis->findings[i].fix) {
            m_session.applyFix(static_cast<int>(i));
            return;
        }
}

void MainWindow::copyFix(int finding) {
    const auto& diagnosis = m_session.diagnosis();
    const auto at = static_cast<std::size_t>(finding);
    if (!diagnosis || at >= diagnosis->findings.size() || !diagnosis->findings[at].fix)
        return;
    QApplication::clipboard()->setText(toQString(diagnosis->findings[at].fix->numpy));
    statusBar()->showMessage(tr("The fix was copied as NumPy code."), 3000);
}

namespace {

/// The file and its folder, which is shortened where it is long.
QString inMenu(const QString& path) {
    constexpr int widest = 480;
    const auto folder = QFontMetrics(QApplication::font()).elidedText(QFileInfo(path).path(), Qt::ElideMiddle, widest);
    return withoutMnemonic(QFileInfo(path).fileName() + QStringLiteral("    ") + folder);
}

} // namespace

void MainWindow::fillOpenMenu(QMenu* menu) {
    menu->clear();
    const auto recent = m_remembering ? Settings::recentModels() : QStringList();
    for (const auto& path : recent)
        menu->addAction(icon("model", Role::secondaryText), inMenu(path), this, [this, path] { openModel(path); });
    if (!recent.isEmpty() && !m_demos.empty())
        menu->addSeparator();
    for (std::size_t i = 0; i < m_demos.size(); ++i)
        menu->addAction(tr("Demo: %1").arg(m_demos[i].title), this, [this, i] { openDemo(static_cast<int>(i)); });
}

} // namespace plumbline
