#include "tests/core/diagnosis/casebuilder.h"

#include <cmath>

using namespace plumbline;
using namespace plumbline::test;

/// Right inputs, of every batch size and kind, give nothing above a note.
class tst_clean : public QObject {
    Q_OBJECT

    static bool isClean(const Diagnosis& diagnosis) {
        return diagnosis.verdict == Verdict::matches && diagnosis.exitStatus() == 0;
    }

private slots:
    void rightInputsAreClean() {
        int clean = 0, all = 0;
        std::string wrong;
        const auto count = [&](Case& one) {
            const auto session = one.run();
            ++all;
            if (session && isClean(session->diagnosis))
                ++clean;
            else
                wrong += (session ? codesOf(session->diagnosis) : session.error().text()) + "\n";
        };
        for (std::uint64_t seed = 0; seed < 7; ++seed)
            for (const std::int64_t batch : {1, 2, 5, 16, 64}) {
                Numbers numbers(seed * 100 + static_cast<std::uint64_t>(batch));
                Case uniform(twoDense());
                uniform.train(numbers.uniform({1000, 10})).predict(numbers.uniform({batch, 10}));
                count(uniform);
                Case normal(twoDense());
                normal.trainLaw("normal(0,1)").predict(numbers.normal({batch, 10}));
                count(normal);
                Case labelled(conditional());
                labelled.train(numbers.normal({400, 8}), "z")
                    .train(numbers.integers({400, 1}, 0, 10), "label")
                    .predict(numbers.normal({batch, 8}), "z")
                    .predict(numbers.integers({batch, 1}, 0, 10), "label");
                count(labelled);
            }
        QVERIFY2(clean == all, wrong.c_str());
        QVERIFY(all == 105);
    }

    void aShorterSeriesIsCleanWhereverItWasCut() {
        // Walks of 40 steps: the longer, the wider. A few steps of the start lie close together, of the end far apart.
        const auto walks = [](std::uint64_t seed, std::int64_t rows) {
            Numbers numbers(seed);
            const auto steps = numbers.normal({rows, 40, 2});
            std::vector<float> x(steps.span<float>().begin(), steps.span<float>().end());
            for (std::size_t i = 0; i < x.size(); ++i)
                x[i] = 0.1f * x[i] + (i % 80 < 2 ? 0 : x[i - 2]);
            return Tensor::of<float>(steps.shape(), std::span<const float>(x));
        };
        ModelBuilder b;
        const auto x = b.input("series", {Dim::symbol("batch"), Dim::symbol("steps"), 2});
        const auto model = b.finish({b.layer("squash", "Activation", "Tanh", {x})});
        std::string wrong;
        for (std::uint64_t seed = 0; seed < 4; ++seed)
            for (const std::int64_t batch : {1, 16, 64})
                for (const std::int64_t length : {20, 5, 1})
                    for (const std::int64_t from : {std::int64_t{0}, 40 - length}) {
                        const auto series = walks(100 + seed, batch).sliced(1, from, length).contiguous();
                        const auto session = Case(model).train(walks(1, 400)).predict(*series).run();
                        QVERIFY(session);
                        if (!isClean(session->diagnosis))
                            wrong += std::to_string(length) + " of 40 steps from " + std::to_string(from) + ": " +
                                     codesOf(session->diagnosis) + "\n";
                    }
        QVERIFY2(wrong.empty(), wrong.c_str());
        // And a shorter one in other units is not.
        Numbers numbers(9);
        const auto session = Case(model).train(walks(1, 400)).predict(numbers.normal({16, 5, 2}, 40, 10)).run();
        QVERIFY(session && !isClean(session->diagnosis));
    }

