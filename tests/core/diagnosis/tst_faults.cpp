#include "tests/core/diagnosis/casebuilder.h"

#include <cmath>

using namespace plumbline;
using namespace plumbline::test;

namespace {

/// A copy of `x` with one element replaced.
Tensor with(const Tensor& x, std::size_t at, float value) {
    std::vector<float> values(x.span<float>().begin(), x.span<float>().end());
    values[at] = value;
    return Tensor::of<float>(x.shape(), std::span<const float>(values));
}

Tensor columnTimes(const Tensor& x, std::size_t column, float factor) {
    std::vector<float> values(x.span<float>().begin(), x.span<float>().end());
    const auto columns = static_cast<std::size_t>(x.shape().back());
    for (std::size_t i = column; i < values.size(); i += columns)
        values[i] *= factor;
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

/// z -> op(z): one layer whose arithmetic may give NaN.
std::shared_ptr<const Model> arithmetic(const std::string& op, bool twice) {
    ModelBuilder b;
    const auto z = b.input("z", {Dim::symbol("batch"), 4});
    const auto first = b.layer("first", "Activation", "Identity", {z});
    const auto y = b.layer("born", "Lambda", op, twice ? std::vector{first, first} : std::vector{first});
    return b.finish({b.layer("last", "Activation", "Identity", {y})});
}

} // namespace

#define CHECK_FIRST(session, wanted)                                                                                   \
    VERIFY_RESULT(session);                                                                                            \
    QVERIFY2(!(session)->diagnosis.findings.empty() && (session)->diagnosis.findings.front().code == (wanted),         \
             codesOf((session)->diagnosis).c_str());                                                                   \
    const auto& finding = (session)->diagnosis.findings.front();                                                       \
    QVERIFY2(finding.message.text().find('{') == std::string::npos, finding.message.text().c_str())

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

    void anInfinityThatTrainingNeverHadIsNoMatch() {
        Numbers numbers(8);
        const auto x = numbers.uniform({40, 4}, -1, 1);
        const auto divided =
            Case(arithmetic("Reciprocal", false)).train(numbers.uniform({400, 4}, -1, 1)).predict(with(x, 5, 0)).run();
        CHECK_FIRST(divided, "layer-drift");
        QCOMPARE(finding.where.name, std::string("born"));
        QCOMPARE(finding.actual["inf"].get<double>(), 1.0);
        QCOMPARE(divided->diagnosis.verdict, Verdict::diverges);
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

    void aLabelBeyondTheTableIsPlaced() {
        Numbers numbers(9);
        const auto session = Case(conditional())
                                 .predict(numbers.normal({3, 8}), "z")
                                 .predict(Tensor::of<std::int32_t>({3, 1}, {1, 10, 2}), "label")
                                 .run();
        CHECK_FIRST(session, "index-range");
        QCOMPARE(finding.where.name, std::string("label"));
        QCOMPARE(finding.evidence["rows"].get<std::vector<int>>(), std::vector<int>{1});
    }

    void aLabelOutOfRangeIsNotMendedIntoAnotherClass() {
        Numbers numbers(19);
        std::vector<std::int32_t> labels{1, 5, 12, 3, -2, 9, 0};
        const auto session =
            Case(conditional())
                .train(numbers.normal({500, 8}), "z")
                .train(numbers.integers({500, 1}, 0, 10, DType::int32), "label")
                .predict(numbers.normal({7, 8}), "z")
                .predict(Tensor::of<std::int32_t>({7, 1}, std::span<const std::int32_t>(labels)), "label")
                .run();
        CHECK_FIRST(session, "index-range");
        QVERIFY(!finding.fix);
        QCOMPARE(finding.evidence["rows"].get<std::vector<int>>(), (std::vector<int>{2, 4}));
        QCOMPARE(finding.evidence["values"].get<std::vector<int>>(), (std::vector<int>{-2, 12}));
        QCOMPARE(finding.expected["max"].get<int>(), 9);
        QVERIFY2(finding.message.text().find("2 indices out of range, the first 12 at [2, 0]") != std::string::npos,
                 finding.message.text().c_str());
        QCOMPARE(session->diagnosis.verdict, Verdict::cannotRun);
    }

    void labelsCountedFromOneAreMendedWhereTheySayIt_data() {
        QTest::addColumn<QList<int>>("labels");
        QTest::addColumn<bool>("mended");
        QTest::newRow("two beyond, none 0") << QList<int>{1, 10, 3, 10, 7} << true;
        QTest::newRow("one beyond among few") << QList<int>{1, 10, 3, 4, 7} << false;
        QTest::newRow("two beyond, but a 0") << QList<int>{0, 10, 3, 10, 7} << false;
        QTest::newRow("farther beyond") << QList<int>{1, 11, 3, 11, 7} << false;
    }
    void labelsCountedFromOneAreMendedWhereTheySayIt() {
        QFETCH(QList<int>, labels);
        QFETCH(bool, mended);
        Numbers numbers(20);
        const std::vector<std::int32_t> values(labels.begin(), labels.end());
        const auto rows = static_cast<std::int64_t>(values.size());
        const auto session =
            Case(conditional())
                .train(numbers.normal({500, 8}), "z")
                .train(numbers.integers({500, 1}, 0, 10, DType::int32), "label")
                .predict(numbers.normal({rows, 8}), "z")
                .predict(Tensor::of<std::int32_t>({rows, 1}, std::span<const std::int32_t>(values)), "label")
                .run();
        CHECK_FIRST(session, "index-range");
        QCOMPARE(finding.fix.has_value(), mended);
        if (mended) {
            QVERIFY(finding.fix->verified && finding.fix->makesItRun);
            QCOMPARE(finding.fix->numpy, std::string("label = label - 1"));
        }
    }

    void aOneHotLabelIsSaidToBeOne() {
        Numbers numbers(21);
        std::vector<float> hot(6 * 10, 0);
        for (std::size_t row = 0; row < 6; ++row)
            hot[row * 10 + (row * 3) % 10] = 1;
        const auto session = Case(conditional())
                                 .train(numbers.normal({500, 8}), "z")
                                 .train(numbers.integers({500, 1}, 0, 10, DType::int32), "label")
                                 .predict(numbers.normal({6, 8}), "z")
                                 .predict(Tensor::of<float>({6, 10}, std::span<const float>(hot)), "label")
                                 .run();
        CHECK_FIRST(session, "feature-count");
        QVERIFY2(finding.message.text().find("Input label is one-hot, 10 columns") == 0,
                 finding.message.text().c_str());
        QVERIFY(finding.fix && finding.fix->verified && finding.fix->makesItRun);
        QCOMPARE(finding.fix->numpy, std::string("label = np.argmax(label, axis=1, keepdims=True)"));
    }

    void aClassNumberForAOneHotInputIsSaidToBeOne() {
        Numbers numbers(22);
        std::vector<float> hot(400 * 10, 0);
        for (std::size_t row = 0; row < 400; ++row)
            hot[row * 10 + static_cast<std::size_t>(numbers.below(10))] = 1;
        const auto session = Case(twoDense())
                                 .train(Tensor::of<float>({400, 10}, std::span<const float>(hot)))
                                 .predict(numbers.integers({8, 1}, 0, 10))
                                 .run();
        CHECK_FIRST(session, "feature-count");
        QVERIFY2(finding.message.text().find("number of a class") != std::string::npos, finding.message.text().c_str());
        QVERIFY(finding.fix && finding.fix->verified && finding.fix->makesItRun);
        QVERIFY(session->diagnosis.findings.size() == 1 || !finding.explains.empty());
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
