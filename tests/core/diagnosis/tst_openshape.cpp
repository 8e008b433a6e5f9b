#include "core/diagnosis/check.h"
#include "tests/core/diagnosis/casebuilder.h"

using namespace plumbline;
using namespace plumbline::test;

/// A file without the shape of its input is checked with the axes that the data have.
class tst_openshape : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    SourceSpec source(const QString& name, const Tensor& array) {
        SourceSpec spec;
        spec.text = spec.path = m_folder.filePath(name).toStdString();
        (void)writeNpy(spec.path, array);
        return spec;
    }

    CheckRequest request(const Tensor& training, const Tensor& prediction) {
        CheckRequest out;
        out.model.path = testFile("fixtures/keras/files/no_shape_steps.h5").toStdString();
        out.training = {source("train.npy", training)};
        out.prediction = {source("input.npy", prediction)};
        return out;
    }

private slots:
    void stepsAreStepsAndRowsAreRows() {
        Numbers numbers(5);
        const auto steps = check(request(numbers.normal({200, 4, 6}), numbers.normal({3, 4, 6})));
        VERIFY_RESULT(steps);
        QVERIFY2(steps->diagnosis.verdict == Verdict::matches, codesOf(steps->diagnosis).c_str());
        QCOMPARE(dimsText(steps->diagnosis.model->inputs.front().shape), std::string("(None, None, 6)"));
        // Other data after them in the same session: the model is read anew.
        const auto rows = check(request(numbers.normal({200, 6}), numbers.normal({3, 6})), {}, {}, &*steps);
        VERIFY_RESULT(rows);
        QVERIFY2(rows->diagnosis.verdict == Verdict::matches, codesOf(rows->diagnosis).c_str());
        QCOMPARE(dimsText(rows->diagnosis.model->inputs.front().shape), std::string("(None, 6)"));
    }

    void aMissingColumnIsAMissingColumn() {
        Numbers numbers(6);
        const auto session = check(request(numbers.normal({200, 4, 6}), numbers.normal({3, 4, 5})));
        CHECK_FIRST(session, "feature-count");
        QCOMPARE(finding.expected["features"].get<int>(), 6);
        QCOMPARE(finding.actual["features"].get<int>(), 5);
    }

    void trainingSaysTheAxesThatThePredictionLacks() {
        Numbers numbers(7);
        const auto session = check(request(numbers.normal({200, 4, 6}), numbers.normal({4, 6})));
        CHECK_FIRST(session, "missing-batch-axis");
    }
};

PLUMBLINE_TEST(tst_openshape)
#include "tst_openshape.moc"