    void aRowRepeatedIsAsCleanAsAlone() {
        std::string wrong;
        for (std::uint64_t seed = 0; seed < 12; ++seed) {
            Numbers numbers(seed);
            const auto z = numbers.normal({1, 8});
            const auto label = numbers.below(10);
            std::vector<float> rows;
            for (int copy = 0; copy < 30; ++copy)
                rows.insert(rows.end(), z.span<float>().begin(), z.span<float>().end());
            Case one(conditional());
            one.train(numbers.normal({400, 8}), "z")
                .train(numbers.integers({400, 1}, 0, 10), "label")
                .predict(Tensor::of<float>({30, 8}, std::span<const float>(rows)), "z")
                .predict(numbers.integers({30, 1}, label, label + 1), "label");
            const auto session = one.run();
            VERIFY_RESULT(session);
            if (!isClean(session->diagnosis))
                wrong += codesOf(session->diagnosis) + "\n";
        }
        QVERIFY2(wrong.empty(), wrong.c_str());
    }

    void aReferenceOfAFewRowsAccusesNobody() {
        std::string wrong;
        for (const std::int64_t rows : {1, 2, 3, 5, 8})
            for (std::uint64_t seed = 0; seed < 12; ++seed) {
                Numbers numbers(seed + 50);
                const auto training = numbers.normal({rows, 10});
                const auto session =
                    Case(twoDense()).train(training).predict(numbers.normal({seed % 2 ? 1 : 4, 10})).run();
                VERIFY_RESULT(session);
                if (!isClean(session->diagnosis))
                    wrong += std::to_string(rows) + " rows: " + codesOf(session->diagnosis) + "\n";
            }
        QVERIFY2(wrong.empty(), wrong.c_str());
    }

    /// Columns scaled by training's own extremes: other rows of the same law lie a little beyond 0 and 1.
    void rowsBeyondAMinMaxScalersEdgeAreClean() {
        std::string wrong;
        for (std::uint64_t seed = 0; seed < 12; ++seed) {
            Numbers numbers(seed + 90);
            const auto all = numbers.normal({600, 10});
            const auto x = all.span<float>();
            std::vector<float> scaledRows(x.begin(), x.end());
            for (std::size_t c = 0; c < 10; ++c) {
                float low = INFINITY, high = -INFINITY;
                for (std::size_t r = 0; r < 400; ++r) {
                    low = std::min(low, x[r * 10 + c]);
                    high = std::max(high, x[r * 10 + c]);
                }
                for (std::size_t r = 0; r < 600; ++r)
                    scaledRows[r * 10 + c] = (x[r * 10 + c] - low) / (high - low);
            }
            const std::span<const float> values(scaledRows);
            Case one(twoDense());
            one.train(Tensor::of<float>({400, 10}, values.first(4000)))
                .predict(Tensor::of<float>({200, 10}, values.subspan(4000)));
            const auto session = one.run();
            VERIFY_RESULT(session);
            if (!isClean(session->diagnosis))
                wrong += codesOf(session->diagnosis) + "\n";
        }
        QVERIFY2(wrong.empty(), wrong.c_str());
    }

    void widerTypesAreNotesAlone() {
        Numbers numbers(77);
        const auto x = numbers.uniform({8, 10});
        for (const auto dtype : {DType::float64, DType::float16}) {
            Case one(twoDense());
            one.train(numbers.uniform({1000, 10})).predict(*x.cast(dtype));
            const auto session = one.run();
            VERIFY_RESULT(session);
            QVERIFY2(isClean(session->diagnosis), codesOf(session->diagnosis).c_str());
            QCOMPARE(session->diagnosis.findings.size(), std::size_t{1});
            QCOMPARE(session->diagnosis.findings.front().code, std::string("dtype"));
        }
    }

    void aNewSizeThatWorksIsClean() {
        Numbers numbers(78);
        Case one(smallUNet());
        one.train(numbers.uniform({200, 8, 8, 1})).predict(numbers.uniform({2, 12, 10, 1}));
        const auto session = one.run();
        VERIFY_RESULT(session);
        QVERIFY2(isClean(session->diagnosis), codesOf(session->diagnosis).c_str());
    }
};

PLUMBLINE_TEST(tst_clean)
#include "tst_clean.moc"
