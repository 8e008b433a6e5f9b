// A stored variance below zero is named by its weight and its value, and explains the NaN that comes of it.
#include "core/diagnosis/modelalone.h"
#include "tests/core/diagnosis/casebuilder.h"

using namespace plumbline;
using namespace plumbline::test;

namespace {

std::shared_ptr<const Model> normalized(float variance, bool masked = false) {
    ModelBuilder b;
    Attributes attributes;
    attributes.set("epsilon", 1e-3);
    auto x = b.input("z", {Dim::symbol("batch"), 3});
    x = b.layer("norm", "BatchNormalization", "BatchNormalization", {x},
                {{"gamma", Tensor::of<float>({3}, {1, 1, 1})},
                 {"beta", Tensor::of<float>({3}, {0, 0, 0})},
                 {"moving_mean", Tensor::of<float>({3}, {0, 0, 0})},
                 {"moving_variance", Tensor::of<float>({3}, {2, variance, 3})}},
                attributes);
    if (masked) { // the channel is left out: its NaN comes to no result
        Attributes axis;
        axis.set("axis", std::int64_t{1});
        const auto index = b.graph().addConstant("index", Tensor::of<std::int64_t>({1}, {0}), LayerId());
        return b.finish({b.layer("first", "Lambda", "Gather", {x, index}, {}, axis)});
    }
    return b.finish({b.dense("mix", x, 3, 2)});
}

const Finding* found(const std::vector<Finding>& findings, const std::string& code) {
    const auto at = std::ranges::find(findings, code, &Finding::code);
    return at == findings.end() ? nullptr : &*at;
}

} // namespace

class tst_negativevariance : public QObject {
    Q_OBJECT
private slots:
    void itIsNamedByItsWeightAndExplainsTheNan() {
        Numbers numbers(1);
        for (const bool reference : {false, true}) {
            Case check(normalized(-0.0123f));
            if (reference)
                check.train(numbers.normal({300, 3}));
            const auto session = check.predict(numbers.normal({5, 3})).run();
            CHECK_FIRST(session, "negative-variance");
            QCOMPARE(finding.severity, Severity::error);
            QCOMPARE(finding.where.kind, PlaceKind::weight);
            QCOMPARE(finding.where.name, std::string("norm"));
            QCOMPARE(*finding.where.weight, std::string("moving_variance"));
            QCOMPARE(*finding.where.element, (std::vector<std::int64_t>{1}));
            QCOMPARE(finding.actual["value"].get<double>(), double(-0.0123f));
            QVERIFY(finding.message.text().find("-0.0123") != std::string::npos);
            QCOMPARE(session->diagnosis.findings.size(), std::size_t(2));
            QCOMPARE(session->diagnosis.findings[1].code, std::string("nan-born"));
            QCOMPARE(finding.explains, std::vector<std::size_t>{1});
            QCOMPARE(session->diagnosis.verdict, Verdict::diverges);
        }
    }

    void whatTheEpsilonMakesUpForIsAWarning() {
        Numbers numbers(2);
        const auto session = Case(normalized(-0.0005f)).predict(numbers.normal({5, 3})).run();
        CHECK_FIRST(session, "negative-variance");
        QCOMPARE(finding.severity, Severity::warning);
        QVERIFY(finding.message.text().find("1.41421 times") != std::string::npos);
        QCOMPARE(session->diagnosis.findings.size(), std::size_t(1));
    }

    void whatRoundingLeavesOfZeroIsANote() {
        Numbers numbers(3);
        const auto session = Case(normalized(-1e-9f)).predict(numbers.normal({5, 3})).run();
        CHECK_FIRST(session, "negative-variance");
        QCOMPARE(finding.severity, Severity::note);
        QCOMPARE(session->diagnosis.verdict, Verdict::matches);
    }

    void aChannelThatNoResultReadsIsAWarning() {
        Numbers numbers(4);
        const auto session = Case(normalized(-0.5f, true)).predict(numbers.normal({5, 3})).run();
        CHECK_FIRST(session, "negative-variance");
        QCOMPARE(finding.severity, Severity::warning);
        const auto* born = found(session->diagnosis.findings, "nan-born");
        QVERIFY(born);
        QCOMPARE(born->severity, Severity::warning);
    }

    void aVarianceThatIsNoneIsSilent() {
        Numbers numbers(5);
        for (const float variance : {0.0f, 1e-9f, 2.0f}) {
            const auto session =
                Case(normalized(variance)).train(numbers.normal({300, 3})).predict(numbers.normal({5, 3})).run();
            VERIFY_RESULT(session);
            QVERIFY2(!found(session->diagnosis.findings, "negative-variance"), codesOf(session->diagnosis).c_str());
        }
    }

    void theModelAloneSaysIt() {
        const auto diagnosis = diagnosisOfModel(normalized(-0.0123f));
        QCOMPARE(diagnosis.findings.size(), std::size_t(1));
        QCOMPARE(diagnosis.findings[0].code, std::string("negative-variance"));
        QCOMPARE(diagnosis.findings[0].severity, Severity::error);
    }
};

PLUMBLINE_TEST(tst_negativevariance)
#include "tst_negativevariance.moc"
