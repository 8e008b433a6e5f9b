#include "core/diagnosis/fix.h"
#include "tests/core/diagnosis/casebuilder.h"

#include <algorithm>
#include <cmath>

using namespace plumbline;
using namespace plumbline::test;

namespace {

/// y[row, k] = f(x[row, k], k), k counting within the last axis.
Tensor perColumn(const Tensor& x, const std::function<float(float, std::size_t)>& f) {
    std::vector<float> values;
    const auto columns = static_cast<std::size_t>(x.shape().back());
    for (std::size_t i = 0; i < x.span<float>().size(); ++i)
        values.push_back(f(x.span<float>()[i], i % columns));
    return Tensor::of<float>(x.shape(), std::span<const float>(values));
}

Tensor raw(const Tensor& standardised) {
    return perColumn(standardised, [](float x, std::size_t k) {
        return 50 + 20 * static_cast<float>(k) + (3 + static_cast<float>(k)) * x;
    });
}

Tensor series(Numbers& numbers, std::int64_t rows, std::int64_t steps, std::int64_t features) {
    return numbers.normal({rows, steps, features});
}

std::shared_ptr<const Model> ofSeries(std::int64_t steps, std::int64_t features) {
    ModelBuilder b;
    auto x = b.input("series", {Dim::symbol("batch"), steps, features});
    return b.finish({b.layer("squash", "Activation", "Tanh", {x})});
}

/// Pictures of 8 x 8 of their own brightness, in 0..1: a dark ground with a bright spot.
Tensor pictures(Numbers& numbers, Shape shape) {
    std::vector<float> values;
    const auto size = shape.elements() / shape[0];
    for (std::int64_t row = 0; row < shape[0]; ++row) {
        const auto spot = numbers.below(size), width = 4 + numbers.below(size / 6);
        for (std::int64_t i = 0; i < size; ++i)
            values.push_back(std::abs(i - spot) < width ? static_cast<float>(numbers.real(0.6, 1))
                                                        : static_cast<float>(numbers.below(8)) / 255);
    }
    return Tensor::of<float>(shape, std::span<const float>(values));
}

Tensor asBytes(const Tensor& unit, bool inverted = false) {
    std::vector<std::uint8_t> values;
    for (const auto x : unit.span<float>()) {
        const auto byte = static_cast<std::uint8_t>(std::lround(x * 255));
        values.push_back(inverted ? static_cast<std::uint8_t>(255 - byte) : byte);
    }
    return Tensor::of<std::uint8_t>(unit.shape(), std::span<const std::uint8_t>(values));
}

std::shared_ptr<const Model> ofPictures(Dims row) {
    ModelBuilder b;
    Dims shape{Dim::symbol("batch")};
    shape.insert(shape.end(), row.begin(), row.end());
    const auto x = b.input("image", shape);
    return b.finish({b.layer("squash", "Activation", "Tanh", {x})});
}

/// The fix does what nobody forgot: the array is as it was meant, up to rounding.
bool gives(const CheckSession& session, const Finding& finding, const Tensor& meant, double tolerance) {
    const auto& name = session.model->graph.value(session.model->graph.inputs().front()).name;
    const auto fixed = applyFix(*finding.fix, session.inputs, {name});
    if (!fixed || fixed->front().shape() != meant.shape())
        return false;
    const auto dense = *fixed->front().cast(DType::float32)->contiguous();
    for (std::size_t i = 0; i < meant.span<float>().size(); ++i)
        if (!(std::abs(dense.span<float>()[i] - meant.span<float>()[i]) <= tolerance))
            return false;
    return true;
}

} // namespace

/// Maps that were forgotten, done twice or done otherwise; and none where the data cannot decide one.
class tst_maps : public QObject {
    Q_OBJECT
private slots:
    void aRawTableOfManyRowsIsScaledColumnByColumn() {
        Numbers numbers(1);
        const auto meant = numbers.normal({60, 10});
        const auto session = Case(twoDense()).train(numbers.normal({800, 10})).predict(raw(meant)).run();
        CHECK_FIRST(session, "scale");
        QCOMPARE(finding.evidence["map"]["name"].get<std::string>(), std::string("z-score"));
        QVERIFY(finding.fix && finding.fix->verified);
        QVERIFY(finding.message.text().find("fitted to 60 rows") != std::string::npos);
        QVERIFY(gives(*session, finding, meant, 1.2)); // by the figures of 60 rows
    }

