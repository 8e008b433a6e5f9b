#include "tests/core/diagnosis/casebuilder.h"

#include <cmath>

using namespace plumbline;
using namespace plumbline::test;

namespace {

Tensor columnTimes(const Tensor& x, std::size_t column, float factor, float moved = 0) {
    std::vector<float> values(x.span<float>().begin(), x.span<float>().end());
    const auto columns = static_cast<std::size_t>(x.shape().back());
    for (std::size_t i = column; i < values.size(); i += columns)
        values[i] = values[i] * factor + moved;
    return Tensor::of<float>(x.shape(), std::span<const float>(values));
}

/// A table whose columns differ: column c is normal(3 c, 1 + c / 2).
Tensor table(Numbers& numbers, std::int64_t rows, std::int64_t columns = 10) {
    auto x = numbers.normal({rows, columns});
    std::vector<float> values(x.span<float>().begin(), x.span<float>().end());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto c = static_cast<float>(i % static_cast<std::size_t>(columns));
        values[i] = 3 * c + (1 + c / 2) * values[i];
    }
    return Tensor::of<float>({rows, columns}, std::span<const float>(values));
}

Tensor withoutColumn(const Tensor& x, std::int64_t column) {
    std::vector<float> values;
    const auto columns = x.shape().back();
    for (std::int64_t i = 0; i < x.elements(); ++i)
        if (i % columns != column)
            values.push_back(x.span<float>()[static_cast<std::size_t>(i)]);
    return Tensor::of<float>({x.shape()[0], columns - 1}, std::span<const float>(values));
}

} // namespace

class tst_faults : public QObject {
    Q_OBJECT
private slots:
    void aMissingColumnIsNamedWhereColumnsDiffer_data() {
        QTest::addColumn<int>("column");
        for (int column = 0; column < 10; ++column)
            QTest::addRow("column %d", column) << column;
    }
    void aMissingColumnIsNamedWhereColumnsDiffer() {
        QFETCH(int, column);
        Numbers numbers(static_cast<std::uint64_t>(column) + 1);
        const auto session =
            Case(twoDense()).train(table(numbers, 1000)).predict(withoutColumn(table(numbers, 100), column)).run();
        CHECK_FIRST(session, "feature-count");
        QCOMPARE(finding.where.features, std::vector<std::int64_t>{column});
        QVERIFY(finding.fix && finding.fix->verified);
        QCOMPARE(finding.fix->kind, std::string("insert-column"));
        QCOMPARE(session->diagnosis.verdict, Verdict::diverges);
    }

    void aRowNumberLeftInTheTableIsTheColumnTooMany() {
        Numbers numbers(3);
        // Zeros and ones in column 2, and the row number put in behind it.
        const auto flags = [&](const Tensor& x) {
            std::vector<float> values(x.span<float>().begin(), x.span<float>().end());
            for (std::size_t i = 2; i < values.size(); i += 10)
                values[i] = static_cast<float>(numbers.below(2));
            return Tensor::of<float>(x.shape(), std::span<const float>(values));
        };
        const auto training = flags(table(numbers, 800)), good = flags(table(numbers, 200));
        std::vector<float> values;
        for (std::int64_t i = 0; i < good.elements(); ++i) {
            if (i % 10 == 3)
                values.push_back(static_cast<float>(i / 10));
            values.push_back(good.span<float>()[static_cast<std::size_t>(i)]);
        }
        const auto session = Case(twoDense())
                                 .train(training)
                                 .predict(Tensor::of<float>({200, 11}, std::span<const float>(values)))
                                 .run();
        CHECK_FIRST(session, "feature-count");
        QCOMPARE(finding.where.features, std::vector<std::int64_t>{3});
    }
    void columnsOfOneLawAreNeverNamed() {
        for (std::uint64_t seed = 0; seed < 20; ++seed) {
            Numbers numbers(seed);
            const auto session =
                Case(twoDense()).train(numbers.normal({1000, 10})).predict(numbers.normal({100, 9})).run();
            CHECK_FIRST(session, "feature-count");
            QVERIFY2(finding.where.features.empty(), finding.message.text().c_str());
        }
    }

