#include "tests/support/testcase.h"

#include "tests/support/window/diagnosisfixture.h"
#include "widgets/common/controls.h"
#include "widgets/common/wording.h"
#include "widgets/models/layersmodel.h"
#include "widgets/panels/diagnosispanel.h"
#include "widgets/panels/inspectorpanel.h"
#include "widgets/panels/sourcespanel.h"

#include <QCoreApplication>
#include <QLabel>
#include <QPushButton>

using namespace plumbline;
using namespace plumbline::test;

namespace {

std::shared_ptr<Diagnosis> calm() {
    auto out = std::make_shared<Diagnosis>(*diagnosisFixture("scale"));
    out->findings.clear();
    out->verdict = Verdict::matches;
    for (auto& layer : out->layers) {
        layer.status = LayerStatus::ok;
        layer.divergence = 0.5;
    }
    return out;
}

std::shared_ptr<Diagnosis> withoutReference() {
    auto out = calm();
    out->training.clear();
    for (auto& layer : out->layers) {
        layer.divergence.reset();
        layer.training.reset();
        layer.trainingRows = 0;
    }
    return out;
}

/// Cards that were replaced go with the next round of events.
void settleDeletions() { QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete); }

QString labelsOf(const QWidget& widget) {
    QStringList all;
    for (const auto* label : widget.findChildren<QLabel*>())
        all << label->text().remove(QChar(0x200B));
    for (const auto* label : widget.findChildren<ElidedLabel*>())
        all << label->text();
    return all.join('\n');
}

QString panelText(const std::shared_ptr<Diagnosis>& diagnosis, const DiagnosisState& state = {}) {
    DiagnosisPanel panel;
    panel.setDiagnosis(diagnosis, state);
    QString text = labelsOf(panel);
    for (const auto* chip : panel.findChildren<Chip*>())
        text += "\n[" + chip->accessibleName() + ']';
    return text;
}

} // namespace

/// What the window says, and that it says no more than was compared.
class tst_wording : public QObject {
    Q_OBJECT
private slots:
    void withoutAReferenceTheWindowSaysThatNothingWasHeldAgainst() {
        const auto text = panelText(withoutReference());
        QVERIFY2(text.contains("Nothing wrong in the files, the shapes and the numbers themselves; no training "
                               "reference was given."),
                 qPrintable(text));
        QVERIFY2(text.contains("[runs]") && !text.contains("matches") && !text.contains("within"), qPrintable(text));
        DiagnosisState mended;
        mended.applied.emplace_back();
        const auto after = panelText(withoutReference(), mended);
        QVERIFY2(after.contains("With the fix applied the run goes through.") && after.contains("[runs]") &&
                     !after.contains("training did"),
                 qPrintable(after));
    }

    void whatWasLeftOutIsSaidBesideAMatch() {
        QVERIFY(panelText(calm()).contains("The prediction stays within what training did, in every layer."));
        auto part = calm();
        part->layers[3].divergence.reset();
        const auto text = panelText(part);
        QVERIFY2(text.contains("The prediction stays within what training did where it was compared. 1 layer was not "
                               "compared, training's rows do not say what is normal there: down2."),
                 qPrintable(text));
        QVERIFY2(text.contains("[matches in part]"), qPrintable(text));
        for (auto& layer : part->layers)
            layer.divergence.reset();
        const auto all = panelText(part); // training came to them all, and its figures are none to compare with
        QVERIFY2(all.contains("9 layers were not compared") && !all.contains("does not run"), qPrintable(all));
        auto misfit = calm();
        misfit->training.front().fits = false;
        const auto none = panelText(misfit);
        QVERIFY2(none.contains("Input image was not compared: its training reference train_images.npy does not fit") &&
                     none.contains("[runs]") && !none.contains("stays within"),
                 qPrintable(none));
    }

    void aRunThatWasCancelledIsNotCalledNormal() {
        DiagnosisState state;
        state.problem = "Cancelled.";
        const auto text = panelText(calm(), state);
        QVERIFY2(!text.contains("stays within") && !text.contains("matches"), qPrintable(text));
    }