    void eightRowsDecideNoScalerOfTwentyConstants() {
        Numbers numbers(2);
        const auto session =
            Case(twoDense()).train(numbers.normal({800, 10})).predict(raw(numbers.normal({8, 10}))).run();
        VERIFY_RESULT(session);
        QCOMPARE(session->diagnosis.verdict, Verdict::diverges);
        for (const auto& finding : session->diagnosis.findings)
            QVERIFY2(!finding.fix, codesOf(session->diagnosis).c_str());
        const auto text = session->diagnosis.findings.front().message.text();
        QVERIFY2(text.ends_with("to fit a scaler to it there are too few values."), text.c_str());
    }

    void scaledRowsForAModelOfRawOnesAreUndoneByTrainingsFigures() {
        Numbers numbers(3);
        for (const std::int64_t rows : {1, 5, 40}) {
            const auto meant = numbers.normal({rows, 10});
            const auto session = Case(twoDense()).train(raw(numbers.normal({2000, 10}))).predict(meant).run();
            CHECK_FIRST(session, "scale");
            QVERIFY2(finding.fix && finding.fix->verified, codesOf(session->diagnosis).c_str());
            QVERIFY(gives(*session, finding, raw(meant), 6));
        }
    }

    void aSeriesThatSkippedItsScalerIsScaled_data() {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("features");
        QTest::newRow("many rows of one quantity") << 30 << 1;
        QTest::newRow("one row of one quantity") << 1 << 1;
        QTest::newRow("many rows of three features") << 30 << 3;
        QTest::newRow("one row of three features") << 1 << 3;
    }
    void aSeriesThatSkippedItsScalerIsScaled() {
        QFETCH(int, rows);
        QFETCH(int, features);
        Numbers numbers(static_cast<std::uint64_t>(rows + features));
        const auto meant = series(numbers, rows, 48, features);
        const auto session =
            Case(ofSeries(48, features)).train(series(numbers, 300, 48, features)).predict(raw(meant)).run();
        CHECK_FIRST(session, "scale");
        QCOMPARE(finding.evidence["map"]["name"].get<std::string>(), std::string("z-score"));
        QVERIFY2(finding.fix && finding.fix->verified, codesOf(session->diagnosis).c_str());
        QVERIFY(gives(*session, finding, meant, 1.5));
    }

    void bytesAreDividedInAnyRank_data() {
        QTest::addColumn<std::vector<std::int64_t>>("row");
        QTest::newRow("rows of 64") << std::vector<std::int64_t>{64};
        QTest::newRow("pictures without channels") << std::vector<std::int64_t>{8, 8};
        QTest::newRow("pictures") << std::vector<std::int64_t>{8, 8, 1};
        QTest::newRow("clips") << std::vector<std::int64_t>{3, 8, 8, 1};
    }
    void bytesAreDividedInAnyRank() {
        QFETCH(std::vector<std::int64_t>, row);
        Numbers numbers(row.size());
        const auto shaped = [&](std::int64_t rows) {
            auto extents = row;
            extents.insert(extents.begin(), rows);
            return Shape(extents);
        };
        const auto training = pictures(numbers, shaped(300));
        for (const bool inverted : {false, true})
            for (const std::int64_t rows : {1, 6}) {
                const auto meant = pictures(numbers, shaped(rows));
                const auto session = Case(ofPictures(Dims(row.begin(), row.end())))
                                         .train(training)
                                         .predict(asBytes(meant, inverted))
                                         .run();
                CHECK_FIRST(session, "scale");
                QCOMPARE(finding.evidence["map"]["name"].get<std::string>(),
                         std::string(inverted ? "1-x/255" : "x/255"));
                QVERIFY2(finding.fix && finding.fix->verified, codesOf(session->diagnosis).c_str());
                QVERIFY(gives(*session, finding, meant, 0.005));
                for (std::size_t i = 1; i < session->diagnosis.findings.size(); ++i) // the integer type too
                    QVERIFY2(std::ranges::find(finding.explains, i) != finding.explains.end(),
                             codesOf(session->diagnosis).c_str());
            }
    }