    void aHeaderNamesTheMissingColumn() {
        Numbers numbers(3);
        const auto csv = [&](const std::string& header, int columns, int rows) {
            auto text = header + "\n";
            for (int i = 0; i < rows * columns; ++i)
                text += numberText(numbers.real(0, 1)) + ((i + 1) % columns ? "," : "\n");
            return text;
        };
        const auto session = Case(twoDense())
                                 .trainText(csv("a,b,c,d,e,f,g,volume,i,j", 10, 200))
                                 .predictText(csv("a,b,c,d,e,f,g,i,j", 9, 5))
                                 .run();
        CHECK_FIRST(session, "feature-count");
        QCOMPARE(finding.where.features, std::vector<std::int64_t>{7});
        QCOMPARE(finding.message.text(),
                 std::string("Input z has 9 features, training has 10: column 7, volume, is missing."));
        QVERIFY(finding.fix && finding.fix->verified);
    }

    void aColumnPutInByTheFixIsNoFaultOfItsOwn() {
        Numbers numbers(6);
        const auto csv = [&](const std::string& header, int columns, int rows) {
            auto text = header + "\n";
            for (int i = 0; i < rows * columns; ++i)
                text += numberText(columns == 10 && i % 10 == 7 ? numbers.real(0, 3000) : numbers.real(0, 1)) +
                        ((i + 1) % columns ? "," : "\n");
            return text;
        };
        const auto session = Case(twoDense())
                                 .trainText(csv("a,b,c,d,e,f,g,price,i,j", 10, 600))
                                 .predictText(csv("a,b,c,d,e,f,g,i,j", 9, 40))
                                 .run();
        CHECK_FIRST(session, "feature-count");
        QVERIFY(finding.fix && finding.fix->verified);
        for (std::size_t i = 1; i < session->diagnosis.findings.size(); ++i)
            QVERIFY2(std::ranges::find(finding.explains, i) != finding.explains.end(),
                     codesOf(session->diagnosis).c_str());
    }

    void rawPicturesAreScaled() {
        Numbers numbers(6);
        const auto raw = numbers.integers({64, 8, 8, 1}, 0, 256, DType::uint8);
        auto training = *TensorBuilder::allocate(DType::float32, {200, 8, 8, 1});
        for (auto& x : training.span<float>())
            x = static_cast<float>(numbers.below(256)) / 127.5f - 1;
        const auto session = Case(smallUNet()).train(std::move(training).build()).predict(raw).run();
        CHECK_FIRST(session, "scale");
        QCOMPARE(finding.evidence["map"]["name"].get<std::string>(), std::string("x/127.5-1"));
        QVERIFY(finding.fix && finding.fix->verified);
        QCOMPARE(finding.fix->numpy, std::string("x = x.astype(np.float32) / 127.5 - 1"));
        // The integer type comes of it.
        for (std::size_t i = 1; i < session->diagnosis.findings.size(); ++i)
            QVERIFY(std::ranges::find(finding.explains, i) != finding.explains.end());
    }

    void aSizeThatDoesNotDivideNamesTheLayerAndTheNearest() {
        Numbers numbers(7);
        const auto session =
            Case(smallUNet()).train(numbers.uniform({100, 8, 8, 1})).predict(numbers.uniform({2, 9, 8, 1})).run();
        CHECK_FIRST(session, "spatial-size");
        QCOMPARE(*finding.where.axis, 1);
        QCOMPARE(finding.evidence["layer"].get<std::string>(), std::string("join"));
        QCOMPARE(finding.evidence["sizes"][0]["nearest"].get<std::vector<int>>(), (std::vector<int>{8, 10}));
        QVERIFY(finding.fix && finding.fix->verified && finding.fix->makesItRun);
        QCOMPARE(session->diagnosis.verdict, Verdict::diverges);
        QCOMPARE(session->diagnosis.findings[1].code, std::string("shape-conflict"));
        QCOMPARE(session->diagnosis.findings[1].where.name, std::string("join"));
    }

