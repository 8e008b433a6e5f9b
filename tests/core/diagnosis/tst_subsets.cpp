#include "tests/core/diagnosis/casebuilder.h"

#include <algorithm>
#include <cmath>

using namespace plumbline;
using namespace plumbline::test;

namespace {

Tensor rowsOf(Shape shape, const std::function<float(std::int64_t row, std::int64_t at)>& value) {
    std::vector<float> values;
    const auto size = shape.elements() / shape[0];
    for (std::int64_t row = 0; row < shape[0]; ++row)
        for (std::int64_t at = 0; at < size; ++at)
            values.push_back(value(row, at));
    return Tensor::of<float>(shape, std::span<const float>(values));
}

Tensor changed(const Tensor& x, const std::function<float(float)>& value) {
    std::vector<float> values;
    for (const auto v : x.span<float>())
        values.push_back(value(v));
    return Tensor::of<float>(x.shape(), std::span<const float>(values));
}

/// A generator of latents: 16 numbers to 24.
std::shared_ptr<const Model> generator() {
    ModelBuilder b;
    auto x = b.input("z", {Dim::symbol("batch"), 16});
    x = b.dense("hidden", x, 16, 64, "Relu");
    return b.finish({b.dense("out", x, 64, 24, "Tanh")});
}

/// Words of a table of 40; 0 is padding.
std::shared_ptr<const Model> reader() {
    ModelBuilder b;
    const auto words = b.input("words", {Dim::symbol("batch"), 12}, DType::int32);
    auto x = b.embedding("table", words, 40, 4);
    x = b.layer("flat", "Flatten", "Flatten", {x});
    return b.finish({b.dense("out", x, 48, 8)});
}

Tensor sentences(Numbers& numbers, std::int64_t rows, bool padded) {
    std::vector<std::int32_t> words;
    for (std::int64_t row = 0; row < rows; ++row) {
        const auto length = padded ? 4 + numbers.below(9) : 12;
        for (std::int64_t i = 0; i < 12; ++i)
            words.push_back(i < 12 - length ? 0 : static_cast<std::int32_t>(1 + numbers.below(39)));
    }
    return Tensor::of<std::int32_t>({rows, 12}, std::span<const std::int32_t>(words));
}

Tensor oneHot(const std::vector<std::int64_t>& classes) {
    return rowsOf({std::ssize(classes), 10}, [&](std::int64_t row, std::int64_t at) {
        return classes[static_cast<std::size_t>(row)] == at ? 1.0f : 0.0f;
    });
}

} // namespace

/// Inputs that are no draws of training, and with which nothing is wrong: all that they hold training had too.
class tst_subsets : public QObject {
    Q_OBJECT
private slots:
    void latentsThatNobodyDrewAreClean_data() {
        QTest::addColumn<Tensor>("latents");
        Numbers numbers(4);
        const auto ends = numbers.normal({2, 16});
        const auto at = [&](std::int64_t row, std::int64_t k) {
            return ends.span<float>()[static_cast<std::size_t>(row * 16 + k)];
        };
        QTest::newRow("a line between two points") << rowsOf({24, 16}, [&](auto row, auto k) {
            const auto t = static_cast<float>(row) / 23;
            return (1 - t) * at(0, k) + t * at(1, k);
        });
        QTest::newRow("a walk over the sphere") << rowsOf({24, 16}, [&](auto row, auto k) {
            const auto t = static_cast<float>(row) / 23 * 1.5f;
            return std::cos(t) * at(0, k) + std::sin(t) * at(1, k);
        });
        QTest::newRow("zeros") << rowsOf({8, 16}, [](auto, auto) { return 0.0f; });
        QTest::newRow("one row of zeros") << rowsOf({1, 16}, [](auto, auto) { return 0.0f; });
        QTest::newRow("means") << numbers.normal({50, 16}, 0, 0.3);
        QTest::newRow("truncated") << changed(numbers.normal({40, 16}), [](float x) { return std::fmod(x, 0.7f); });
        QTest::newRow("one point again") << rowsOf({16, 16}, [&](auto, auto k) { return at(0, k); });
        QTest::newRow("two numbers of a grid") << rowsOf({49, 16}, [&](auto row, auto k) {
            return k == 0 ? static_cast<float>(row % 7) - 3 : k == 1 ? static_cast<float>(row / 7) - 3 : at(0, k);
        });
    }
    void latentsThatNobodyDrewAreClean() {
        QFETCH(Tensor, latents);
        Numbers numbers(1);
        for (const bool law : {false, true}) {
            Case one(generator());
            law ? one.trainLaw("normal(0,1)") : one.train(numbers.normal({1000, 16}));
            const auto session = one.predict(latents).run();
            VERIFY_RESULT(session);
            QVERIFY2(session->diagnosis.findings.empty(), codesOf(session->diagnosis).c_str());
            QCOMPARE(session->diagnosis.verdict, Verdict::matches);
            for (const auto& layer : session->diagnosis.layers)
                QVERIFY(layer.status == LayerStatus::ok);
        }
    }

