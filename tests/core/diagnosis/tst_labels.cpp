#include "tests/core/diagnosis/casebuilder.h"

#include <algorithm>
#include <cmath>

using namespace plumbline;
using namespace plumbline::test;

class tst_labels : public QObject {
    Q_OBJECT
private slots:
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

    void anIndexBeyondIsNoMatterOfScale() {
        Numbers numbers(21);
        ModelBuilder b;
        const auto words = b.input("words", {Dim::symbol("batch"), 20}, DType::int32);
        const auto model = b.finish({b.embedding("table", words, 200, 4)});
        auto tokens = numbers.integers({30, 20}, 0, 100, DType::int32);
        auto values = std::vector<std::int32_t>(tokens.span<std::int32_t>().begin(), tokens.span<std::int32_t>().end());
        values[43] = 200;
        const auto session = Case(model)
                                 .train(numbers.integers({500, 20}, 0, 50, DType::int32))
                                 .predict(Tensor::of<std::int32_t>({30, 20}, std::span<const std::int32_t>(values)))
                                 .run();
        CHECK_FIRST(session, "index-range");
        for (const auto& other : session->diagnosis.findings)
            QVERIFY2(other.code == "index-range" || other.where.kind != PlaceKind::input,
                     codesOf(session->diagnosis).c_str());
    }

    void aNanAmongLabelsIsNoMatterOfTheirType() {
        Numbers numbers(22);
        const auto session = Case(conditional())
                                 .train(numbers.normal({300, 8}), "z")
                                 .train(numbers.integers({300, 1}, 0, 10, DType::int32), "label")
                                 .predict(numbers.normal({3, 8}), "z")
                                 .predict(Tensor::of<float>({3, 1}, {1, NAN, 2}), "label")
                                 .run();
        CHECK_FIRST(session, "nan-in-input");
        QCOMPARE(*finding.where.element, (std::vector<std::int64_t>{1, 0}));
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
};

PLUMBLINE_TEST(tst_labels)
#include "tst_labels.moc"
