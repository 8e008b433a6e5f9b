#include "app/window/mainwindow.h"

#include "app/document/settings.h"
#include "app/document/weightsbeside.h"
#include "widgets/common/icons.h"
#include "widgets/common/style.h"
#include "widgets/common/thumbnails.h"
#include "widgets/common/wording.h"
#include "widgets/panels/commandpalette.h"
#include "widgets/panels/diagnosispanel.h"
#include "widgets/panels/inspectorpanel.h"
#include "widgets/panels/layerspanel.h"
#include "widgets/panels/sourcespanel.h"
#include "widgets/panels/welcomepanel.h"
#include "widgets/views/network/networkview.h"

#include <QApplication>
#include <QDir>
#include <QDockWidget>
#include <QFileInfo>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabBar>
#include <QToolBar>

namespace plumbline {

namespace {

constexpr std::int64_t thumbnailSamples = 6, largestThumbnail = 512;

constexpr std::pair<ElementsFor, Jobs::Tag> elementTags[] = {
    {ElementsFor::slice, Jobs::Tag::elements},
    {ElementsFor::images, Jobs::Tag::images},
    {ElementsFor::weight, Jobs::Tag::weight},
    {ElementsFor::trainingColumns, Jobs::Tag::trainingColumns},
    {ElementsFor::predictionColumns, Jobs::Tag::predictionColumns},
};

QString ranText(const Diagnosis& diagnosis, const QString& problem) {
    if (!problem.isEmpty())
        return problem;
    if (!diagnosis.model)
        return {};
    std::int64_t done = 0, all = 0;
    QString failed;
    for (std::size_t i = 0; i < diagnosis.model->layers.size(); ++i) {
        const auto& layer = diagnosis.model->layers[i];
        if (layer.isInput || layer.isContainer)
            continue;
        ++all;
        if (i >= diagnosis.layers.size())
            continue;
        done += !diagnosis.layers[i].shapes.empty();
        if (diagnosis.layers[i].status == LayerStatus::failed && failed.isEmpty())
            failed = toQString(layer.name);
    }
    if (diagnosis.layers.empty())
        return countedText(all, MainWindow::tr("%1 layer, not run"), MainWindow::tr("%1 layers, not run"));
    if (!failed.isEmpty())
        return MainWindow::tr("Stopped at %1, %2 of %3 layers")
            .arg(isolated(failed), QString::number(done), QString::number(all));
    if (done < all)
        return MainWindow::tr("Ran %1 of %2 layers").arg(done).arg(all);
    return countedText(all, MainWindow::tr("Ran %1 layer in %2; statistics took %3, preparation %4"),
                       MainWindow::tr("Ran %1 layers in %2; their statistics took %3, preparation %4"))
        .arg(durationText(diagnosis.microseconds), durationText(diagnosis.statisticsMicroseconds),
             durationText(diagnosis.preparationMicroseconds));
}

} // namespace

MainWindow::MainWindow(std::unique_ptr<CheckService> service, QWidget* parent)
    : QMainWindow(parent), m_session(std::move(service)) {
    setWindowTitle(tr("Plumbline"));
    setWindowIcon(programIcon());
    setAcceptDrops(true);
    setMinimumSize(880, 480); // below a screen of 1920 x 1080 at 200 %; all docks are whole
    resize(1440, 900);
    setDockOptions(QMainWindow::AllowTabbedDocks | QMainWindow::AnimatedDocks);
    buildActions();
    buildToolBar();
    buildCentre();
    buildDocks();
    buildStatusBar();
    connectSession();
    showDemos();
    showSources();
    showDiagnosis();
    showState();
}

MainWindow::~MainWindow() = default;

void MainWindow::connectSession() {
    connect(&m_session, &Session::sourcesChanged, this, [this] {
        m_finished = false;
        showSources();
    });
    connect(&m_session, &Session::diagnosisChanged, this, &MainWindow::showDiagnosis);
    connect(&m_session, &Session::stateChanged, this, &MainWindow::showState);
    connect(&m_session, &Session::finished, this, [this] {
        m_finished = true;
        showState();
        if (auto* focused = focusWidget(); m_network->isVisible() && (!focused || m_toolBar->isAncestorOf(focused)))
            m_network->setFocus(Qt::OtherFocusReason); // the keys belong to what was opened
        chooseRow();
        requestThumbnails();
        if (m_remembering && m_session.diagnosis() && m_session.diagnosis()->model) {
            Settings::addRecentModel(m_session.modelPath());
            showDemos();
        }
        if (!m_session.jobs().hasWork())
            emit settled();
    });
    connect(&m_session.jobs(), &Jobs::idle, this, [this] {
        if (m_finished && !m_session.isBusy() && !m_session.jobs().hasWork())
            emit settled();
    });
    connect(&m_session.jobs(), &Jobs::elementsArrived, this,
            [this](Jobs::Tag tag, const TensorRequest& request, const Tensor& tensor, const QString& problem) {
                if (tag == Jobs::Tag::thumbnails) {
                    m_sources->setThumbnails(request.trainingSource, request.layer,
                                             imagesOf(tensor, true, thumbnailSamples));
                    return;
                }
                const auto hint = problem.isEmpty() || m_session.isAlive()
                                      ? problem
                                      : tr("%1 Run again (F5) and they are here.").arg(problem);
                for (const auto& [purpose, itsTag] : elementTags)
                    if (itsTag == tag)
                        m_inspector->setElements(purpose, request, tensor, hint);
            });
    connect(m_inspector, &InspectorPanel::elementsRequested, this,
            [this](ElementsFor purpose, const TensorRequest& request) {
                for (const auto& [itsPurpose, tag] : elementTags)
                    if (itsPurpose == purpose)
                        m_session.jobs().elements(request, tag);
            });
    connect(m_inspector, &InspectorPanel::searchRequested, this,
            [this](const TensorRequest& request, const Shape& shape, qint64 from, int direction) {
                m_session.jobs().search(request, shape, from, direction);
            });
    connect(&m_session.jobs(), &Jobs::found, m_inspector, &InspectorPanel::setFound);
    connect(&m_session.jobs(), &Jobs::nothingFound, m_inspector, &InspectorPanel::setNothingFound);
    connect(&m_session.jobs(), &Jobs::listed, this,
            [this](quint64 number, const std::vector<SourceEntry>& entries, const QString&) {
                if (number == m_pendingList.number)
                    chooseArray(entries);
            });
    connect(m_network, &NetworkView::rowSelected, this, &MainWindow::selectRow);
    connect(m_layers, &LayersPanel::rowSelected, this, &MainWindow::selectRow);
    connect(m_layers, &LayersPanel::rowActivated, this, [this](int row) {
        m_tabs->setCurrentIndex(0);
        selectRow(row);
        m_network->selectRow(row);
    });
    connect(m_network, &NetworkView::rowActivated, m_inspector, qOverload<>(&QWidget::setFocus));
    connect(m_sources, &SourcesPanel::sourceGiven, this, &MainWindow::give);
    connect(m_sources, &SourcesPanel::browseRequested, this, &MainWindow::browse);
    connect(m_diagnosisPanel, &DiagnosisPanel::applyRequested, &m_session, &Session::applyFix);
    connect(m_diagnosisPanel, &DiagnosisPanel::undoRequested, m_session.undoStack(), &QUndoStack::undo);
    connect(m_diagnosisPanel, &DiagnosisPanel::copyRequested, this, &MainWindow::copyFix);
    connect(m_diagnosisPanel, &DiagnosisPanel::goToRequested, this, [this](int finding) {
        const auto& all = m_session.diagnosis()->findings;
        const int row = rowOf(*m_session.diagnosis(), all[static_cast<std::size_t>(finding)].where);
        m_tabs->setCurrentIndex(0);
        m_network->selectRow(row);
        selectRow(row);
    });
    connect(&Theme::instance(), &Theme::changed, this, &MainWindow::showDiagnosis); // rich text holds colours
    connect(m_welcome, &WelcomePanel::openRequested, this, &MainWindow::openDialog);
    connect(m_welcome, &WelcomePanel::recentChosen, this, &MainWindow::openModel);
    connect(m_welcome, &WelcomePanel::demoChosen, this, &MainWindow::openDemo);
}

void MainWindow::openDemo(int at) {
    const auto& demo = m_demos[static_cast<std::size_t>(at)];
    m_session.open(demo.model, demo.training, demo.prediction);
}

void MainWindow::openModel(const QString& path) {
    if (path == m_session.modelPath())
        m_session.run();
    else
        m_session.open(path, {}, {}, weightsBeside(path));
}

void MainWindow::showSources() {
    const auto& model = m_session.modelPath();
    m_sources->setWeights(m_session.weights());
    m_sources->setSources(model, m_session.training(), m_session.prediction(), m_session.diagnosis());
    m_pages->setCurrentIndex(model.isEmpty() ? 0 : 1);
    for (auto* dock : m_docks)
        dock->setVisible(!model.isEmpty());
    m_run->setEnabled(!model.isEmpty());
    auto file = QFileInfo(model).fileName();
    file.replace("[*]", "[*][*]"); // alone it is the place of Qt's mark of what is not saved
    setWindowTitle(model.isEmpty() ? tr("Plumbline") : tr("%1 — Plumbline").arg(file));
}

void MainWindow::showDiagnosis() {
    const auto& diagnosis = m_session.diagnosis();
    m_network->setRunning(m_session.isBusy(), !m_session.prediction().isEmpty());
    m_network->setDiagnosis(diagnosis);
    m_layers->setDiagnosis(diagnosis);
    m_sources->setSources(m_session.modelPath(), m_session.training(), m_session.prediction(), diagnosis);
    if (!diagnosis || !diagnosis->model) {
        m_row = -1;
        m_inspector->setRow(-1);
    }
    m_inspector->setDiagnosis(diagnosis);
    showState();
}

void MainWindow::showState() {
    const bool busy = m_session.isBusy();
    m_run->setEnabled(!m_session.modelPath().isEmpty());
    m_cancel->setEnabled(busy);
    m_cancelButton->setVisible(busy);
    m_progress->setVisible(busy);
    const bool isMeasured = m_session.fraction() >= 0;
    m_progress->setRange(0, isMeasured ? 1000 : 0); // without an end it only moves
    if (isMeasured)
        m_progress->setValue(static_cast<int>(m_session.fraction() * 1000));
    DiagnosisState state;
    state.isBusy = busy;
    state.activity = m_session.activity();
    state.applied = m_session.fixes();
    state.problem = m_session.problem();
    m_diagnosisPanel->setDiagnosis(m_session.diagnosis(), state);
    const auto& diagnosis = m_session.diagnosis();
    m_ran->setText(busy        ? m_session.activity()
                   : diagnosis ? ranText(*diagnosis, m_session.problem())
                               : m_session.problem());
    m_engine->setText(diagnosis ? toQString(diagnosis->engine) : QString());
    m_report->setEnabled(diagnosis && !busy);
    showCentre();
    m_worker->setText(m_session.modelPath().isEmpty() ? QString()
                      : busy                          ? tr("worker at work")
                      : m_session.isAlive()           ? tr("worker alive")
                                                      : tr("worker not running"));
}

void MainWindow::chooseRow() {
    const auto& diagnosis = m_session.diagnosis();
    if (!diagnosis || !diagnosis->model || diagnosis->model->layers.empty())
        return;
    const auto& layers = diagnosis->model->layers;
    int row = m_row;
    if (const auto* place = diagnosis->firstDivergence(); place && rowOf(*diagnosis, *place) >= 0) {
        row = rowOf(*diagnosis, *place);
    } else if (row < 0) {
        // Nothing is wrong: a run shows what came out, or how far it came, a model alone what comes first in it.
        row = diagnosis->layers.empty() ? 0 : static_cast<int>(layers.size()) - 1;
        while (row > 0 && static_cast<std::size_t>(row) < diagnosis->layers.size() &&
               diagnosis->layers[static_cast<std::size_t>(row)].status == LayerStatus::notReached)
            --row;
        while (diagnosis->layers.empty() && row + 1 < static_cast<int>(layers.size()) &&
               layers[static_cast<std::size_t>(row)].isInput)
            ++row;
        if (const int shown = m_network->shownRow(row); shown >= 0)
            row = shown; // a model that stands folded stays folded
    }
    m_row = -1;
    selectRow(row);
}

void MainWindow::selectRow(int row) {
    if (row == m_row)
        return;
    m_row = row;
    m_inspector->setRow(row);
    if (m_network->selectedRow() != row)
        m_network->selectRow(row);
    m_layers->selectRow(row);
}

void MainWindow::requestThumbnails() {
    const auto& diagnosis = m_session.diagnosis();
    if (!diagnosis || !diagnosis->model)
        return;
    std::vector<TensorRequest> requests;
    std::set<std::pair<bool, int>> pictured;
    for (const bool training : {true, false})
        for (const auto& source : training ? diagnosis->training : diagnosis->prediction) {
            if (!source.isImage || source.kind == "law" || source.shape.rank() < 3)
                continue;
            TensorRequest request;
            request.origin = TensorRequest::Origin::source;
            request.trainingSource = training;
            for (std::size_t i = 0; i < diagnosis->model->inputs.size(); ++i)
                if (diagnosis->model->inputs[i].name == source.input)
                    request.layer = static_cast<int>(i);
            request.ranges.emplace_back(0, std::min(source.shape[0], thumbnailSamples));
            bool small = request.layer >= 0 && source.shape[0] > 0;
            // Without channels rows of numbers are a picture only where they are about as high as wide: steps of a
            // series are not.
            if (source.shape.rank() == 3) {
                const auto height = source.shape[1], width = source.shape[2];
                small &= height <= 2 * width && width <= 2 * height;
            }
            for (std::size_t axis = 1; axis < source.shape.rank(); ++axis) {
                request.ranges.emplace_back(0, source.shape[axis]);
                small &= source.shape[axis] <= largestThumbnail;
            }
            if (small) {
                pictured.emplace(training, request.layer);
                requests.push_back(std::move(request));
            }
        }
    m_sources->keepThumbnails(pictured); // a file may have become another under its old name
    if (!requests.empty())
        m_session.jobs().thumbnails(std::move(requests));
}

void MainWindow::showPalette() {
    QList<PaletteEntry> entries;
    if (const auto& diagnosis = m_session.diagnosis(); diagnosis && diagnosis->model)
        for (std::size_t i = 0; i < diagnosis->model->layers.size(); ++i) {
            const auto& layer = diagnosis->model->layers[i];
            entries.push_back(
                {toQString(layer.name), toQString(layer.type), [this, i] { selectRow(static_cast<int>(i)); }});
        }
    for (auto* action : m_commands)
        if (action->isEnabled())
            entries.push_back({action->text(), action->shortcut().toString(QKeySequence::NativeText),
                               [action] { action->trigger(); }});
    if (m_remembering)
        for (const auto& path : Settings::recentModels())
            entries.push_back({tr("Open again: %1").arg(QFileInfo(path).fileName()), QFileInfo(path).dir().dirName(),
                               [this, path] { openModel(path); }});
    for (std::size_t i = 0; i < m_demos.size(); ++i)
        entries.push_back({tr("Demo: %1").arg(m_demos[i].title), {}, [this, i] { openDemo(static_cast<int>(i)); }});
    auto* palette = new CommandPalette(std::move(entries), this);
    palette->show();
}

} // namespace plumbline
