#include "tests/support/testcase.h"

#include "tests/support/window/openedwindow.h"
#include "widgets/common/palette.h"
#include "widgets/common/style.h"

#include <QApplication>
#include <QFile>
#include <QFileDialog>
#include <QMessageBox>
#include <QTemporaryDir>

using namespace plumbline;
using namespace plumbline::test;

class tst_saving : public QObject {
    Q_OBJECT

    /// By Ctrl+Shift and the key, under the name that the user chose.
    static void save(Qt::Key key, const QString& path) {
        const auto [service, window] = opened("scale");
        window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window.get()));
        QTest::keyClick(window.get(), key, Qt::ControlModifier | Qt::ShiftModifier);
        auto* dialog = window->findChild<QFileDialog*>();
        QVERIFY(dialog);
        emit dialog->fileSelected(path);
        dialog->close();
    }

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

    void aNameWithADotGetsItsEnding() {
        QTemporaryDir folder;
        save(Qt::Key_R, folder.filePath("model.v2"));
        QVERIFY(QFile::exists(folder.filePath("model.v2.html")));
        QVERIFY(QFile::exists(folder.filePath("model.v2.png")));
        save(Qt::Key_S, folder.filePath("window.of.today"));
        QVERIFY(QFile::exists(folder.filePath("window.of.today.png")));
    }

    void anotherPictureOfThatNameIsNotWrittenOver() {
        QTemporaryDir folder;
        QFile mine(folder.filePath("bug.png"));
        QVERIFY(mine.open(QIODevice::WriteOnly) && mine.write("mine") == 4);
        mine.close();
        save(Qt::Key_R, folder.filePath("bug.html"));
        QVERIFY(mine.open(QIODevice::ReadOnly));
        QCOMPARE(mine.readAll(), QByteArray("mine"));
        QVERIFY(!QImage(folder.filePath("bug-2.png")).isNull());
    }

    void aPathInAMessageIsNoMarkup() {
        QTemporaryDir folder;
        const auto [service, opening] = opened("scale");
        auto* window = opening.get();
        const auto say = [window](const QString& path) {
            window->activateWindow();
            if (!QTest::qWaitForWindowActive(window))
                return static_cast<QMessageBox*>(nullptr);
            QTest::keyClick(window, Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
            if (auto* dialog = window->findChild<QFileDialog*>()) {
                emit dialog->fileSelected(path);
                delete dialog;
            }
            return window->findChild<QMessageBox*>();
        };
        const auto missing = folder.filePath("no <b>such</b>/bug.html");
        auto* box = say(missing);
        QVERIFY(box && box->text().contains(missing));
        QCOMPARE(box->textFormat(), Qt::PlainText);
        delete box;
        QFile page(folder.filePath("<i>a.html"));
        QVERIFY(page.open(QIODevice::WriteOnly));
        box = say(folder.filePath("<i>a"));
        QVERIFY(box && box->text().contains(page.fileName()));
        QCOMPARE(box->textFormat(), Qt::PlainText);
    }

    void aNameIsProposed() {
        const auto [service, window] = opened("scale");
        window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window.get()));
        QTest::keyClick(window.get(), Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
        auto* dialog = window->findChild<QFileDialog*>();
        QVERIFY(dialog);
        QCOMPARE(QFileInfo(dialog->selectedFiles().value(0)).fileName(), "restorer-scale.html");
    }
};

PLUMBLINE_TEST(tst_saving)
#include "tst_saving.moc"