    void aLayerHeldAgainstNothingOnlyRan() {
        LayersModel model;
        model.setDiagnosis(calm());
        QCOMPARE(model.index(1, LayersModel::StatusColumn).data().toString(), "within training");
        model.setDiagnosis(withoutReference());
        QCOMPARE(model.index(1, LayersModel::StatusColumn).data().toString(), "ran");
    }

    void theInspectorSaysOfWhichRowsTrainingsFiguresAre() {
        InspectorPanel inspector;
        inspector.setDiagnosis(calm());
        const auto* rows = inspector.findChild<QLabel*>("trainingRows");
        inspector.setRow(0);
        QCOMPARE(rows->text(), "Training's figures and its histogram are of all 1,400 training rows.");
        inspector.setRow(1);
        QCOMPARE(rows->text(), "Training's figures and its histogram are of 512 of 1,400 training rows.");
        inspector.setDiagnosis(withoutReference());
        QVERIFY(rows->isHidden());
    }

    void theReferencesCardSaysThatItsRangeIsOfAllRows() {
        SourcesPanel sources;
        sources.setSources("restorer.keras", {"train_images.npy"}, {"scan_batch.npy"}, calm());
        QVERIFY2(labelsOf(sources).contains("all 1,400 training rows"), qPrintable(labelsOf(sources)));
    }

    void whatToDoIsNamedByTheWindowsOwnControls() {
        auto diagnosis = calm();
        Finding finding;
        finding.code = std::string("weights-missing");
        finding.message = Message("weights-missing", "The file has no weights; give them {--weights}.");
        diagnosis->findings = {finding};
        diagnosis->layers[1].status = LayerStatus::failed;
        diagnosis->model->layers[1].problem = finding.message;
        const auto text = panelText(diagnosis);
        QVERIFY2(text.contains("Choose the weights…") && !text.contains("--"), qPrintable(text));
        LayersModel model;
        model.setDiagnosis(diagnosis);
        QVERIFY(!model.index(1, 0).data(Qt::ToolTipRole).toString().contains("--"));
    }

    void aCardSaysWhatKeepsItsLayerFromRunning() {
        LayerSummary layer;
        layer.problem = Message("weights-missing", "Layer dense has no values.");
        QCOMPARE(problemText(layer), "no weights");
        layer.problem = Message("weights-shape", "Layer dense: its weight does not fit.");
        QCOMPARE(problemText(layer), "weights do not fit");
        layer.problem = Message("custom-layer", "Layer dense is a Lambda.");
        QCOMPARE(problemText(layer), "not supported");
    }

    void aButtonThatASentenceNamesIsThere() {
        auto diagnosis = std::make_shared<Diagnosis>();
        Error error;
        error.message = Message("keras.input-shape", "Input x has no shape. Give the weights {--weights}.");
        diagnosis->error = error;
        SourcesPanel sources;
        sources.setSources("m.json", {}, {}, diagnosis);
        QVERIFY(sources.findChild<QPushButton*>("chooseWeights"));
        auto part = calm(); // some of its weights are not in the file
        part->model->layers[1].weights[0].present = false;
        sources.setSources("restorer.keras", {}, {}, part);
        settleDeletions();
        QVERIFY(sources.findChild<QPushButton*>("chooseWeights"));
        sources.setSources("restorer.keras", {"train_images.npy"}, {}, calm());
        settleDeletions();
        QVERIFY(!sources.findChild<QPushButton*>("chooseWeights"));
    }

    void theEvidenceNamesNoMemberOfOurs() {
        Finding finding;
        finding.message = Message("x", "The pictures differ in size.");
        finding.evidence = {{"firstSize", "4 x 4"}, {"raw_images", true}, {"rows", {1, 2}}, {"divergence", 400.197}};
        finding.expected = {{"min", -4.494}, {"max", 3.946}, {"of", "all 4,000 training rows"}};
        finding.actual = {{"min", 0}, {"max", 255}};
        const auto html = evidenceHtml(finding);
        QVERIFY2(!html.contains("first") && !html.contains("raw") && html.contains("rows"), qPrintable(html));
        QVERIFY2(html.contains("compared with all 4,000 training rows"), qPrintable(html));
        QVERIFY2(html.contains("400×") && !html.contains("400.1"), qPrintable(html));
    }
};

PLUMBLINE_TEST(tst_wording)
#include "tst_wording.moc"
