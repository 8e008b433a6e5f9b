#include "tests/support/testcase.h"

#include "widgets/common/elidedbutton.h"
#include "widgets/panels/welcomepanel.h"

#include <QScrollArea>

using namespace plumbline;

namespace {

std::vector<Demo> demos(int count) {
    std::vector<Demo> all;
    for (int i = 0; i < count; ++i)
        all.push_back({QStringLiteral("Demo %1").arg(i), "What it shows, in a sentence or two.", "m.keras", {}, {}});
    return all;
}

} // namespace

class tst_welcomepanel : public QObject {
    Q_OBJECT
private slots:
    void whatWasOpenedLastIsSeenWithoutScrolling() {
        WelcomePanel panel;
        panel.resize(1280, 700);
        panel.setContents(demos(16), {"/models/first.keras", "/models/second.keras"});
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        const auto recent = panel.findChildren<ElidedButton*>();
        QCOMPARE(recent.size(), 2);
        for (const auto* button : recent)
            QVERIFY2(!button->visibleRegion().isEmpty(), qPrintable(button->wholeText()));
    }

    void aLongPathIsShortenedNotCutOff() {
        WelcomePanel panel;
        panel.resize(800, 700);
        const auto path = "/home/me/" + QString("a_folder_with_a_long_name/").repeated(8) + "generator.keras";
        panel.setContents(demos(3), {path});
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        const auto* scroll = panel.findChild<QScrollArea*>();
        QCOMPARE(scroll->widget()->width(), scroll->viewport()->width());
        const auto* button = panel.findChild<ElidedButton*>();
        QVERIFY(button->text().startsWith("generator.keras"));
        QVERIFY(button->toolTip().contains(path.section('/', 0, -2)));
    }

    void theOldestOfManyAreLeftToTheMenu() {
        WelcomePanel panel;
        QStringList paths;
        for (int i = 0; i < 8; ++i)
            paths << QStringLiteral("/models/%1.keras").arg(i);
        panel.setContents(demos(1), paths);
        QCOMPARE(panel.findChildren<ElidedButton*>().size(), 5);
    }
};

PLUMBLINE_TEST(tst_welcomepanel)
#include "tst_welcomepanel.moc"
