// Every birth of NaN or infinity that does not follow from another is a finding, with the numbers that the arithmetic
// took and where they stand.
#include "tests/support/testcase.h"

#include "core/diagnosis/births.h"
#include "tests/core/diagnosis/casebuilder.h"

#include <cmath>

using namespace plumbline;
using namespace plumbline::test;

namespace {

Attributes epsilon(double value) {
    Attributes out;
    out.set("epsilon", value);
    return out;
}

ValueId batchNorm(ModelBuilder& b, const std::string& name, ValueId x, std::vector<float> variance) {
    const auto n = static_cast<std::int64_t>(variance.size());
    const std::vector<float> two(variance.size(), 2), zero(variance.size(), 0);
    const auto of = [&](const std::vector<float>& v) { return Tensor::of<float>({n}, std::span<const float>(v)); };
    return b.layer(
        name, "BatchNormalization", "BatchNormalization", {x},
        {{"gamma", of(two)}, {"beta", of(zero)}, {"moving_mean", of(zero)}, {"moving_variance", of(variance)}},
        epsilon(1e-3));
}

std::vector<const Finding*> all(const CheckSession& session, const std::string& code) {
    std::vector<const Finding*> out;
    for (const auto& finding : session.diagnosis.findings)
        if (finding.code == code)
            out.push_back(&finding);
    return out;
}

std::vector<double> operands(const Finding& finding) {
    std::vector<double> out;
    for (const auto& value : finding.evidence["operands"])
        out.push_back(value.is_number()                   ? value.get<double>()
                      : value.get<std::string>() == "inf" ? INFINITY
                      : value.get<std::string>() == "nan" ? std::nan("")
                                                          : -INFINITY);
    return out;
}

std::vector<std::string> names(const Finding& finding) {
    std::vector<std::string> out;
    for (const auto& operand : finding.evidence["operands_named"])
        out.push_back(operand["of"].get<std::string>());
    return out;
}

Tensor ones() { return Tensor::of<float>({2, 4}, {1, 1, 1, 1, 1, 1, 1, 1}); }

/// x -> grown = x * 1e30 -> the op, whose row is "born".
Result<CheckSession> afterGrowth(const std::string& op, std::vector<std::pair<std::string, Tensor>> weights, Dims shape,
                                 const Tensor& x, Attributes attributes = {}) {
    ModelBuilder b;
    const auto z = b.input("z", std::move(shape));
    const auto grown = b.layer("grown", "Rescaling", "Mul", {z}, {{"factor", Tensor::of<float>({1}, {1e30f})}});
    const auto born = b.layer("born", op, op, {grown}, std::move(weights), std::move(attributes));
    return Case(b.finish({born})).predict(x).run();
}

} // namespace

class tst_births : public QObject {
    Q_OBJECT
private slots:
    void twoBranchesThatBearNanAreTwoFindings() {
        ModelBuilder b;
        const auto z = b.input("z", {Dim::symbol("batch"), 2});
        const auto left = b.layer("logarithm", "Lambda", "Log", {z});
        const auto right = b.layer("root", "Lambda", "Sqrt", {z});
        const auto y = b.layer("sum", "Add", "Add", {left, right});
        const auto session = Case(b.finish({y})).predict(Tensor::of<float>({1, 2}, {-1, 4})).run();
        VERIFY_RESULT(session);
        const auto born = all(*session, "nan-born");
        QCOMPARE(born.size(), std::size_t(2));
        QCOMPARE(born[0]->where.name, std::string("logarithm"));
        QCOMPARE(born[1]->where.name, std::string("root"));
    }

