#include "tests/support/testcase.h"

#include "core/diagnosis/check.h"
#include "core/diagnosis/diagnosis.h"
#include "core/formats/model/model.h"

#include <algorithm>

using namespace plumbline;

/// What a model's summary says of its layers.
class tst_summary : public QObject {
    Q_OBJECT

    static std::int64_t parametersOf(const ModelSummary& summary, const std::string& layer) {
        const auto row = std::ranges::find(summary.layers, layer, &LayerSummary::name);
        return row == summary.layers.end() ? -1 : row->parameters;
    }

private slots:
    void aNestedModelsRowHasTheParametersOfItsLayers() {
        const auto model = openModel({test::testFile("fixtures/keras/models/k3_structure.keras").toStdString(), {}});
        VERIFY_RESULT(model);
        const auto summary = summarize(**model);
        // block: Dense 6x5+5, BatchNormalization 4x5, Dense 5x6+6; inner besides: Dense 6x4+4, BatchNormalization 4x4,
        // Dense 6x2+2
        QCOMPARE(parametersOf(summary, "inner/block"), std::int64_t{91});
        QCOMPARE(parametersOf(summary, "inner"), std::int64_t{149});
        QCOMPARE(parametersOf(summary, "inner@1"), std::int64_t{149});
        QCOMPARE(summary.parameters, std::int64_t{149 + 42}); // and the shared Dense 6x6+6, once
    }

    void aModelInsideTimeDistributedIsCountedOnce() {
        const auto model = openModel({test::testFile("fixtures/keras/models/k3_corners.keras").toStdString(), {}});
        VERIFY_RESULT(model);
        const auto summary = summarize(**model);
        QCOMPARE(parametersOf(summary, "steps"), std::int64_t{24 * 3 + 3});
        std::int64_t tops = 0;
        for (const auto& layer : summary.layers)
            if (layer.parent < 0)
                tops += layer.parameters;
        QCOMPARE(summary.parameters, tops);
    }

    void onlyWeightsAloneAreCalledMissing() {
        // Of a subclassed model the weights are there, and its layers are not: no code says that.
        const auto weights =
            diagnosisOfUnreadable(failure(ErrorCode::noGraph, "weights-missing.architecture", "weights only").error());
        QCOMPARE(weights.findings.size(), std::size_t{1});
        QCOMPARE(weights.findings[0].code, std::string("weights-missing"));
        const auto subclassed =
            diagnosisOfUnreadable(failure(ErrorCode::noGraph, "keras.subclassed", "a subclassed model").error());
        QVERIFY(subclassed.findings.empty());
        QCOMPARE(subclassed.error->text(), std::string("a subclassed model"));
        QCOMPARE(subclassed.exitStatus(), 3);
    }
};

PLUMBLINE_TEST(tst_summary)
#include "tst_summary.moc"