    void aColouredPictureForAGreyNetLosesItsChannelsNeverItsBatch() {
        Numbers numbers(8);
        const auto training = pictures(numbers, {300, 8, 8});
        const auto meant = pictures(numbers, {1, 8, 8});
        std::vector<float> colours;
        for (const auto x : meant.span<float>())
            for (int c = 0; c < 3; ++c)
                colours.push_back(x);
        const auto coloured = Tensor::of<float>({1, 8, 8, 3}, std::span<const float>(colours));
        const auto session = Case(ofPictures({8, 8})).train(training).predict(coloured).run();
        CHECK_FIRST(session, "extra-axis");
        QCOMPARE(*finding.where.axis, std::int64_t{3});
        QVERIFY2(finding.fix && finding.fix->verified, codesOf(session->diagnosis).c_str());
        QCOMPARE(finding.fix->numpy, std::string("x = x[..., 0]"));
        QVERIFY(gives(*session, finding, meant, 0));

        const auto bytes = asBytes(coloured);
        const auto both = Case(ofPictures({8, 8})).train(training).predict(bytes).run();
        VERIFY_RESULT(both);
        QVERIFY2(
            both->diagnosis.findings.size() > 1 && both->diagnosis.findings[0].code == "extra-axis" &&
                std::ranges::any_of(both->diagnosis.findings,
                                    [](const Finding& f) { return f.code == "scale" && f.fix && f.fix->verified; }),
            codesOf(both->diagnosis).c_str());
    }

    void oneFrameIsNoClip() {
        Numbers numbers(9);
        const auto session = Case(ofPictures({5, 8, 12, 3}))
                                 .train(pictures(numbers, {60, 5, 8, 12, 3}))
                                 .predict(pictures(numbers, {8, 12, 3}))
                                 .run();
        VERIFY_RESULT(session);
        QCOMPARE(session->diagnosis.verdict, Verdict::cannotRun);
        for (const auto& finding : session->diagnosis.findings)
            QVERIFY2(!finding.fix, codesOf(session->diagnosis).c_str());
    }

    void wordsThatHaveTrainingsFrequenciesAreNotMovedByOne() {
        // One index beyond the table, among sentences without padding: no word is another.
        Numbers numbers(10);
        ModelBuilder b;
        const auto words = b.input("words", {Dim::symbol("batch"), 12}, DType::int32);
        const auto model = b.finish({b.embedding("table", words, 41, 4)});
        auto tokens = numbers.integers({32, 12}, 1, 41, DType::int32);
        std::vector<std::int32_t> values(tokens.span<std::int32_t>().begin(), tokens.span<std::int32_t>().end());
        values[287] = 41;
        const auto session = Case(model)
                                 .train(numbers.integers({200, 12}, 0, 41, DType::int32))
                                 .predict(Tensor::of<std::int32_t>({32, 12}, std::span<const std::int32_t>(values)))
                                 .run();
        CHECK_FIRST(session, "index-range");
        QVERIFY2(!finding.fix, codesOf(session->diagnosis).c_str());
        QCOMPARE(*finding.where.element, (std::vector<std::int64_t>{23, 11}));
    }

    void wordsCountedFromOneAreMovedWhereTheirFrequenciesSaySo() {
        Numbers numbers(11);
        ModelBuilder b;
        const auto words = b.input("words", {Dim::symbol("batch"), 12}, DType::int32);
        const auto model = b.finish({b.embedding("table", words, 20, 4)});
        const auto drawn = [&](std::int64_t rows, std::int32_t from) { // the first words are the most frequent
            std::vector<std::int32_t> values;
            for (std::int64_t i = 0; i < rows * 12; ++i)
                values.push_back(from +
                                 static_cast<std::int32_t>(std::min(19.0, 20 * std::pow(numbers.real(0, 1), 2.0))));
            return Tensor::of<std::int32_t>({rows, 12}, std::span<const std::int32_t>(values));
        };
        const auto session = Case(model).train(drawn(300, 0)).predict(drawn(40, 1)).run();
        CHECK_FIRST(session, "index-range");
        QVERIFY2(finding.fix && finding.fix->verified, codesOf(session->diagnosis).c_str());
        QCOMPARE(finding.fix->numpy, std::string("x = x - 1"));
    }

    void whatIsProposedForCleanRowsIsProposedForNothing() {
        // Training's own law is its mirror image: -x fits at any time, and mends nothing.
        Numbers numbers(12);
        const auto session =
            Case(twoDense()).train(numbers.uniform({600, 10}, -1, 1)).predict(numbers.uniform({20, 10}, -3, 3)).run();
        VERIFY_RESULT(session);
        for (const auto& finding : session->diagnosis.findings)
            QVERIFY2(!finding.fix || finding.fix->arguments.value("scale", 1.0) > 0,
                     codesOf(session->diagnosis).c_str());
    }
};

PLUMBLINE_TEST(tst_maps)
#include "tst_maps.moc"