    void aBirthBelowAnotherInElementsOfItsOwnIsAFindingToo() {
        // Both in the same rows: channel 1 first, channel 3 two layers on.
        ModelBuilder b;
        const auto z = b.input("z", {Dim::symbol("batch"), 4});
        auto y = batchNorm(b, "first", z, {1, -0.5f, 1, 1});
        y = b.layer("relu", "ReLU", "Relu", {y});
        y = batchNorm(b, "second", y, {1, 1, 1, -0.25f});
        const auto session = Case(b.finish({y})).predict(ones()).run();
        VERIFY_RESULT(session);
        const auto born = all(*session, "nan-born");
        QCOMPARE(born.size(), std::size_t(2));
        QCOMPARE(*born[0]->where.element, (std::vector<std::int64_t>{0, 1}));
        QCOMPARE(born[1]->where.name, std::string("second"));
        QCOMPARE(*born[1]->where.element, (std::vector<std::int64_t>{0, 3}));
    }

    void whatFollowsFromABirthIsNone() {
        ModelBuilder b;
        const auto z = b.input("z", {Dim::symbol("batch"), 4});
        auto y = b.layer("logarithm", "Lambda", "Log", {z});
        y = b.dense("dense", y, 4, 3, "Tanh");
        const auto session = Case(b.finish({b.dense("last", y, 3, 2)}))
                                 .predict(Tensor::of<float>({2, 4}, {1, 2, 3, 4, 5, -6, 7, 8}))
                                 .run();
        VERIFY_RESULT(session);
        QVERIFY2(session->diagnosis.findings.size() == 1, codesOf(session->diagnosis).c_str());
    }

    void anInfinityThatBecomesNanExplainsIt() {
        ModelBuilder b;
        const auto z = b.input("z", {Dim::symbol("batch"), 4});
        const auto grown = b.layer("grown", "Activation", "Exp", {z});
        const auto less = b.layer("less", "Subtract", "Sub", {grown, grown});
        const auto session = Case(b.finish({less})).predict(Tensor::of<float>({1, 4}, {1, 100, 2, 3})).run();
        CHECK_FIRST(session, "inf-born");
        QCOMPARE(finding.severity, Severity::error);
        QCOMPARE(finding.where.name, std::string("grown"));
        QCOMPARE(*finding.where.element, (std::vector<std::int64_t>{0, 1}));
        QCOMPARE(finding.evidence["cause"].get<std::string>(), std::string("overflow"));
        QCOMPARE(operands(finding), std::vector<double>{100});
        QCOMPARE(names(finding), std::vector<std::string>{"z"});
        QCOMPARE(session->diagnosis.findings.size(), std::size_t(2));
        QCOMPARE(session->diagnosis.findings[1].code, std::string("nan-born"));
        QCOMPARE(finding.explains, std::vector<std::size_t>{1});
    }

    void infinitiesAreBornOfArithmetic_data() {
        QTest::addColumn<QString>("op");
        QTest::addColumn<float>("value");
        QTest::addColumn<QString>("cause");
        QTest::newRow("log of 0") << "Log" << 0.0f << "log of 0";
        QTest::newRow("1 / 0") << "Reciprocal" << 0.0f << "1 / 0";
        QTest::newRow("exp") << "Exp" << 89.0f << "overflow";
        QTest::newRow("atanh") << "Atanh" << 1.0f << "atanh of 1";
    }
    void infinitiesAreBornOfArithmetic() {
        QFETCH(QString, op);
        QFETCH(float, value);
        QFETCH(QString, cause);
        ModelBuilder b;
        const auto z = b.input("z", {Dim::symbol("batch"), 4});
        const auto y = b.layer("born", "Lambda", op.toStdString(), {z});
        const auto session = Case(b.finish({y})).predict(Tensor::of<float>({1, 4}, {0.5f, 0.25f, value, 0.75f})).run();
        CHECK_FIRST(session, "inf-born");
        QCOMPARE(finding.severity, Severity::warning); // the result holds it, and no NaN
        QCOMPARE(*finding.where.element, (std::vector<std::int64_t>{0, 2}));
        QCOMPARE(finding.evidence["cause"].get<std::string>(), cause.toStdString());
        QCOMPARE(operands(finding), std::vector<double>{value});
    }