    void latentsBeyondTheirLawAreNot() {
        Numbers numbers(2);
        const auto session =
            Case(generator()).train(numbers.normal({1000, 16})).predict(numbers.normal({24, 16}, 0, 6)).run();
        VERIFY_RESULT(session);
        QCOMPARE(session->diagnosis.verdict, Verdict::diverges);
        QCOMPARE(session->diagnosis.findings.front().where.name, std::string("z"));
    }

    void sentencesWithoutPaddingAreClean() {
        Numbers numbers(3);
        for (const std::int64_t rows : {1, 6, 40}) {
            const auto session =
                Case(reader()).train(sentences(numbers, 400, true)).predict(sentences(numbers, rows, false)).run();
            VERIFY_RESULT(session);
            QVERIFY2(session->diagnosis.findings.empty(), codesOf(session->diagnosis).c_str());
        }
    }

    void wordsThatTrainingNeverHadAreNamedByTheirNumber() {
        Numbers numbers(5);
        const auto session = Case(reader())
                                 .train(numbers.integers({400, 12}, 0, 20, DType::int32))
                                 .predict(numbers.integers({30, 12}, 20, 40, DType::int32))
                                 .run();
        CHECK_FIRST(session, "layer-drift");
        QCOMPARE(finding.message.text(), std::string("Of the 360 codes in input words, 360 never occur in training."));
        QVERIFY(!finding.fix);
    }

    void oneClassAloneIsClean() {
        Numbers numbers(6);
        for (const std::int64_t rows : {1, 4, 32}) {
            const std::vector<std::int64_t> same(static_cast<std::size_t>(rows), 3);
            const auto labels = *rowsOf({rows, 1}, [](auto, auto) { return 3.0f; }).cast(DType::int64);
            const auto session = Case(conditional())
                                     .train(numbers.normal({400, 8}), "z")
                                     .train(numbers.integers({400, 1}, 0, 10), "label")
                                     .predict(numbers.normal({rows, 8}), "z")
                                     .predict(labels, "label")
                                     .run();
            VERIFY_RESULT(session);
            QVERIFY2(session->diagnosis.findings.empty(), codesOf(session->diagnosis).c_str());

            std::vector<std::int64_t> all;
            for (int i = 0; i < 400; ++i)
                all.push_back(numbers.below(10));
            const auto hot = Case(twoDense()).train(oneHot(all)).predict(oneHot(same)).run();
            VERIFY_RESULT(hot);
            QVERIFY2(hot->diagnosis.findings.empty(), codesOf(hot->diagnosis).c_str());
        }
    }

    void oneCustomersRowsAreClean() {
        // Ten columns, three of which tell the customer: one of them narrows those and leaves the rest.
        Numbers numbers(7);
        const auto table = [&](std::int64_t rows, std::optional<float> customer) {
            const auto x = numbers.normal({rows, 10});
            auto who = 0.0f;
            return rowsOf({rows, 10}, [&](auto row, auto k) {
                const auto value = x.span<float>()[static_cast<std::size_t>(row * 10 + k)];
                if (k == 0)
                    who = customer.value_or(value);
                return k < 3 ? who * static_cast<float>(k + 1) + 0.1f * value : value;
            });
        };
        const auto training = table(800, {});
        for (const float customer : {-1.0f, 0.2f, 1.4f}) {
            const auto session = Case(twoDense()).train(training).predict(table(30, customer)).run();
            VERIFY_RESULT(session);
            QVERIFY2(session->diagnosis.findings.empty(), codesOf(session->diagnosis).c_str());
        }
    }
};

PLUMBLINE_TEST(tst_subsets)
#include "tst_subsets.moc"
