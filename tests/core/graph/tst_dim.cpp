#include "tests/support/testcase.h"

#include "core/graph/dim.h"

using namespace plumbline;

class tst_dim : public QObject {
    Q_OBJECT
private slots:
    void equalExpressionsAreEqualDimensions() {
        const auto h = Dim::symbol("h");
        QVERIFY(h == Dim::symbol("h"));
        QVERIFY(!(h == Dim::symbol("w")));
        QVERIFY(ceilDivide(h, 2) * 2 == ceilDivide(h, 2) * 2);
        QVERIFY(floorDivide(h * 2, 2) == h);
        QVERIFY((h + 3) - 3 == h);
        QVERIFY(Dim(2) * h == h * 2);
    }

    void aSymbolIsReplacedByItsSize() {
        const auto h = Dim::symbol("h");
        QCOMPARE(*(ceilDivide(h, 2) * 2).evaluate({{"h", 7}}), 8);
        QVERIFY(!h.evaluate({}));
        QVERIFY(!(h * Dim::symbol("w")).evaluate({{"h", 1LL << 62}, {"w", 4}}));
    }

    void unknownPrintsAsKerasPrintsIt() {
        QCOMPARE(dimsText({Dim::symbol("batch"), 10}), std::string("(None, 10)"));
        QCOMPARE(dimsText({Dim(3)}), std::string("(3,)"));
        QCOMPARE(ceilDivide(Dim::symbol("h"), 2).expressionText(), std::string("ceil(h / 2)"));
    }
};

PLUMBLINE_TEST(tst_dim)
#include "tst_dim.moc"
