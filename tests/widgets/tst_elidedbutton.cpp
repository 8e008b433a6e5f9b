#include "tests/support/testcase.h"

#include "widgets/common/elidedbutton.h"

using namespace plumbline;

class tst_elidedbutton : public QObject {
    Q_OBJECT
private slots:
    void textThatFitsIsWhole() {
        ElidedButton button({}, "generator.keras   /home/me", Qt::ElideMiddle);
        button.resize(button.sizeHint());
        QCOMPARE(button.text(), button.wholeText());
        QCOMPARE(button.toolTip(), QString());
    }

    void textThatDoesNotFitIsWholeInTheTooltip() {
        ElidedButton button({}, "generator.keras   /home/me/a/folder/far/below/another", Qt::ElideMiddle);
        button.show(); // a size takes effect then
        const auto hint = button.sizeHint();
        button.resize(200, hint.height());
        QVERIFY(button.text().contains(QChar(0x2026)));
        QVERIFY(button.text().startsWith("gen") && button.text().endsWith("ther"));
        QVERIFY(button.minimumSizeHint().width() < 200);
        QCOMPARE(button.toolTip(), button.wholeText());
        QCOMPARE(button.accessibleName(), button.wholeText());
        QCOMPARE(button.sizeHint(), hint); // else a layout would never let it grow again
        button.resize(hint);
        QCOMPARE(button.text(), button.wholeText());
    }

    void anAmpersandIsNoMnemonic() {
        const ElidedButton button({}, "R&D.keras", Qt::ElideMiddle);
        QCOMPARE(button.text(), "R&&D.keras");
        QCOMPARE(button.accessibleName(), "R&D.keras");
    }
};

PLUMBLINE_TEST(tst_elidedbutton)
#include "tst_elidedbutton.moc"
