// How files come into the window: dialogs, drops, recent files.

#include "app/document/settings.h"
#include "app/window/mainwindow.h"
#include "widgets/common/controls.h"
#include "widgets/common/droppedfiles.h"
#include "widgets/common/wording.h"
#include "widgets/panels/sourcespanel.h"
#include "widgets/panels/welcomepanel.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLayout>
#include <QMenu>
#include <QStatusBar>

#include <algorithm>

namespace plumbline {

namespace {

bool looksLikeModel(const QString& path) {
    const auto suffix = QFileInfo(path).suffix().toLower();
    return suffix == "keras" || suffix == "json" || suffix == "onnx" || suffix == "h5" || suffix == "hdf5";
}

/// An .h5 may be either, these are never arrays.
bool isSurelyModel(const QString& path) {
    const auto suffix = QFileInfo(path).suffix().toLower();
    return suffix == "keras" || suffix == "json" || suffix == "onnx";
}

bool isContainer(const QString& path) {
    const auto suffix = QFileInfo(path).suffix().toLower();
    return QFileInfo(path).isFile() && (suffix == "npz" || suffix == "h5" || suffix == "hdf5");
}

} // namespace

void MainWindow::showDemos() {
    if (m_demos.empty())
        if (const auto file = demosFile(); !file.isEmpty())
            m_demos = readDemos(file);
    m_welcome->setContents(m_demos, m_remembering ? Settings::recentModels() : QStringList());
}

void MainWindow::openDialog() {
    auto* dialog = new QFileDialog(this, tr("Open a model"), Settings::lastFolder(),
                                   tr("Models (*.keras *.h5 *.hdf5 *.json);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        Settings::setLastFolder(QFileInfo(path).path());
        openModel(path);
    });
    dialog->open();
}

void MainWindow::browse(SourceKind kind, const QString& input) {
    if (kind == SourceKind::model) {
        openDialog();
        return;
    }
    if (kind == SourceKind::weights) {
        auto* dialog =
            new QFileDialog(this, tr("The weights of the architecture"), QFileInfo(m_session.modelPath()).path(),
                            tr("Weights (*.h5 *.hdf5 *.json);;All files (*)"));
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setFileMode(QFileDialog::ExistingFile);
        connect(dialog, &QFileDialog::fileSelected, &m_session, &Session::setWeights);
        dialog->open();
        return;
    }
    auto* dialog = new QFileDialog(
        this, kind == SourceKind::training ? tr("Training reference") : tr("Prediction input"), Settings::lastFolder(),
        tr("Arrays, tables and pictures (*.npy *.npz *.csv *.h5 *.hdf5 *.png *.jpg *.jpeg);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this, kind, input](const QString& path) {
        Settings::setLastFolder(QFileInfo(path).path());
        give(kind, input, path);
    });
    dialog->open();
}

void MainWindow::give(SourceKind kind, const QString& input, const QString& text) {
    const auto& diagnosis = m_session.diagnosis();
    if (kind == SourceKind::model) {
        // Dropped on an architecture without weights an .h5 is what it lacks.
        if (diagnosis && diagnosis->model && !diagnosis->model->hasWeights && !isSurelyModel(text))
            m_session.setWeights(text);
        else
            openModel(text);
        return;
    }
    if (isContainer(text)) {
        // The file is asked which arrays it holds; it is opened in the worker, as every file is.
        m_pendingList = {m_pendingList.number + 1, kind, input, text};
        m_session.jobs().list(text.toStdString(), m_pendingList.number);
    } else if (input.isEmpty() && severalInputs() && !text.isEmpty()) {
        m_sources->offerInputs(kind, text);
    } else {
        m_session.setSource(kind == SourceKind::training, input, text);
    }
}

bool MainWindow::severalInputs() const {
    const auto& diagnosis = m_session.diagnosis();
    return diagnosis && diagnosis->model && diagnosis->model->inputs.size() > 1;
}

void MainWindow::chooseArray(const std::vector<SourceEntry>& entries) {
    const auto pending = m_pendingList;
    const bool isTraining = pending.kind == SourceKind::training;
    const auto holds = [&](const std::string& part) {
        return std::ranges::any_of(entries, [&](const SourceEntry& entry) { return entry.part == part; });
    };
    if (entries.size() > 1 && holds(pending.input.toStdString())) {
        m_session.setSource(isTraining, pending.input, pending.path + ':' + pending.input);
        return;
    }
    if (pending.input.isEmpty() && severalInputs()) {
        // An array for every input, by name: the file is the source of all of them.
        const auto& inputs = m_session.diagnosis()->model->inputs;
        if (std::ranges::all_of(inputs, [&](const InputSummary& one) { return holds(one.name); }))
            m_session.setSource(isTraining, {}, pending.path);
        else
            m_sources->offerInputs(pending.kind, pending.path);
        return;
    }
    if (entries.size() > 1)
        m_sources->offerParts(pending.kind, pending.input, pending.path, entries);
    else
        m_session.setSource(isTraining, pending.input, pending.path);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (droppedFiles(event->mimeData()).isEmpty())
        return;
    event->acceptProposedAction();
    m_dropFrame->showOver(centralWidget());
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent*) { m_dropFrame->hide(); }

void MainWindow::dropEvent(QDropEvent* event) {
    m_dropFrame->hide();
    auto files = droppedFiles(event->mimeData());
    if (files.isEmpty())
        return;
    event->acceptProposedAction();
    const bool isOpen = !m_session.modelPath().isEmpty();
    // A model among other files is opened whatever their order; alone on an empty window anything is tried as one.
    const auto model = std::find_if(files.cbegin(), files.cend(), isOpen ? isSurelyModel : looksLikeModel);
    if (model != files.cend() || !isOpen) {
        const auto path = model != files.cend() ? *model : files.front();
        files.removeOne(path);
        openModel(path);
    }
    if (files.isEmpty())
        return;
    // An array dropped beside the cards can be either side: only the user knows which.
    const auto path = files.front();
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setAccessibleName(tr("What is %1?").arg(QFileInfo(path).fileName()));
    // A section's title is not shown by every style.
    menu->addAction(tr("What is %1?").arg(withoutMnemonic(QFileInfo(path).fileName())))->setEnabled(false);
    menu->addSeparator();
    menu->addAction(tr("Use as the prediction's input"), this,
                    [this, path] { give(SourceKind::prediction, {}, path); });
    menu->addAction(tr("Use as the training reference"), this, [this, path] { give(SourceKind::training, {}, path); });
    if (looksLikeModel(path))
        menu->addAction(tr("Open as a model"), this, [this, path] { openModel(path); });
    menu->popup(mapToGlobal(event->position().toPoint()));
    if (files.size() > 1)
        statusBar()->showMessage(tr("Of the files dropped, %1 is asked about; drop the others on their cards.")
                                     .arg(QFileInfo(path).fileName()),
                                 8000);
}

void settleLayout(QWidget& window) {
    // A label that wraps asks for its height only once it has its width, and so up to the window: a few rounds end it.
    for (int round = 0; round < 6; ++round) {
        QApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QApplication::sendPostedEvents();
        window.layout()->activate();
    }
    QApplication::processEvents();
}

void MainWindow::setTheme(int choice) {
    Theme::instance().setChoice(static_cast<Theme::Choice>(choice));
    if (m_remembering)
        Settings::setTheme(static_cast<Theme::Choice>(choice));
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (m_remembering)
        Settings::setWindow(saveGeometry(), saveState());
    QMainWindow::closeEvent(event);
}

} // namespace plumbline