    void aReferenceOfOtherColumnsDoesNotHideThePredictions() {
        Numbers numbers(23);
        const auto session = Case(twoDense()).train(numbers.normal({300, 11})).predict(numbers.normal({5, 11})).run();
        CHECK_FIRST(session, "feature-count");
        QCOMPARE(finding.severity, Severity::error);
        QCOMPARE(session->diagnosis.findings.back().code, std::string("feature-count"));
        QCOMPARE(session->diagnosis.findings.back().severity, Severity::note);
    }

    void onePictureOfAnotherSizeWithItsChannelsFirst() {
        ModelBuilder b;
        const auto x = b.input("image", {Dim::symbol("batch"), Dim::symbol("h"), Dim::symbol("w"), 3});
        const auto model = b.finish({b.conv("first", x, 3, 2)});
        Numbers numbers(18);
        const auto session =
            Case(model).train(numbers.uniform({60, 8, 8, 3})).predict(numbers.uniform({3, 20, 24})).run();
        CHECK_FIRST(session, "missing-batch-axis");
        QVERIFY2(codesOf(session->diagnosis).find("axis-order") != std::string::npos,
                 codesOf(session->diagnosis).c_str());
        QCOMPARE(session->diagnosis.verdict, Verdict::diverges);
    }

    void channelsFirstIsAnOrderOfAxes() {
        Numbers numbers(8);
        const auto session =
            Case(smallUNet()).train(numbers.uniform({100, 8, 8, 1})).predict(numbers.uniform({4, 1, 8, 8})).run();
        CHECK_FIRST(session, "axis-order");
        QCOMPARE(finding.evidence["permutation"].get<std::vector<int>>(), (std::vector<int>{0, 2, 3, 1}));
        QVERIFY(finding.fix && finding.fix->verified);
    }

    void oneColumnInOtherUnitsIsNamed() {
        Numbers numbers(10);
        const auto session =
            Case(twoDense()).train(table(numbers, 800)).predict(columnTimes(table(numbers, 60), 4, 1000)).run();
        CHECK_FIRST(session, "scale");
        QCOMPARE(finding.where.features, std::vector<std::int64_t>{4});
        QCOMPARE(finding.evidence["map"]["scale"].get<double>(), 0.001);
        QVERIFY(finding.fix && finding.fix->verified);
    }

    void twoColumnsInOtherUnitsAreOneFindingAndOneFix() {
        Numbers numbers(10);
        const auto wrong = columnTimes(columnTimes(table(numbers, 60), 4, 1000), 7, 0.01);
        const auto session = Case(twoDense()).train(table(numbers, 800)).predict(wrong).run();
        CHECK_FIRST(session, "scale");
        QCOMPARE(finding.where.features, (std::vector<std::int64_t>{4, 7}));
        QVERIFY(finding.message.text().ends_with("and x / 1000 brings it there; likewise column 7 by x * 100."));
        QCOMPARE(finding.evidence["columns"][1]["map"]["scale"].get<double>(), 100.0);
        QVERIFY(finding.fix && finding.fix->verified);
    }

    void columnsThatSkippedTheScalerAreStandardised() {
        Numbers numbers(10);
        const auto wrong = columnTimes(table(numbers, 60), 0, 37.3f, 170);
        const auto session = Case(twoDense()).train(table(numbers, 800)).predict(wrong).run();
        CHECK_FIRST(session, "scale");
        QCOMPARE(finding.where.features, std::vector<std::int64_t>{0});
        QCOMPARE(finding.evidence["map"]["name"].get<std::string>(), std::string("z-score"));
        QVERIFY(std::abs(finding.evidence["map"]["scale"].get<double>() - 1 / 37.3) < 0.3 / 37.3);
        QVERIFY(finding.fix && finding.fix->verified);
    }

