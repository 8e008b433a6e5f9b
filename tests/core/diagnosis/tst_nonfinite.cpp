#include "tests/core/diagnosis/casebuilder.h"

#include <cmath>

using namespace plumbline;
using namespace plumbline::test;

namespace {

/// z -> op(z): one layer whose arithmetic may give NaN.
std::shared_ptr<const Model> arithmetic(const std::string& op, bool twice) {
    ModelBuilder b;
    const auto z = b.input("z", {Dim::symbol("batch"), 4});
    const auto first = b.layer("first", "Activation", "Identity", {z});
    const auto y = b.layer("born", "Lambda", op, twice ? std::vector{first, first} : std::vector{first});
    return b.finish({b.layer("last", "Activation", "Identity", {y})});
}

} // namespace

class tst_nonfinite : public QObject {
    Q_OBJECT
private slots:
    void aNanInTheInputIsPlaced() {
        Numbers numbers(4);
        const auto session =
            Case(twoDense()).train(numbers.uniform({500, 10})).predict(with(numbers.uniform({3, 10}), 17, NAN)).run();
        CHECK_FIRST(session, "nan-in-input");
        QCOMPARE(finding.severity, Severity::error);
        QCOMPARE(*finding.where.element, (std::vector<std::int64_t>{1, 7}));
        QVERIFY(finding.fix && finding.fix->verified);
    }

    void aNanInAWeightIsPlaced() {
        ModelBuilder b;
        const auto x = b.input("z", {Dim::symbol("batch"), 2});
        const auto model = b.finish(
            {b.layer("dense", "Dense", "MatMul", {x}, {{"kernel", Tensor::of<float>({2, 2}, {1, 2, NAN, 4})}})});
        Numbers numbers(5);
        const auto session = Case(model).predict(numbers.uniform({3, 2})).run();
        CHECK_FIRST(session, "nan-in-weights");
        QCOMPARE(finding.where.name, std::string("dense"));
        QCOMPARE(*finding.where.weight, std::string("kernel"));
        QCOMPARE(*finding.where.element, (std::vector<std::int64_t>{1, 0}));
        QVERIFY2(session->diagnosis.findings.size() == 1, codesOf(session->diagnosis).c_str());
    }

    void aNanAmongTheNumbersOfAnOpIsNotPassedOver() {
        // A constant that the file's weights do not hold: no nan-in-weights says it.
        ModelBuilder b;
        const auto z = b.input("z", {Dim::symbol("batch"), 2});
        const auto deviation = b.graph().addConstant("deviation", Tensor::of<float>({2}, {1, NAN}), LayerId());
        const auto y = b.layer("scaled", "Normalization", "Div", {z, deviation});
        Numbers numbers(6);
        const auto session = Case(b.finish({y})).predict(numbers.uniform({3, 2})).run();
        CHECK_FIRST(session, "nan-born");
        QCOMPARE(finding.where.name, std::string("scaled"));
        QCOMPARE(*finding.where.element, (std::vector<std::int64_t>{0, 1}));
        QCOMPARE(session->diagnosis.exitStatus(), 1);
    }

    void nanIsBornOfArithmetic_data() {
        QTest::addColumn<QString>("op");
        QTest::addColumn<bool>("twice");
        QTest::addColumn<float>("value");
        QTest::addColumn<QString>("cause");
        QTest::newRow("0 / 0") << "Div" << true << 0.0f << "0 / 0";
        QTest::newRow("log of a negative") << "Log" << false << -1.0f << "log of a negative";
        QTest::newRow("sqrt of a negative") << "Sqrt" << false << -4.0f << "sqrt of a negative";
        QTest::newRow("inf - inf") << "Sub" << true << INFINITY << "inf - inf";
    }
    void nanIsBornOfArithmetic() {
        QFETCH(QString, op);
        QFETCH(bool, twice);
        QFETCH(float, value);
        QFETCH(QString, cause);
        const auto session = Case(arithmetic(op.toStdString(), twice))
                                 .predict(Tensor::of<float>({2, 4}, {1, 2, 3, 4, 5, value, 7, 8}))
                                 .run();
        VERIFY_RESULT(session);
        const Finding* born = nullptr;
        for (const auto& finding : session->diagnosis.findings)
            if (finding.code == "nan-born")
                born = &finding;
        QVERIFY2(born, codesOf(session->diagnosis).c_str());
        QCOMPARE(born->where.name, std::string("born"));
        QCOMPARE(*born->where.element, (std::vector<std::int64_t>{1, 1}));
        QCOMPARE(born->evidence["cause"].get<std::string>(), cause.toStdString());
        QCOMPARE(born->evidence["op"].get<std::string>(), op.toStdString());
        QCOMPARE(born->severity, Severity::error);
    }

    void infinitiesOfBothSignsInAProductOfMatricesAreNoZeroTimesInfinity() {
        // first = x * 1e38 overflows; second adds up +inf and -inf beside a bias that is 0.
        ModelBuilder b;
        const auto x = b.input("x", {Dim::symbol("batch"), 2});
        const auto first = b.layer("first", "Multiply", "Mul", {x}, {{"factor", Tensor::of<float>({1}, {1e38f})}});
        const auto second =
            b.layer("second", "Dense", "Gemm", {first},
                    {{"kernel", Tensor::of<float>({2, 1}, {1, -1})}, {"bias", Tensor::of<float>({1}, {0})}});
        const auto session = Case(b.finish({second})).predict(Tensor::of<float>({1, 2}, {100, 100})).run();
        CHECK_FIRST(session, "inf-born"); // the overflow explains it
        QCOMPARE(finding.where.name, std::string("first"));
        QCOMPARE(session->diagnosis.findings.size(), std::size_t(2));
        const auto& born = session->diagnosis.findings[1];
        QCOMPARE(born.code, std::string("nan-born"));
        QCOMPARE(born.where.name, std::string("second"));
        QCOMPARE(born.evidence["cause"].get<std::string>(), std::string("inf - inf"));
    }

    void anInfinityThatTrainingNeverHadIsNoMatch() {
        Numbers numbers(8);
        const auto x = numbers.uniform({40, 4}, -1, 1);
        const auto divided =
            Case(arithmetic("Reciprocal", false)).train(numbers.uniform({400, 4}, -1, 1)).predict(with(x, 5, 0)).run();
        CHECK_FIRST(divided, "inf-born");
        QCOMPARE(finding.severity, Severity::warning);
        QCOMPARE(finding.where.name, std::string("born"));
        QCOMPARE(finding.evidence["cause"].get<std::string>(), std::string("1 / 0"));
        QCOMPARE(finding.actual["inf"].get<double>(), 1.0);
        QVERIFY(std::isinf(*divided->diagnosis.layers[static_cast<std::size_t>(finding.where.index)].divergence));
        QCOMPARE(divided->diagnosis.verdict, Verdict::diverges);
    }
};

PLUMBLINE_TEST(tst_nonfinite)
#include "tst_nonfinite.moc"
