#include "core/diagnosis/check.h"
#include "tests/core/diagnosis/casebuilder.h"

using namespace plumbline;
using namespace plumbline::test;

/// A file whose save broke off in the middle (tests/fixtures/keras/files.py).
class tst_brokensave : public QObject {
    Q_OBJECT
private slots:
    void whatItLacksIsSaidAndWhatItHoldsRuns() {
        QTemporaryDir folder;
        Numbers numbers(8);
        CheckRequest request;
        request.model.path = testFile("fixtures/keras/files/broken_save.h5").toStdString();
        SourceSpec spec;
        spec.text = spec.path = folder.filePath("input.npy").toStdString();
        const auto written = writeNpy(spec.path, numbers.normal({2, 4, 3}));
        VERIFY_RESULT(written);
        request.prediction = {spec};
        const auto session = check(request);
        CHECK_FIRST(session, "weights-missing");
        QCOMPARE(finding.message.text(), std::string("The file lacks weights of 2 layers, the first is both."));
        QVERIFY(!finding.actual.contains("missing")); // of the second layer nothing says how many it would have
        QCOMPARE(session->diagnosis.layers[1].status, LayerStatus::ok);
        QCOMPARE(session->diagnosis.layers[3].status, LayerStatus::notReached);
    }
};

PLUMBLINE_TEST(tst_brokensave)
#include "tst_brokensave.moc"
