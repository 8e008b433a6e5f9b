// What the main window is made of: actions, tool bar, centre, docks, status bar.

#include "app/document/settings.h"
#include "app/window/mainwindow.h"
#include "widgets/common/controls.h"
#include "widgets/common/fonts.h"
#include "widgets/common/icons.h"
#include "widgets/common/style.h"
#include "widgets/panels/diagnosispanel.h"
#include "widgets/panels/inspectorpanel.h"
#include "widgets/panels/layerspanel.h"
#include "widgets/panels/noticepanel.h"
#include "widgets/panels/sourcespanel.h"
#include "widgets/panels/welcomepanel.h"
#include "widgets/views/network/networkview.h"

#include <QAction>
#include <QCoreApplication>
#include <QDir>
#include <QDockWidget>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabBar>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace plumbline {

namespace {

QDockWidget* dockFor(QMainWindow* window, const QString& title, QWidget* contents, Qt::DockWidgetArea area, Role ground,
                     bool ownHead) {
    auto* dock = new QDockWidget(title, window);
    dock->setObjectName(title);
    dock->setFeatures(QDockWidget::DockWidgetClosable | QDockWidget::DockWidgetMovable);
    auto* frame = new QWidget;
    frame->setObjectName("dockFrame");
    auto* layout = new QVBoxLayout(frame);
    layout->setContentsMargins(0, ownHead ? 0 : 12, 0, 0);
    layout->setSpacing(4);
    if (!ownHead) {
        auto* head = sectionHead(title);
        head->setContentsMargins(area == Qt::LeftDockWidgetArea ? 10 : 14, 0, 0, 0);
        layout->addWidget(head);
    }
    layout->addWidget(contents, 1);
    dock->setTitleBarWidget(new QWidget(dock)); // the head stands inside
    dock->setWidget(frame);
    const auto recolor = [frame, ground] {
        auto palette = frame->palette();
        palette.setColor(QPalette::Window, color(ground));
        frame->setPalette(palette);
        frame->setAutoFillBackground(true);
    };
    recolor();
    QObject::connect(&Theme::instance(), &Theme::changed, frame, recolor);
    window->addDockWidget(area, dock);
    return dock;
}

} // namespace

QString demosFile() {
    const QDir program(QCoreApplication::applicationDirPath());
    for (const auto* place : {"demo/demos.json", "../share/plumbline/demo/demos.json",
                              "../../resources/demo/demos.json", "../../../resources/demo/demos.json"})
        if (QFile::exists(program.filePath(place)))
            return QDir::cleanPath(program.filePath(place));
    return {};
}

void MainWindow::buildToolBar() {
    auto* bar = m_toolBar = addToolBar(tr("Tools"));
    bar->setObjectName("tools");
    bar->setMovable(false);
    bar->setIconSize(QSize(16, 16));
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    const auto button = [&](const QString& text, const QString& iconName, Role ink, const QString& name) {
        auto* made = new QPushButton(icon(iconName, ink), ' ' + text); // the style sheet has no gap beside an icon
        made->setAccessibleName(name);
        bar->addWidget(made);
        return made;
    };
    auto* open = button(tr("Open"), "open", Role::text, tr("Open a model"));
    open->setToolTip(tr("Open a model (%1)").arg(m_open->shortcut().toString(QKeySequence::NativeText)));
    connect(open, &QPushButton::clicked, this, &MainWindow::openDialog);
    auto* recent = new QToolButton;
    recent->setIcon(icon("chevron-down", Role::secondaryText));
    recent->setAccessibleName(tr("Recent models and demos"));
    recent->setToolTip(recent->accessibleName());
    recent->setPopupMode(QToolButton::InstantPopup);
    recent->setMenu(new QMenu(recent));
    connect(recent->menu(), &QMenu::aboutToShow, this, [this, recent] { fillOpenMenu(recent->menu()); });
    bar->addWidget(recent);
    bar->addSeparator();
    m_runButton = button(tr("Run  F5"), "run", Role::onAccent, tr("Run the prediction"));
    makePrimary(m_runButton);
    connect(m_runButton, &QPushButton::clicked, m_run, &QAction::trigger);
    connect(m_run, &QAction::changed, this, [this] { m_runButton->setEnabled(m_run->isEnabled()); });
    // A widget in a tool bar is shown and hidden by its action; this one stands in a box of its own so that its button
    // can be.
    auto* box = new QWidget;
    auto* boxLayout = new QHBoxLayout(box);
    boxLayout->setContentsMargins(4, 0, 0, 0);
    m_cancelButton = new QPushButton(icon("cancel"), ' ' + tr("Cancel"));
    makeFlat(m_cancelButton);
    m_cancelButton->setAccessibleName(tr("Cancel the run"));
    connect(m_cancelButton, &QPushButton::clicked, m_cancel, &QAction::trigger);
    m_cancelButton->hide();
    boxLayout->addWidget(m_cancelButton);
    bar->addWidget(box);
    auto* space = new QWidget;
    space->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    bar->addWidget(space);
    auto* search = button({}, "search", Role::secondaryText, tr("Command palette"));
    search->setText(' ' + tr("Find a layer or an action") + QString(14, ' ') + "Ctrl+K");
    search->setProperty("search", true);
    search->setMinimumWidth(280);
    connect(search, &QPushButton::clicked, this, &MainWindow::showPalette);
    auto* palette = new QAction(tr("Command palette"), this);
    palette->setShortcut(QKeySequence("Ctrl+K"));
    connect(palette, &QAction::triggered, this, &MainWindow::showPalette);
    addAction(palette);
    auto* report = button(tr("Report"), "report", Role::text, tr("Save a report"));
    report->setToolTip(
        tr("A page and a picture for a bug report (%1)").arg(m_report->shortcut().toString(QKeySequence::NativeText)));
    connect(report, &QPushButton::clicked, m_report, &QAction::trigger);
    connect(m_report, &QAction::changed, report, [this, report] { report->setEnabled(m_report->isEnabled()); });
    auto* theme = new QToolButton;
    theme->setIcon(icon("theme"));
    theme->setAccessibleName(tr("Switch between light and dark"));
    theme->setToolTip(tr("Switch between light and dark"));
    connect(theme, &QToolButton::clicked, this, [this] {
        setTheme(static_cast<int>(Theme::instance().appearance() == Appearance::dark ? Theme::Choice::light
                                                                                     : Theme::Choice::dark));
    });
    bar->addWidget(theme);
}

