#include "tests/support/testcase.h"

#include "app/window/mainwindow.h"
#include "tests/support/window/fixtureservice.h"
#include "widgets/common/controls.h"
#include "widgets/common/style.h"
#include "widgets/panels/sourcespanel.h"
#include "widgets/views/network/networkview.h"

#include <QApplication>
#include <QDragEnterEvent>
#include <QFile>
#include <QMenu>
#include <QMimeData>
#include <QSignalSpy>
#include <QStatusBar>
#include <QTemporaryDir>

using namespace plumbline;
using plumbline::test::FixtureService;

namespace {

constexpr int patience = 20000; ///< ms; a limit, not a wait

/// A drag of files over a widget and their drop, as the system sends them. True where the drop was taken.
bool dropOn(QWidget& target, const QStringList& files) {
    QMimeData data;
    QList<QUrl> urls;
    for (const auto& file : files)
        urls << QUrl::fromLocalFile(file);
    data.setUrls(urls);
    QDragEnterEvent enter(QPoint(20, 20), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&target, &enter);
    if (!enter.isAccepted())
        return false;
    QDropEvent drop(QPointF(20, 20), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&target, &drop);
    return drop.isAccepted();
}

QAction* entry(const QMenu& menu, const QString& words) {
    for (auto* action : menu.actions())
        if (action->text().contains(words))
            return action;
    return nullptr;
}

} // namespace

class tst_droppedfiles : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    std::unique_ptr<MainWindow> m_window;

    QString file(const char* name) const {
        const auto path = m_folder.filePath(QLatin1String(name));
        QFile made(path);
        return made.open(QIODevice::WriteOnly) ? path : QString();
    }
    bool settles(const std::function<void()>& begin) {
        QSignalSpy settled(m_window.get(), &MainWindow::settled);
        begin();
        return settled.wait(patience);
    }
    SourceCard* card(SourceKind kind) const {
        for (auto* one : m_window->sources()->cards())
            if (one->kind() == kind)
                return one;
        return nullptr;
    }

