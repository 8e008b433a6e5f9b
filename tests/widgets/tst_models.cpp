#include "tests/support/testcase.h"

#include "tests/support/window/diagnosisfixture.h"
#include "widgets/common/palette.h"
#include "widgets/models/columnsmodel.h"
#include "widgets/models/findingsmodel.h"
#include "widgets/models/layerdetailmodels.h"
#include "widgets/models/layersmodel.h"
#include "widgets/models/tabletext.h"
#include "widgets/panels/statisticstable.h"
#include "widgets/views/network/networkscene.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>

#include <cmath>

using namespace plumbline;
using test::diagnosisFixture;
using test::mendedFixture;

class tst_models : public QObject {
    Q_OBJECT
private slots:
    void layersTellWhatTheRunShowed() {
        LayersModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setDiagnosis(diagnosisFixture("scale"));
        QCOMPARE(model.rowCount(), 10);
        const auto text = [&](int row, int column) { return model.index(row, column).data().toString(); };
        QCOMPARE(text(1, LayersModel::NameColumn), "down1");
        QCOMPARE(text(1, LayersModel::ShapeColumn), "(8, 8, 8, 16)");
        QCOMPARE(text(1, LayersModel::ExpectedColumn), "(None, 8, 8, 16)");
        QCOMPARE(text(1, LayersModel::DTypeColumn), "f32");
        QCOMPARE(text(1, LayersModel::NanColumn), "0");
        QCOMPARE(text(1, LayersModel::DivergenceColumn), "96×");
        QCOMPARE(text(9, LayersModel::DivergenceColumn), "9.1×");
        QCOMPARE(text(1, LayersModel::StatusColumn), "diverges");
    }

    void aLayerThatWasNotReachedHasNoNumbers() {
        LayersModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setDiagnosis(diagnosisFixture("feature-count"));
        QCOMPARE(model.index(2, LayersModel::StatusColumn).data().toString(), "not reached");
        QCOMPARE(model.index(1, LayersModel::StatusColumn).data().toString(), "failed");
        QCOMPARE(model.index(2, LayersModel::MeanColumn).data().toString(), "");
        QCOMPARE(model.index(2, LayersModel::NanColumn).data().toString(), "");
    }