void MainWindow::buildCentre() {
    m_welcome = new WelcomePanel;
    m_network = new NetworkView;
    m_layers = new LayersPanel;
    m_notice = new NoticePanel;
    m_tabs = new QTabBar;
    m_tabs->addTab(tr("Network"));
    m_tabs->addTab(tr("Layers"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setAccessibleName(tr("Views"));
    auto* strip = new QWidget;
    strip->setObjectName("tabStrip");
    auto* stripLayout = new QHBoxLayout(strip);
    stripLayout->setContentsMargins(3, 0, 8, 0);
    stripLayout->setSpacing(2);
    stripLayout->addWidget(m_tabs);
    stripLayout->addStretch();
    const auto zoom = [&](const QString& name, const QString& text, void (NetworkView::*slot)()) {
        auto* button = new QToolButton;
        button->setIcon(icon(name, Role::secondaryText));
        button->setToolTip(text);
        button->setAccessibleName(text);
        connect(button, &QToolButton::clicked, m_network, slot);
        connect(m_tabs, &QTabBar::currentChanged, button, [button](int tab) { button->setVisible(tab == 0); });
        stripLayout->addWidget(button);
    };
    zoom("minus", tr("Zoom out"), &NetworkView::zoomOut);
    zoom("plus", tr("Zoom in"), &NetworkView::zoomIn);
    zoom("fit", tr("Fit the network into the window"), &NetworkView::fit);
    const auto recolor = [strip] {
        auto palette = strip->palette();
        palette.setColor(QPalette::Window, color(Role::surface));
        strip->setPalette(palette);
        strip->setAutoFillBackground(true);
    };
    recolor();
    connect(&Theme::instance(), &Theme::changed, strip, recolor);
    m_views = new QStackedWidget;
    m_views->addWidget(m_network);
    m_views->addWidget(m_layers);
    m_views->addWidget(m_notice);
    connect(m_tabs, &QTabBar::currentChanged, this, &MainWindow::showCentre);
    auto* page = new QWidget;
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(strip);
    layout->addWidget(m_views, 1);
    m_pages = new QStackedWidget;
    m_pages->addWidget(m_welcome);
    m_pages->addWidget(page);
    setCentralWidget(m_pages);
    m_dropFrame = new DropFrame(this);
}

void MainWindow::buildDocks() {
    m_sources = new SourcesPanel;
    m_inspector = new InspectorPanel;
    m_diagnosisPanel = new DiagnosisPanel;
    auto* sources = dockFor(this, tr("Sources"), m_sources, Qt::LeftDockWidgetArea, Role::sunken, false);
    auto* inspector = dockFor(this, tr("Inspector"), m_inspector, Qt::RightDockWidgetArea, Role::surface, false);
    auto* diagnosis = dockFor(this, tr("Diagnosis"), m_diagnosisPanel, Qt::BottomDockWidgetArea, Role::sunken, true);
    m_docks = {sources, inspector, diagnosis};
    resizeDocks({sources, inspector}, {264, 376}, Qt::Horizontal);
    resizeDocks({diagnosis}, {176}, Qt::Vertical);
    for (auto* dock : m_docks) {
        auto* toggle = dock->toggleViewAction();
        toggle->setText(tr("Show or hide: %1").arg(dock->windowTitle()));
        toggle->setShortcut(QKeySequence(QStringLiteral("Ctrl+Alt+%1").arg(m_docks.indexOf(dock) + 1)));
        addAction(toggle);
        m_commands << toggle;
    }
}

void MainWindow::buildStatusBar() {
    auto* bar = statusBar();
    bar->setSizeGripEnabled(false);
    m_ran = new QLabel;
    m_engine = new QLabel;
    m_worker = new QLabel;
    m_progress = new QProgressBar;
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    m_progress->setFixedWidth(90);
    m_progress->setAccessibleName(tr("Work in progress"));
    m_progress->hide();
    m_ran->setContentsMargins(14, 4, 10, 6);
    m_engine->setContentsMargins(10, 4, 10, 6);
    m_worker->setContentsMargins(10, 4, 10, 6);
    for (auto* label : {m_ran, m_engine, m_worker})
        label->setTextFormat(Qt::PlainText); // names of layers and files stand there
    bar->addWidget(m_ran);
    bar->addWidget(m_progress);
    bar->addWidget(m_engine);
    bar->addPermanentWidget(m_worker);
    auto* version = new QLabel(tr("Plumbline %1").arg(QString(PLUMBLINE_VERSION).section('.', 0, 1)));
    version->setContentsMargins(10, 4, 14, 6);
    bar->addPermanentWidget(version);
}

} // namespace plumbline
