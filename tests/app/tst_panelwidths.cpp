#include "tests/support/testcase.h"

#include "tests/support/window/openedwindow.h"
#include "widgets/common/controls.h"
#include "widgets/common/palette.h"
#include "widgets/common/style.h"
#include "widgets/models/columnsmodel.h"
#include "widgets/panels/diagnosispanel.h"
#include "widgets/panels/inspectorpanel.h"
#include "widgets/panels/sourcespanel.h"
#include "widgets/views/network/networkview.h"

#include <QApplication>
#include <QHeaderView>
#include <QLabel>
#include <QScrollArea>
#include <QSignalSpy>
#include <QTableView>

using namespace plumbline;
using namespace plumbline::test;

class tst_panelwidths : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { installStyle(*qApp); }
    void init() { Theme::instance().setChoice(Theme::Choice::light); }

    void theInspectorStaysWithinItsDockWhenAFixIsApplied() {
        const auto [service, window] = opened("scale");
        QSignalSpy settled(window.get(), &MainWindow::settled);
        window->network()->selectRow(6);
        QVERIFY(settled.wait(patience));
        window->session().applyFix(0);
        QVERIFY(settled.wait(patience));
        picture(*window, "scale-fixed-up1");
        const auto* scroll = window->inspector()->findChild<QScrollArea*>();
        QVERIFY(scroll && scroll->widget());
        QCOMPARE(scroll->widget()->width(), scroll->viewport()->width());
    }

    void aLongNameDoesNotWidenThePanels() {
        const auto name = std::string("encoder_block_0_multi_head_self_attention_query_projection_with_a_long_name");
        auto diagnosis = std::make_shared<Diagnosis>(*test::diagnosisFixture("scale"));
        diagnosis->model->layers[1].name = name;
        diagnosis->model->inputs = {diagnosis->model->inputs[0], diagnosis->model->inputs[0]};
        diagnosis->model->inputs[1].name = name;
        InspectorPanel inspector;
        inspector.resize(376, 800);
        inspector.show();
        inspector.setDiagnosis(diagnosis);
        inspector.setRow(1);
        SourcesPanel sources;
        sources.resize(264, 800);
        sources.show();
        sources.setSources("m.keras", {}, {}, diagnosis);
        for (auto* panel : {static_cast<QWidget*>(&inspector), static_cast<QWidget*>(&sources)}) {
            settleLayout(*panel);
            const auto* scroll = panel->findChild<QScrollArea*>();
            QVERIFY(scroll && scroll->widget());
            QCOMPARE(scroll->widget()->width(), scroll->viewport()->width());
        }
    }

    void columnsAreWholeInTheNarrowestInspector_data() {
        QTest::addColumn<bool>("isNamed");
        QTest::newRow("without names") << false;
        QTest::newRow("with names") << true;
    }
    void columnsAreWholeInTheNarrowestInspector() {
        QFETCH(bool, isNamed);
        auto diagnosis = std::make_shared<Diagnosis>(*test::diagnosisFixture("scale"));
        for (auto* sources : {&diagnosis->training, &diagnosis->prediction})
            sources->front().shape = Shape{32, 12};
        for (int i = 0; isNamed && i < 12; ++i)
            diagnosis->training.front().columns.push_back("imbalance");
        InspectorPanel inspector;
        inspector.resize(inspector.minimumWidth(), 800);
        inspector.show();
        inspector.setDiagnosis(diagnosis);
        inspector.setRow(0);
        for (const bool training : {true, false}) {
            TensorRequest request;
            request.origin = TensorRequest::Origin::source;
            request.layer = 0;
            request.trainingSource = training;
            request.ranges = {{0, 32}, {0, 12}};
            const std::vector<float> values(32 * 12, -0.0023456F); // as wide as numbers get
            inspector.setElements(training ? ElementsFor::trainingColumns : ElementsFor::predictionColumns, request,
                                  Tensor::of<float>(Shape{32, 12}, std::span<const float>(values)), {});
        }
        settleLayout(inspector);
        QVERIFY(inspector.columns().rowCount() == 12);
        for (const auto* table : inspector.findChildren<QTableView*>())
            if (table->model() == &inspector.columns())
                QVERIFY2(table->horizontalHeader()->length() <= table->viewport()->width(),
                         qPrintable(QString::number(table->horizontalHeader()->length())));
    }

    void aFindingWithoutEvidenceHasTheWholeWidth() {
        Diagnosis lost;
        Finding finding;
        finding.code = "weights-missing";
        finding.where.kind = PlaceKind::process;
        finding.message = Message("m", "The file holds weights only, no architecture: give the model's JSON with it.");
        lost.findings.push_back(finding);
        DiagnosisPanel panel;
        panel.resize(1200, 200);
        panel.show();
        panel.setDiagnosis(std::make_shared<const Diagnosis>(lost), {});
        settleLayout(panel);
        for (const auto* label : panel.findChildren<QLabel*>())
            if (label->text().contains("weights-missing"))
                QVERIFY2(label->width() > 1000, qPrintable(QString::number(label->width())));
    }

    void theSourceThatIsOffIsInView() {
        auto diagnosis = std::make_shared<Diagnosis>(*test::diagnosisFixture("scale"));
        auto& inputs = diagnosis->model->inputs;
        const auto one = inputs.front();
        for (int i = 0; i < 8; ++i) {
            inputs.insert(inputs.begin(), one);
            inputs.front().name = "other_" + std::to_string(i);
        }
        SourcesPanel sources;
        sources.resize(264, 600);
        sources.show();
        sources.setSources("m.keras", {"image=t.npy"}, {"image=p.npy"}, diagnosis);
        settleLayout(sources);
        bool isInView = false;
        for (const auto* card : sources.cards())
            if (card->isStrong())
                isInView = !card->visibleRegion().isEmpty();
        QVERIFY(isInView);
    }

    void aCardIsAsHighAsItsText() {
        auto diagnosis = std::make_shared<Diagnosis>(*test::diagnosisFixture("scale"));
        diagnosis->prediction.clear();
        diagnosis->layers.clear();
        diagnosis->findings.clear();
        Error error;
        error.file = "/data/huge.npy";
        error.message = Message("e", "huge.npy promises an array of shape (1000000000000000, 10) and dtype float32, "
                                     "40.0 PB, but holds 64 B of elements.");
        diagnosis->error = error;
        SourcesPanel sources;
        sources.resize(264, 800);
        sources.show();
        sources.setSources("m.keras", {}, {"huge.npy"}, diagnosis);
        settleLayout(sources);
        bool isSaid = false;
        for (const auto* label : sources.findChildren<QLabel*>())
            if (label->isVisible() && label->text().remove(QChar(0x200B)).contains("40.0 PB")) {
                isSaid = true;
                QVERIFY2(label->height() >= label->heightForWidth(label->width()),
                         qPrintable(QString::number(label->height())));
            }
        QVERIFY(isSaid);
    }

    void aFixIsSaidToMatchOnlyWhereNothingIsLeftOfWhatTrainingCouldShow() {
        const auto badge = [](int causes, bool isCompared = true, bool leavesNothing = true,
                              Severity severity = Severity::warning) {
            Diagnosis diagnosis;
            diagnosis.verdict = Verdict::diverges;
            diagnosis.model = ModelSummary();
            diagnosis.model->inputs = {{"z", {}, DType::float32}};
            LayerSummary dense;
            dense.name = std::string("dense");
            diagnosis.model->layers = {dense};
            LayerResult result;
            result.trainingRows = isCompared ? 200 : 0;
            diagnosis.layers = {result};
            if (isCompared) {
                SourceSummary reference;
                reference.input = std::string("z");
                reference.rows = 200;
                diagnosis.training = {reference};
            }
            for (int i = 0; i < causes; ++i) {
                Finding finding;
                finding.code = i == 0 ? std::string("dtype") : std::string("layer-drift");
                finding.severity = severity;
                if (i == 0) {
                    finding.fix = Fix();
                    finding.fix->verified = true;
                    finding.fix->makesItRun = true;
                    finding.fix->leavesNothing = leavesNothing;
                }
                diagnosis.findings.push_back(std::move(finding));
            }
            DiagnosisPanel panel;
            panel.setDiagnosis(std::make_shared<const Diagnosis>(diagnosis), {});
            const auto chips = panel.findChildren<Chip*>();
            return chips.isEmpty() ? QString() : chips.front()->accessibleName();
        };
        QCOMPARE(badge(1), "verified: ran again, matches");
        QCOMPARE(badge(2), "verified: ran again, gone");
        QCOMPARE(badge(1, true, false), "verified: ran again, gone");
        QCOMPARE(badge(1, false), "verified: ran again, gone");
        QCOMPARE(badge(1, false, true, Severity::error), "verified: ran again, goes through");
    }
};

PLUMBLINE_TEST(tst_panelwidths)
#include "tst_panelwidths.moc"