    void anInfinityThatTheNextLayerTakesAwayIsANote() {
        ModelBuilder b;
        const auto z = b.input("z", {Dim::symbol("batch"), 4});
        const auto y = b.layer("grown", "Activation", "Exp", {z});
        const auto model = b.finish({b.layer("flat", "Activation", "Tanh", {y})});
        const auto session = Case(model).predict(Tensor::of<float>({1, 4}, {1, 100, 2, 3})).run();
        CHECK_FIRST(session, "inf-born");
        QCOMPARE(finding.severity, Severity::note);
        QCOMPARE(session->diagnosis.verdict, Verdict::matches);
        QCOMPARE(session->diagnosis.layers[1].status, LayerStatus::ok);
    }

    void anInfinityThatTrainingHasTooIsNothing() {
        // A mask: -inf where nothing counts, and softmax makes zero of it.
        Numbers numbers(3);
        ModelBuilder b;
        const auto z = b.input("z", {Dim::symbol("batch"), 4});
        const auto mask = b.layer("mask", "Lambda", "Log", {z});
        Attributes last;
        last.set("axis", std::int64_t{1});
        const auto model = b.finish({b.layer("attention", "Softmax", "Softmax", {mask}, {}, last)});
        const auto masks = [&](std::size_t rows) {
            auto out = *numbers.integers({static_cast<std::int64_t>(rows), 4}, 0, 2).cast(DType::float32);
            for (std::size_t row = 0; row < rows; ++row) // of a row without a one softmax has no answer
                out = with(out, row * 4, 1);
            return out;
        };
        const auto session = Case(model).train(masks(300)).predict(masks(20)).run();
        VERIFY_RESULT(session);
        QVERIFY2(session->diagnosis.findings.empty(), codesOf(session->diagnosis).c_str());
        QCOMPARE(session->diagnosis.layers[1].status, LayerStatus::ok);
    }

    void numbersThatGrowLayerByLayerAreOneBirth() {
        ModelBuilder b;
        auto y = b.input("z", {Dim::symbol("batch"), 4});
        const auto factor = Tensor::of<float>({1}, {1e15f});
        for (int i = 0; i < 4; ++i) // elements pass the limit at different layers
            y = b.layer("times" + std::to_string(i), "Rescaling", "Mul", {y}, {{"factor", factor}});
        const auto session = Case(b.finish({y})).predict(Tensor::of<float>({1, 4}, {1e-3f, 1, 1e10f, 1e-12f})).run();
        VERIFY_RESULT(session);
        QCOMPARE(all(*session, "inf-born").size(), std::size_t(1));
        QCOMPARE(all(*session, "inf-born")[0]->where.name, std::string("times1"));
    }

    void theVarianceIsTheOperandOfANegativeRoot() {
        ModelBuilder b;
        const auto z = b.input("z", {Dim::symbol("batch"), 4});
        const auto session = Case(b.finish({batchNorm(b, "norm", z, {1, 1, -0.0123f, 1})})).predict(ones()).run();
        VERIFY_RESULT(session);
        const auto born = all(*session, "nan-born");
        QCOMPARE(born.size(), std::size_t(1));
        QCOMPARE(born[0]->evidence["cause"].get<std::string>(), std::string("sqrt of a negative"));
        QCOMPARE(operands(*born[0]), std::vector<double>{-0.0123f});
        QCOMPARE(names(*born[0]), std::vector<std::string>{"moving_variance"});
        QVERIFY(born[0]->message.text().find("moving_variance -0.0123") != std::string::npos);
        QVERIFY(born[0]->message.text().find("gamma") == std::string::npos);
    }

