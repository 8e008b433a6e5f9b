#include "tests/core/diagnosis/casebuilder.h"

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