    void inputsForgottenAndUnknownAreSaid() {
        Numbers numbers(11);
        const auto forgotten = Case(conditional()).predict(numbers.normal({3, 8}), "z").run();
        {
            CHECK_FIRST(forgotten, "missing-input");
            QCOMPARE(finding.where.name, std::string("label"));
            QCOMPARE(forgotten->diagnosis.verdict, Verdict::cannotRun);
        }
        const auto unknown =
            Case(twoDense()).predict(numbers.uniform({3, 10})).predict(numbers.uniform({3, 10}), "noise").run();
        CHECK_FIRST(unknown, "extra-input");
    }

    void layersThatCannotRunAreNamedAndThoseBeforeThemRan() {
        for (const auto& [kind, code] : {std::pair(LayerProblem::Kind::unsupported, "unsupported-layer"),
                                         std::pair(LayerProblem::Kind::custom, "custom-layer")}) {
            ModelBuilder b;
            auto x = b.dense("dense", b.input("z", {Dim::symbol("batch"), 10}), 10, 4);
            x = b.layer("strange", "MultiHeadAttention", "Unsupported", {x});
            auto& layer = b.graph().layer(b.graph().value(x).layer);
            layer.problem = {
                kind, failure(ErrorCode::unsupported, "strange", "Layer {layer} cannot run.", {{"layer", layer.name}})
                          .error()};
            Numbers numbers(16);
            const auto session =
                Case(b.finish({b.layer("last", "Activation", "Tanh", {x})})).predict(numbers.uniform({3, 10})).run();
            CHECK_FIRST(session, code);
            QCOMPARE(finding.where.name, std::string("strange"));
            QCOMPARE(session->diagnosis.verdict, Verdict::cannotRun);
            QCOMPARE(session->diagnosis.findings.size(), std::size_t{1});
            QVERIFY(session->trace && !session->diagnosis.layers[1].shapes.empty()); // dense
            QCOMPARE(session->diagnosis.layers[3].status, LayerStatus::notReached);
            QVERIFY2(session->diagnosis.model->layers[2].ops.empty(), "what stands in for it is no op of the model's");
        }
    }

    void aBatchTooLargeForTheMemoryIsForeseen() {
        Numbers numbers(12);
        Case one(twoDense());
        one.predict(numbers.uniform({4000, 10}));
        one.request.run.memoryLimit = 1 << 20;
        const auto session = one.run();
        CHECK_FIRST(session, "memory");
        QVERIFY(finding.actual["bytes"].get<std::uint64_t>() > (1 << 20));
        QVERIFY(finding.evidence["batch_that_fits"].get<int>() > 0);
        QCOMPARE(session->diagnosis.verdict, Verdict::cannotRun);
        QCOMPARE(session->diagnosis.exitStatus(), 1);
    }

    void onePictureAloneLacksItsBatchAxis() {
        // Keras appends an axis to (8, 8, 1) by itself and raises inside: the cause is the missing batch axis all the
        // same.
        Numbers numbers(15);
        const auto session =
            Case(smallUNet()).train(numbers.uniform({100, 8, 8, 1})).predict(numbers.uniform({8, 8, 1})).run();
        CHECK_FIRST(session, "missing-batch-axis");
        QCOMPARE(finding.severity, Severity::error);
        QVERIFY(finding.fix && finding.fix->verified && finding.fix->makesItRun);
        QCOMPARE(session->diagnosis.verdict, Verdict::diverges);
    }

    void aReferenceThatStandsStillOffersNoMap() {
        Numbers numbers(14);
        const auto session =
            Case(twoDense()).train(numbers.uniform({300, 10}, 0, 0)).predict(numbers.normal({64, 10}, 50, 9)).run();
        CHECK_FIRST(session, "layer-drift");
        QCOMPARE(finding.where.kind, PlaceKind::input);
    }

    void twoFaultsAtOnceAreBothFound() {
        Numbers numbers(13);
        const auto session =
            Case(twoDense()).train(numbers.uniform({500, 10})).predict(with(numbers.uniform({10}), 3, NAN)).run();
        CHECK_FIRST(session, "missing-batch-axis");
        QVERIFY2(codesOf(session->diagnosis).find("nan-in-input") != std::string::npos,
                 codesOf(session->diagnosis).c_str());
    }
};

PLUMBLINE_TEST(tst_faults)
#include "tst_faults.moc"