    void theTermsThatClashAreTheOperandsOfASum() {
        // 1e8 * 1e30 is 1e38 in one column, beyond the type in another.
        const auto x = Tensor::of<float>({1, 3}, {1, 1e9f, 1e9f});
        const auto session = afterGrowth(
            "Gemm", {{"kernel", Tensor::of<float>({3, 1}, {3, 1, -2})}, {"bias", Tensor::of<float>({1}, {0})}},
            {Dim::symbol("batch"), 3}, x);
        VERIFY_RESULT(session);
        const auto born = all(*session, "nan-born");
        QCOMPARE(born.size(), std::size_t(1));
        QCOMPARE(born[0]->evidence["cause"].get<std::string>(), std::string("inf - inf"));
        QCOMPARE(operands(*born[0]), (std::vector<double>{INFINITY, 1, INFINITY, -2}));
        QCOMPARE(names(*born[0]), (std::vector<std::string>{"grown", "kernel", "grown", "kernel"}));
    }

    void aKernelThatIsZeroTakesNoInfinity() {
        const auto x = Tensor::of<float>({1, 3}, {1, 2, 1e9f});
        const auto session =
            afterGrowth("MatMul", {{"kernel", Tensor::of<float>({3, 1}, {3, 1, 0})}}, {Dim::symbol("batch"), 3}, x);
        VERIFY_RESULT(session);
        const auto born = all(*session, "nan-born");
        QCOMPARE(born.size(), std::size_t(1));
        QCOMPARE(born[0]->evidence["cause"].get<std::string>(), std::string("0 * inf"));
        QCOMPARE(operands(*born[0]), (std::vector<double>{INFINITY, 0}));
    }

    void theInfiniteElementIsTheOperandOfNormalizations_data() {
        QTest::addColumn<QString>("op");
        QTest::newRow("layer") << "LayerNormalization";
        QTest::newRow("instance") << "InstanceNormalization";
        QTest::newRow("softmax") << "Softmax";
    }
    void theInfiniteElementIsTheOperandOfNormalizations() {
        QFETCH(QString, op);
        const auto x = Tensor::of<float>({1, 2, 3}, {1, 2, 1e9f, 1, 2, 3});
        std::vector<std::pair<std::string, Tensor>> weights;
        const auto extent = op == "LayerNormalization" ? 3 : 2;
        if (op != "Softmax") {
            const std::vector<float> one(static_cast<std::size_t>(extent), 1);
            for (const auto* name : {"gamma", "beta"})
                weights.emplace_back(name, Tensor::of<float>({extent}, std::span<const float>(one)));
        }
        Attributes axis;
        axis.set("axis", std::int64_t{2});
        const auto session = afterGrowth(op.toStdString(), std::move(weights), {Dim::symbol("batch"), 2, 3}, x, axis);
        VERIFY_RESULT(session);
        const auto born = all(*session, "nan-born");
        QCOMPARE(born.size(), std::size_t(1));
        QCOMPARE(born[0]->evidence["cause"].get<std::string>(), std::string("inf - inf"));
        QVERIFY(std::isinf(operands(*born[0]).at(0)));
        QCOMPARE(names(*born[0]).at(0), std::string("grown"));
    }

    void anInputBeyondTrainingExplainsWhatIsBornOfIt() {
        Numbers numbers(9);
        ModelBuilder b;
        const auto z = b.input("z", {Dim::symbol("batch"), 4});
        const auto grown = b.layer("grown", "Activation", "Exp", {z});
        const auto model = b.finish({b.layer("flat", "Activation", "Tanh", {grown})});
        const auto session =
            Case(model).train(numbers.normal({300, 4})).predict(with(numbers.normal({6, 4}), 9, 400)).run();
        CHECK_FIRST(session, "layer-drift");
        QCOMPARE(finding.where.kind, PlaceKind::input);
        const auto inf = all(*session, "inf-born");
        QCOMPARE(inf.size(), std::size_t(1));
        QCOMPARE(inf[0]->severity, Severity::warning);
        const auto at = static_cast<std::size_t>(inf[0] - session->diagnosis.findings.data());
        QVERIFY(std::ranges::find(finding.explains, at) != finding.explains.end());
    }

