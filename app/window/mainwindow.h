#pragma once
// The window of one document: tool bar, docks, tabs and what joins them. It decides nothing about models.

#include "app/document/session.h"

#include <QMainWindow>

class QLabel;
class QProgressBar;
class QPushButton;
class QStackedWidget;
class QTabBar;
class QToolBar;

namespace plumbline {

class CommandPalette;
class DiagnosisPanel;
class DropFrame;
class InspectorPanel;
class LayersPanel;
class NetworkView;
class NoticePanel;
struct Notice;
class SourcesPanel;
class WelcomePanel;
enum class SourceKind;
struct Demo;

class MainWindow final : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(std::unique_ptr<CheckService> service, QWidget* parent = nullptr);
    ~MainWindow() override;

    Session& session() { return m_session; }
    NetworkView* network() const { return m_network; }
    LayersPanel* layers() const { return m_layers; }
    InspectorPanel* inspector() const { return m_inspector; }
    DiagnosisPanel* diagnosisPanel() const { return m_diagnosisPanel; }
    SourcesPanel* sources() const { return m_sources; }
    WelcomePanel* welcome() const { return m_welcome; }
    NoticePanel* notice() const { return m_notice; }
    int selectedRow() const { return m_row; }
    void openModel(const QString& path);
    void openDemo(int demo);
    void setRemembering(bool remembering) { m_remembering = remembering; } ///< recent files, geometry

public slots:
    void selectRow(int row);
    void showPalette();

signals:
    void settled(); ///< the run ended and every element its views asked for has arrived

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    QAction* add(const QString& text, const QString& iconName, const QKeySequence& shortcut, std::function<void()> run);
    void buildActions();
    void buildViewActions();
    void buildElementActions();
    void buildToolBar();
    void buildCentre();
    void buildDocks();
    void buildStatusBar();
    void connectSession();
    void showDiagnosis();
    void showSources();
    void showState();
    /// Network, table, or why there is neither.
    void showCentre();
    Notice noticeNow() const;
    void fillOpenMenu(class QMenu* menu);
    void chooseRow(); ///< the row worth seeing first
    void requestThumbnails();
    void browse(SourceKind kind, const QString& input);
    void give(SourceKind kind, const QString& input, const QString& text);
    void chooseArray(const std::vector<SourceEntry>& entries); ///< of the container last given
    bool severalInputs() const;
    void openDialog();
    QString proposedName() const; ///< of what is saved, without its ending
    /// `save` writes to the path that was chosen and says in words what went wrong.
    void askWhereToSave(const QString& title, const QString& filter, const QString& ending,
                        std::function<QString(const QString&)> save);
    void savePicture();
    void saveReport();
    void applyFirstFix();
    void copyFix(int finding);
    void setTheme(int choice);
    void showDemos();

    Session m_session;
    QList<QAction*> m_commands; ///< in the command palette, in this order
    QAction *m_run, *m_cancel, *m_open, *m_report, *m_chooseInput;
    QPushButton *m_runButton, *m_cancelButton;
    QToolBar* m_toolBar;
    QTabBar* m_tabs;
    QStackedWidget *m_pages, *m_views;
    WelcomePanel* m_welcome;
    NetworkView* m_network;
    NoticePanel* m_notice;
    LayersPanel* m_layers;
    SourcesPanel* m_sources;
    InspectorPanel* m_inspector;
    DiagnosisPanel* m_diagnosisPanel;
    QList<QDockWidget*> m_docks;
    QLabel *m_ran, *m_engine, *m_worker;
    QProgressBar* m_progress;
    DropFrame* m_dropFrame;
    std::vector<Demo> m_demos;
    int m_row = -1;
    bool m_finished = false, m_remembering = true;
    struct PendingList {
        quint64 number = 0;
        SourceKind kind{};
        QString input, path;
    } m_pendingList;
};

/// Lets every layout that waits for an event take its place now: before a picture is taken.
void settleLayout(QWidget& window);
/// Where the demos stand: beside the program, below an installed share folder, or in the source tree.
QString demosFile();

} // namespace plumbline
