#include "tests/support/testcase.h"

#include "tests/support/window/openedwindow.h"
#include "widgets/common/elidedbutton.h"
#include "widgets/common/palette.h"
#include "widgets/common/style.h"
#include "widgets/panels/diagnosispanel.h"
#include "widgets/views/network/networkview.h"

#include <QApplication>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>

using namespace plumbline;
using namespace plumbline::test;

class tst_runs : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { installStyle(*qApp); }
    void init() { Theme::instance().setChoice(Theme::Choice::light); }

    void anAppliedFixRunsAgainAndIsUndone() {
        const auto [service, window] = opened("scale");
        QCOMPARE(service->checks.load(), 1);
        auto* apply = window->diagnosisPanel()->findChild<QPushButton*>("applyFix0");
        QVERIFY(apply);
        QSignalSpy settled(window.get(), &MainWindow::settled);
        QTest::mouseClick(apply, Qt::LeftButton);
        QVERIFY(settled.wait(patience));
        QCOMPARE(service->checks.load(), 2);
        QCOMPARE(window->session().fixes().size(), std::size_t(1));
        QCOMPARE(window->diagnosisPanel()->model().causeCount(), 0);
        QCOMPARE(window->network()->scene().calloutCard, -1);
        picture(*window, "scale-fixed");
        QVERIFY(window->diagnosisPanel()->findChild<QPushButton*>("undoFix"));
        window->session().undoStack()->undo();
        QVERIFY(settled.wait(patience));
        QCOMPARE(window->session().fixes().size(), std::size_t(0));
        QCOMPARE(window->diagnosisPanel()->model().causeCount(), 1);
        QCOMPARE(window->network()->scene().callout.isEmpty(), false);
        window->session().undoStack()->redo();
        QVERIFY(settled.wait(patience));
        QCOMPARE(window->diagnosisPanel()->model().causeCount(), 0);
    }

    void aRunIsCancelledAndTheWindowGoesOn() {
        auto [service, window] = opened("scale");
        service->blocks = true;
        window->session().run();
        QVERIFY(window->session().isBusy());
        QTRY_COMPARE(service->checks.load(), 2);
        QSignalSpy finished(&window->session(), &Session::finished);
        window->session().cancel();
        QCOMPARE(finished.size(), 1);
        QVERIFY(!window->session().isBusy());
        service->blocks = false;
        QSignalSpy settled(window.get(), &MainWindow::settled);
        window->session().run();
        QVERIFY(settled.wait(patience));
        QCOMPARE(window->diagnosisPanel()->model().causeCount(), 1);
    }

    void theThreeLatestRunsAreOneRun() {
        auto [service, window] = opened("scale");
        service->blocks = true;
        window->session().run();
        QTRY_COMPARE(service->checks.load(), 2);
        window->session().run();
        service->blocks = false;
        window->session().run();
        QSignalSpy settled(window.get(), &MainWindow::settled);
        QVERIFY(settled.wait(patience));
        // The second was stopped or dropped, the third answered.
        QVERIFY(service->checks.load() <= 4);
        QVERIFY(!window->session().isBusy());
        QCOMPARE(window->diagnosisPanel()->model().causeCount(), 1);
    }

    void aCancelledFirstRunSaysSoAndNothingElse() {
        auto service = std::make_unique<FixtureService>("scale");
        service->blocksAfter = 3; // layers
        MainWindow window(std::move(service));
        window.setRemembering(false);
        window.resize(1440, 900);
        window.show();
        window.session().open("restorer.keras", {"train_images.npy"}, {"scan_batch.npy"});
        QTRY_VERIFY(window.network()->scene().ran);
        QVERIFY(window.network()->scene().isRunning);
        window.session().cancel();
        QVERIFY(!window.network()->scene().isRunning); // what was not reached will not be
        const int row = window.network()->selectedRow();
        QVERIFY2(row >= 0 && row < 3, qPrintable(QString::number(row))); // a layer that has values to show
        for (const auto* label : window.diagnosisPanel()->findChildren<QLabel*>())
            QVERIFY2(!label->text().contains("Add the input"), "an input was given");
    }

    void aLongRunLeavesWhatIsOpenInTheDiagnosisOpen() {
        const auto [service, window] = opened("scale");
        auto* fold = window->diagnosisPanel()->findChild<ElidedButton*>();
        QVERIFY(fold);
        fold->setChecked(true);
        emit window->session().stateChanged(); // as a report of progress
        QApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QCOMPARE(window->diagnosisPanel()->findChild<ElidedButton*>(), fold);
        QVERIFY(fold->isChecked());
    }

    void theFocusStaysInTheDiagnosisWhenAFixIsApplied() {
        const auto [service, window] = opened("scale");
        window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window.get()));
        QSignalSpy settled(window.get(), &MainWindow::settled);
        auto* apply = window->diagnosisPanel()->findChild<QPushButton*>("applyFix0");
        QVERIFY(apply);
        apply->setFocus();
        QTest::keyClick(apply, Qt::Key_Space);
        QVERIFY(settled.wait(patience));
        auto* undo = window->diagnosisPanel()->findChild<QPushButton*>("undoFix");
        QVERIFY(undo);
        QCOMPARE(window->focusWidget(), undo);
    }

    void aReferenceAloneIsNotHeldToAnInput() {
        auto service = std::make_unique<FixtureService>("scale");
        service->missesInput = true;
        MainWindow window(std::move(service));
        window.setRemembering(false);
        window.show();
        QSignalSpy settled(&window, &MainWindow::settled);
        window.session().open("restorer.keras", {"odd.npy"}, {});
        QVERIFY(settled.wait(patience));
        QCOMPARE(window.network()->scene().callout, QString());
        QCOMPARE(window.diagnosisPanel()->model().causeCount(), 0);
        QCOMPARE(window.diagnosisPanel()->model().noteCount(), 1);
    }
};

PLUMBLINE_TEST(tst_runs)
#include "tst_runs.moc"