private slots:
    void initTestCase() { installStyle(*qApp); }
    void init() {
        m_window = std::make_unique<MainWindow>(std::make_unique<FixtureService>("scale"));
        m_window->setRemembering(false);
        m_window->show();
    }
    void cleanup() { m_window.reset(); }

    void aModelDroppedOnTheWindowIsOpened() {
        QVERIFY(settles([&] { QVERIFY(dropOn(*m_window, {file("generator.keras")})); }));
        QCOMPARE(m_window->session().modelPath(), m_folder.filePath("generator.keras"));
        QCOMPARE(m_window->network()->scene().cards.size(), std::size_t(10));
    }

    void aModelIsFoundAmongFilesDroppedTogether() {
        QVERIFY(settles([&] { QVERIFY(dropOn(*m_window, {file("today.npy"), file("generator.keras")})); }));
        QCOMPARE(m_window->session().modelPath(), m_folder.filePath("generator.keras"));
        auto* menu = m_window->findChild<QMenu*>(QString(), Qt::FindDirectChildrenOnly);
        QVERIFY(menu && entry(*menu, "today.npy"));
    }

    void anArrayDroppedOnTheWindowIsAskedAbout() {
        QVERIFY(settles([&] { m_window->openModel("restorer.keras"); }));
        QVERIFY(dropOn(*m_window, {file("today.npy")}));
        auto* menu = m_window->findChild<QMenu*>(QString(), Qt::FindDirectChildrenOnly);
        QVERIFY(menu);
        QVERIFY(!entry(*menu, "model"));
        auto* prediction = entry(*menu, "prediction");
        QVERIFY(prediction);
        QVERIFY(settles([&] { prediction->trigger(); }));
        QCOMPARE(m_window->session().prediction(), QStringList(m_folder.filePath("today.npy")));
        QCOMPARE(m_window->session().training(), QStringList());
    }

    void theQuestionNamesTheFile() {
        QVERIFY(settles([&] { m_window->openModel("restorer.keras"); }));
        QVERIFY(dropOn(*m_window, {file("R&D.npy")}));
        const auto* menu = m_window->findChild<QMenu*>(QString(), Qt::FindDirectChildrenOnly);
        QVERIFY(menu);
        // A separator's text is drawn by few styles.
        QCOMPARE(menu->actions().front()->text(), "What is R&&D.npy?");
        QVERIFY(!menu->actions().front()->isSeparator());
        QVERIFY(!menu->actions().front()->isEnabled());
    }

    void severalFilesOnACardAreLeftToTheWindow() {
        QVERIFY(settles([&] { m_window->openModel("restorer.keras"); }));
        QVERIFY(dropOn(*card(SourceKind::training), {file("a.npy"), file("b.npy")}));
        QCOMPARE(m_window->session().training(), QStringList());
        const auto* menu = m_window->findChild<QMenu*>(QString(), Qt::FindDirectChildrenOnly);
        QVERIFY(menu && entry(*menu, "a.npy"));
        QVERIFY(m_window->statusBar()->currentMessage().contains("the others"));
    }

    void theWindowShowsThatItTakesADrop() {
        auto* frame = m_window->findChild<DropFrame*>();
        QVERIFY(frame && frame->isHidden());
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(file("generator.keras"))});
        QDragEnterEvent enter(QPoint(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_window.get(), &enter);
        QVERIFY(frame->isVisible());
        QDragLeaveEvent leave;
        QApplication::sendEvent(m_window.get(), &leave);
        QVERIFY(frame->isHidden());
        QVERIFY(settles([&] { QVERIFY(dropOn(*m_window, {file("generator.keras")})); }));
        QVERIFY(frame->isHidden());
    }

    void anArrayDroppedOnACardGoesThere() {
        QVERIFY(settles([&] { m_window->openModel("restorer.keras"); }));
        QVERIFY(settles([&] { QVERIFY(dropOn(*card(SourceKind::training), {file("train.npy")})); }));
        QCOMPARE(m_window->session().training(), QStringList(m_folder.filePath("train.npy")));
        QVERIFY(settles([&] { QVERIFY(dropOn(*card(SourceKind::prediction), {file("today.npy")})); }));
        QCOMPARE(m_window->session().prediction(), QStringList(m_folder.filePath("today.npy")));
        QCOMPARE(m_window->session().training(), QStringList(m_folder.filePath("train.npy")));
    }

    void aContainerDroppedOnACardGivesTheArrayOfTheInputsName() {
        QVERIFY(settles([&] { m_window->openModel("restorer.keras"); }));
        QVERIFY(settles([&] { QVERIFY(dropOn(*card(SourceKind::prediction), {file("today.npz")})); }));
        QCOMPARE(m_window->session().prediction(), QStringList(m_folder.filePath("today.npz") + ":image"));
    }

    void whatIsNoFileOfThisMachineIsNotTaken() {
        QVERIFY(settles([&] { m_window->openModel("restorer.keras"); }));
        QMimeData address, promise;
        address.setUrls({QUrl("https://example.org/today.npy")});
        promise.setData("text/uri-list", {});
        for (auto* target : {static_cast<QWidget*>(m_window.get()), static_cast<QWidget*>(card(SourceKind::training))})
            for (const auto* data : {&address, &promise}) {
                QDragEnterEvent enter(QPoint(20, 20), Qt::CopyAction, data, Qt::LeftButton, Qt::NoModifier);
                enter.ignore();
                QApplication::sendEvent(target, &enter);
                QVERIFY(!enter.isAccepted());
                QDropEvent drop(QPointF(20, 20), Qt::CopyAction, data, Qt::LeftButton, Qt::NoModifier);
                QApplication::sendEvent(target, &drop);
            }
        QCOMPARE(m_window->session().training(), QStringList());
    }
};

PLUMBLINE_TEST(tst_droppedfiles)
#include "tst_droppedfiles.moc"