    void whatTrainingBearsTooIsNoFaultOfTheInput() {
        Numbers numbers(10);
        ModelBuilder b;
        const auto z = b.input("z", {Dim::symbol("batch"), 3});
        const auto session = Case(b.finish({batchNorm(b, "norm", z, {1, 1, 1})}))
                                 .train(numbers.normal({300, 3}))
                                 .predict(with(numbers.normal({6, 3}), 4, 90))
                                 .run();
        VERIFY_RESULT(session);
        QVERIFY(all(*session, "nan-born").empty());
        ModelBuilder c;
        const auto y = c.input("z", {Dim::symbol("batch"), 3});
        const auto minus = c.layer("minus", "Lambda", "Mul", {y}, {{"factor", Tensor::of<float>({3}, {0, 1, 1})}});
        const auto born = c.layer("born", "Lambda", "Div", {minus, minus}); // 0 / 0 in a column, whatever comes
        const auto ill =
            Case(c.finish({born})).train(numbers.normal({300, 3})).predict(with(numbers.normal({6, 3}), 4, 90)).run();
        CHECK_FIRST(ill, "nan-born");
        QVERIFY(finding.evidence.value("in_training", false));
        for (const auto& other : ill->diagnosis.findings) // the input is off as well, and explains other things
            QVERIFY2(std::ranges::find(other.explains, std::size_t(0)) == other.explains.end(),
                     codesOf(ill->diagnosis).c_str());
    }

    void thePlaceIsOneInWhatTheLayerGivesOut() {
        ModelBuilder b;
        const auto z = b.input("z", {Dim::symbol("batch"), 3, 2});
        const auto logs = b.layer("turned", "Lambda", "Log", {z}); // and then in another order of axes
        const auto id = *b.graph().findLayer("turned");
        Attributes order;
        order.set("perm", std::vector<std::int64_t>{0, 2, 1});
        const auto turned = b.graph().add(id, "Transpose", {logs}, order);
        b.graph().layer(id).outputs = {turned};
        const auto session = Case(b.finish({turned})).predict(Tensor::of<float>({1, 3, 2}, {1, 2, 3, 4, 5, -6})).run();
        CHECK_FIRST(session, "nan-born");
        QCOMPARE(*finding.where.element, (std::vector<std::int64_t>{0, 1, 2}));
        QCOMPARE(finding.evidence["element"].dump(), std::string("[0,1,2]"));
        QCOMPARE(finding.evidence["element_of_op"].dump(), std::string("[0,2,1]"));
        QCOMPARE(operands(finding), std::vector<double>{-6});
    }

    void bothOperandsOfADivisionAreNamed() {
        ModelBuilder b;
        const auto a = b.input("a", {Dim::symbol("batch"), 2}), c = b.input("c", {Dim::symbol("batch"), 2});
        const auto y = b.layer("ratio", "Lambda", "Div", {a, c});
        const auto session = Case(b.finish({y}))
                                 .predict(Tensor::of<float>({1, 2}, {0, 3}), "a")
                                 .predict(Tensor::of<float>({1, 2}, {0, 0}), "c")
                                 .run();
        VERIFY_RESULT(session);
        const auto nan = all(*session, "nan-born"), inf = all(*session, "inf-born");
        QCOMPARE(nan.size(), std::size_t(1));
        QCOMPARE(nan[0]->evidence["cause"].get<std::string>(), std::string("0 / 0"));
        QCOMPARE(names(*nan[0]), (std::vector<std::string>{"a", "c"}));
        QCOMPARE(inf.size(), std::size_t(1)); // 3 / 0 beside it
        QCOMPARE(inf[0]->evidence["cause"].get<std::string>(), std::string("1 / 0"));
        QCOMPARE(operands(*inf[0]), (std::vector<double>{3, 0}));
    }
};

PLUMBLINE_TEST(tst_births)
#include "tst_births.moc"
