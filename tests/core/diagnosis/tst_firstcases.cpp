#include "tests/core/diagnosis/casebuilder.h"

using namespace plumbline;
using namespace plumbline::test;

/// The three cases that everyone meets first.
class tst_firstcases : public QObject {
    Q_OBJECT
private slots:
    void aSingleSampleLacksItsBatchAxis() {
        Numbers numbers(1);
        const auto session = Case(twoDense()).train(numbers.uniform({1000, 10})).predict(numbers.uniform({10})).run();
        VERIFY_RESULT(session);
        const auto& diagnosis = session->diagnosis;
        // What the first layer cannot do with it is folded under the cause.
        QVERIFY2(diagnosis.findings.front().explains.size() + 1 == diagnosis.findings.size(),
                 codesOf(diagnosis).c_str());
        const auto& finding = diagnosis.findings.front();
        QCOMPARE(finding.code, std::string("missing-batch-axis"));
        QCOMPARE(finding.severity, Severity::error);
        QCOMPARE(finding.where.kind, PlaceKind::input);
        QCOMPARE(finding.where.name, std::string("z"));
        QCOMPARE(*finding.where.axis, 0);
        QCOMPARE(finding.fix->numpy, std::string("x = x[None]"));
        QVERIFY(finding.fix->verified);
        QVERIFY(finding.fix->makesItRun);
        QCOMPARE(diagnosis.verdict, Verdict::diverges);
        QCOMPARE(diagnosis.exitStatus(), 1);
    }

    void oneColumnOfTenAlikeCannotBeNamed() {
        Numbers numbers(2);
        const auto session = Case(twoDense()).train(numbers.uniform({1000, 10})).predict(numbers.uniform({1, 9})).run();
        VERIFY_RESULT(session);
        const auto& diagnosis = session->diagnosis;
        const auto& finding = diagnosis.findings.front();
        QVERIFY2(finding.code == "feature-count", codesOf(diagnosis).c_str());
        QCOMPARE(*finding.where.axis, 1);
        QVERIFY(finding.where.features.empty());
        QCOMPARE(finding.expected["features"].get<int>(), 10);
        QCOMPARE(finding.actual["features"].get<int>(), 9);
        QVERIFY(!finding.evidence["distinguishable"].get<bool>());
        QVERIFY(!finding.fix);
        QVERIFY(finding.message.text().find("cannot be known") != std::string::npos);
        QCOMPARE(diagnosis.verdict, Verdict::cannotRun);
        QCOMPARE(diagnosis.exitStatus(), 1);
        // The layer that cannot multiply is what the missing column does, not a cause of its own.
        QVERIFY(diagnosis.findings.size() == 1 || finding.explains == std::vector<std::size_t>{1});
        QCOMPARE(diagnosis.layers[1].status, LayerStatus::failed);
        QCOMPARE(diagnosis.layers[2].status, LayerStatus::notReached);
    }

    void wholeNumbersComeBeforeTheirValues() {
        Numbers numbers(3);
        const auto session =
            Case(twoDense()).train(numbers.uniform({1000, 10})).predict(numbers.integers({1, 10}, 0, 10)).run();
        VERIFY_RESULT(session);
        const auto& diagnosis = session->diagnosis;
        const auto& finding = diagnosis.findings.front();
        QVERIFY2(finding.code == "dtype", codesOf(diagnosis).c_str());
        QCOMPARE(finding.severity, Severity::warning);
        QCOMPARE(finding.expected["dtype"].get<std::string>(), std::string("float32"));
        QCOMPARE(finding.actual["dtype"].get<std::string>(), std::string("int64"));
        QVERIFY(finding.fix && finding.fix->verified);
        QCOMPARE(diagnosis.verdict, Verdict::diverges);
        // Its values are beyond training's, and no map is named that would be chance.
        QVERIFY2(diagnosis.findings.size() > 1, codesOf(diagnosis).c_str());
        QCOMPARE(diagnosis.findings[1].code, std::string("layer-drift"));
        QCOMPARE(diagnosis.findings[1].where.kind, PlaceKind::input);
        // An input is known by its range, and is no layer.
        const auto text = diagnosis.findings[1].message.text();
        QVERIFY2(text.starts_with("Input z ranges over ") && text.find("training over ") != std::string::npos,
                 text.c_str());
    }

    void aModelAloneIsHeldAgainstItself() {
        Numbers numbers(4);
        const auto session = Case(twoDense()).predict(numbers.uniform({4, 10})).run();
        VERIFY_RESULT(session);
        QVERIFY2(session->diagnosis.findings.empty(), codesOf(session->diagnosis).c_str());
        QCOMPARE(session->diagnosis.exitStatus(), 0);
    }

    void anAppliedFixIsJudgedAsGiven() {
        Numbers numbers(5);
        Case one(twoDense());
        one.train(numbers.uniform({1000, 10})).predict(numbers.uniform({10}));
        const auto first = one.run();
        VERIFY_RESULT(first);
        one.request.fixes = {*first->diagnosis.findings.front().fix};
        const auto second = one.run();
        VERIFY_RESULT(second);
        QVERIFY2(second->diagnosis.verdict == Verdict::matches, codesOf(second->diagnosis).c_str());
        QCOMPARE(second->inputs.front().shape(), Shape({1, 10}));
    }
};

PLUMBLINE_TEST(tst_firstcases)
#include "tst_firstcases.moc"