    void aRunAgainKeepsTheRows() {
        LayersModel model;
        model.setDiagnosis(diagnosisFixture("scale"));
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset), changed(&model, &QAbstractItemModel::dataChanged);
        model.setDiagnosis(mendedFixture("scale"));
        QCOMPARE(reset.size(), 0);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(model.index(1, LayersModel::StatusColumn).data().toString(), "within training");
        model.setDiagnosis(nullptr);
        QCOMPARE(model.rowCount(), 0);
    }

    void layersSortByValueAndFilterByWords() {
        LayersModel model;
        LayersProxy proxy;
        proxy.setSourceModel(&model);
        const QAbstractItemModelTester tester(&proxy, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setDiagnosis(diagnosisFixture("scale"));
        proxy.sort(LayersModel::DivergenceColumn, Qt::DescendingOrder);
        QCOMPARE(proxy.index(0, LayersModel::NameColumn).data().toString(), "image");
        QCOMPARE(proxy.index(9, LayersModel::NameColumn).data().toString(),
                 "restored"); // 9.1 stands below 96, not beside it
        proxy.setWords("conv2d up");
        QCOMPARE(proxy.rowCount(), 2);
        proxy.setWords("no such layer");
        QCOMPARE(proxy.rowCount(), 0);
    }

    void tablesAreCopiedInThreeForms() {
        LayersModel model;
        model.setDiagnosis(diagnosisFixture("scale"));
        const auto csv = tableText(model, TableFormat::csv, {1}).split('\n');
        QVERIFY(csv[0].startsWith("#,name,type,expected"));
        QVERIFY2(csv[1].contains("\"(8, 8, 8, 16)\""), qPrintable(csv[1]));
        const auto markdown = tableText(model, TableFormat::markdown).split('\n');
        QCOMPARE(markdown.size(), 10 + 3);
        QCOMPARE(markdown[0].count('|'), markdown[2].count('|'));
        const auto text = tableText(model, TableFormat::text).split('\n');
        QCOMPARE(text[1].indexOf("InputLayer"), text[2].indexOf("Conv2D"));
    }

    void numbersInACsvAreReadByAProgram() {
        auto precise = std::make_shared<Diagnosis>(*diagnosisFixture("scale"));
        precise->layers[1].statistics.min = -104.62345678901234;
        precise->layers[1].divergence = 12345.25;
        precise->layers[1].statistics.count = 10000;
        precise->layers[1].statistics.nan = 1234;
        precise->layers[1].microseconds = 1500;
        precise->model->layers[1].parameters = 12000;
        LayersModel model;
        model.setDiagnosis(precise);
        const auto lines = tableText(model, TableFormat::csv, {1}).split('\n');
        QVERIFY2(lines[1].contains(",-104.62345678901234,"), qPrintable(lines[1]));
        QVERIFY2(lines[1].contains(",1234,12345.25,diverges,"), qPrintable(lines[1]));
        QVERIFY2(lines[1].endsWith(",1500,12000"), qPrintable(lines[1]));
        QVERIFY2(lines[0].contains(",time_us,"), qPrintable(lines[0]));
        QVERIFY(tableText(model, TableFormat::markdown, {1}).contains("| 12,345× |"));
    }

    void aLayerOfNaNOnlyHasNoSmallestNumber() {
        auto lost = std::make_shared<Diagnosis>(*diagnosisFixture("scale"));
        lost->layers[1].statistics = statisticsOf(Tensor::of<float>(Shape{2}, {NAN, NAN}));
        LayersModel model;
        model.setDiagnosis(lost);
        for (const int column : {LayersModel::MinColumn, LayersModel::MaxColumn, LayersModel::MeanColumn})
            QCOMPARE(model.index(1, column).data().toString(), "–");
        QVERIFY(tableText(model, TableFormat::csv, {1}).contains(",2,"));
        StatisticsTable table;
        table.setResult(&lost->layers[1], {});
        QCOMPARE(table.text(2, 1), "–");
        QCOMPARE(table.text(4, 1), "2");
    }

    void aDeadLayerIsBeyondAnyWidth() {
        auto lost = std::make_shared<Diagnosis>(*diagnosisFixture("scale"));
        auto& dead = lost->layers[4];
        dead.statistics = statisticsOf(Tensor::of<float>(Shape{2}, {NAN, NAN}));
        dead.training = dead.statistics; // training's own run is as dead
        dead.divergence = HUGE_VAL;
        dead.status = LayerStatus::diverges;
        LayersModel model;
        model.setDiagnosis(lost);
        const auto cell = model.index(4, LayersModel::DivergenceColumn);
        QCOMPARE(cell.data().toString(), "∞×");
        QCOMPARE(cell.data(Qt::ForegroundRole).value<QColor>(), color(Role::divergence));
        QCOMPARE(model.index(4, LayersModel::StatusColumn).data().toString(), "diverges");
        LayersProxy sorted;
        sorted.setSourceModel(&model);
        sorted.sort(LayersModel::DivergenceColumn, Qt::DescendingOrder);
        QCOMPARE(sorted.index(0, 0).data(LayersModel::RowRole).toInt(), 4);
        QVERIFY(tableText(model, TableFormat::csv, {4}).contains(",inf,"));
        QVERIFY(tableText(model, TableFormat::markdown, {4}).contains("| ∞× |"));
        StatisticsTable table;
        table.setResult(&dead, {});
        QCOMPARE(table.text(7, 1), "∞×");
        const auto scene = NetworkScene::of(lost, {}, {1200, 800});
        const auto& card = scene.cards[static_cast<std::size_t>(scene.cardOfRow(4))];
        QVERIFY(std::isinf(scene.divergence(card).value()));
        QCOMPARE(divergenceColor(*scene.divergence(card)), divergenceColor(1000));
    }

    void anInfinityThatIsWithinTrainingIsGrey() {
        auto mask = std::make_shared<Diagnosis>(*diagnosisFixture("scale"));
        auto& layer = mask->layers[4];
        layer.statistics = statisticsOf(Tensor::of<float>(Shape{2}, {-HUGE_VALF, 1}));
        layer.training.reset();
        layer.divergence.reset();
        layer.status = LayerStatus::ok;
        const auto scene = NetworkScene::of(mask, {}, {1200, 800});
        QVERIFY(!scene.divergence(scene.cards[static_cast<std::size_t>(scene.cardOfRow(4))]));
    }

    void findingsFoldUnderTheirCause() {
        FindingsModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setDiagnosis(diagnosisFixture("scale"));
        QCOMPARE(model.causeCount(), 1);
        QCOMPARE(model.consequenceCount(), 9);
        QCOMPARE(model.noteCount(), 0);
        const auto cause = model.index(0, 0);
        QCOMPARE(cause.data(FindingsModel::CodeRole).toString(), "scale");
        QCOMPARE(model.rowCount(cause), 9);
        QCOMPARE(model.index(8, 0, cause).data().toString(), "Layer restored leaves training's range.");
        QCOMPARE(model.index(8, 0, cause).parent(), cause);
    }

    void notesStandLast() {
        FindingsModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setDiagnosis(diagnosisFixture("feature-count"));
        QCOMPARE(model.causeCount(), 1);
        QCOMPARE(model.noteCount(), 1);
        QCOMPARE(model.index(1, 0).data(FindingsModel::CodeRole).toString(), "dtype");
        QCOMPARE(model.finding(model.index(0, 0))->code, std::string("feature-count"));
    }

    void findingsThatExplainEachOtherEndSomewhere() {
        auto circle = std::make_shared<Diagnosis>(*diagnosisFixture("scale"));
        circle->findings[1].explains = {0, 2};
        circle->findings[2].explains = {1};
        FindingsModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setDiagnosis(circle);
        QCOMPARE(model.causeCount(), 1);
        QCOMPARE(model.consequenceCount(), 9);
    }

    void columnsNameTheOneThatIsMissing() {
        const auto diagnosis = diagnosisFixture("feature-count");
        ColumnsModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setFinding(&diagnosis->findings[0], diagnosis->training[0].columns);
        QCOMPARE(model.rowCount(), 10);
        QCOMPARE(model.index(7, ColumnsModel::NameColumn).data().toString(), "volume");
        QCOMPARE(model.index(7, ColumnsModel::HereColumn).data().toString(), "–");
        QCOMPARE(model.index(7, ColumnsModel::DistanceColumn).data().toString(), "missing");
        QVERIFY(model.index(7, 0).data(ColumnsModel::MarkedRole).toBool());
        QCOMPARE(model.index(8, ColumnsModel::HereColumn).data().toString(), "7");
        QVERIFY(model.certainty().contains("0.998"));
        model.setFinding(nullptr, {});
        QCOMPARE(model.rowCount(), 0);
    }

    void ofManyColumnsThoseThatDifferAreShown() {
        Finding finding;
        auto columns = nlohmann::json::array();
        for (int i = 0; i < 500; ++i)
            columns.push_back({{"training", i},
                               {"here", i == 317 ? nlohmann::json() : nlohmann::json(i < 317 ? i : i - 1)},
                               {"distance", 0.5}});
        finding.evidence = {{"matching", {{"columns", columns}, {"certainty", 1.0}}}};
        ColumnsModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setFinding(&finding, {});
        QCOMPARE(model.rowCount(), 11);
        QCOMPARE(model.index(5, ColumnsModel::TrainingColumn).data().toString(), "317");
        QCOMPARE(model.index(5, ColumnsModel::DistanceColumn).data().toString(), "missing");
        QVERIFY2(model.certainty().contains("489 other columns"), qPrintable(model.certainty()));
        QCOMPARE(model.span(true), (std::pair<std::int64_t, std::int64_t>(312, 323)));
        QCOMPARE(model.span(false), (std::pair<std::int64_t, std::int64_t>(312, 322)));
    }

    void aLayersSettingsAndWeights() {
        const auto diagnosis = diagnosisFixture("feature-count");
        AttributesModel attributes;
        WeightsModel weights;
        const QAbstractItemModelTester first(&attributes, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const QAbstractItemModelTester second(&weights, QAbstractItemModelTester::FailureReportingMode::QtTest);
        auto layer = diagnosis->model->layers[1];
        layer.weights[1].present = false;
        attributes.setLayer(&layer);
        weights.setLayer(&layer);
        QCOMPARE(attributes.index(1, 1).data().toString(), "relu");
        QCOMPARE(weights.index(0, 1).data().toString(), "(10, 128)");
        QCOMPARE(weights.index(0, 3).data().toString(), "1,280");
        QCOMPARE(weights.index(1, 3).data().toString(), "not in the file");
        weights.setLayer(&layer, {2, std::nullopt});
        QCOMPARE(weights.index(0, WeightsModel::ElementsColumn).data().toString(), "2 of 1,280 bad");
        attributes.setLayer(nullptr);
        QCOMPARE(attributes.rowCount(), 0);
    }
};

PLUMBLINE_TEST(tst_models)
#include "tst_models.moc"
