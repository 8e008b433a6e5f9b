#include "tests/support/testcase.h"

#include "app/window/mainwindow.h"
#include "tests/support/window/fixtureservice.h"
#include "widgets/common/style.h"
#include "widgets/views/network/networkview.h"

#include <QApplication>
#include <QSet>
#include <QSignalSpy>
#include <QTabBar>

using namespace plumbline;

class tst_keyboard : public QObject {
    Q_OBJECT
    std::unique_ptr<MainWindow> m_window;

private slots:
    void initTestCase() { installStyle(*qApp); }
    void init() {
        m_window = std::make_unique<MainWindow>(std::make_unique<test::FixtureService>("scale"));
        m_window->setRemembering(false);
        m_window->resize(1440, 900);
        m_window->show();
        QSignalSpy settled(m_window.get(), &MainWindow::settled);
        m_window->session().open("restorer.keras", {"train_images.npy"}, {"scan_batch.npy"});
        QVERIFY(settled.wait(20000));
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }
    void cleanup() { m_window.reset(); }

    void theTabKeyReachesEveryControlAndIsHeldByNone_data() {
        QTest::addColumn<int>("tab");
        QTest::newRow("network") << 0;
        QTest::newRow("layers") << 1;
    }
    void theTabKeyReachesEveryControlAndIsHeldByNone() {
        QFETCH(int, tab);
        m_window->findChild<QTabBar*>()->setCurrentIndex(tab);
        m_window->selectRow(1); // a layer with weights
        QApplication::processEvents();
        auto* first = m_window->findChild<QTabBar*>();
        first->setFocus();
        QSet<const QWidget*> reached{first};
        constexpr int most = 200;
        int steps = 0;
        for (; steps < most; ++steps) {
            auto* at = QApplication::focusWidget();
            QVERIFY(at);
            QTest::keyClick(at, Qt::Key_Tab);
            const auto* next = QApplication::focusWidget();
            QVERIFY2(next != at, qPrintable(QStringLiteral("a %1 (%2) keeps the focus")
                                                .arg(at->metaObject()->className(), at->accessibleName())));
            if (next == first)
                break;
            reached << next;
        }
        QVERIFY2(steps < most, "the focus never comes round");
        for (const auto* widget : m_window->findChildren<QWidget*>())
            if (widget->isVisible() && widget->isEnabled() && (widget->focusPolicy() & Qt::TabFocus) &&
                !widget->focusProxy() && widget->window() == m_window.get())
                QVERIFY2(reached.contains(widget),
                         qPrintable(QStringLiteral("a %1 (%2) is never reached")
                                        .arg(widget->metaObject()->className(), widget->accessibleName())));
    }
};

PLUMBLINE_TEST(tst_keyboard)
#include "tst_keyboard.moc"
