#include "tests/support/testcase.h"

#include "tests/support/window/openedwindow.h"
#include "widgets/common/palette.h"
#include "widgets/common/style.h"

#include <QApplication>
#include <QFile>
#include <QFileDialog>
#include <QTemporaryDir>

using namespace plumbline;
using namespace plumbline::test;

class tst_saving : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { installStyle(*qApp); }
    void init() { Theme::instance().setChoice(Theme::Choice::light); }

    void aReportIsAPageWithAPictureBesideIt() {
        const auto [service, window] = opened("scale");
        QTemporaryDir folder;
        window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window.get()));
        QTest::keyClick(window.get(), Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
        auto* dialog = window->findChild<QFileDialog*>();
        QVERIFY(dialog);
        emit dialog->fileSelected(folder.filePath("bug.html"));
        dialog->close();
        QFile page(folder.filePath("bug.html"));
        QVERIFY(page.open(QIODevice::ReadOnly));
        const auto html = page.readAll();
        QVERIFY(html.contains("scale") && html.contains("down1"));
        QCOMPARE(QImage(folder.filePath("bug.png")).size(), window->size() * window->devicePixelRatio());
    }
};

PLUMBLINE_TEST(tst_saving)
#include "tst_saving.moc"
