#include "tests/support/testcase.h"

#include "core/diagnosis/check.h"
#include "core/formats/data/writers.h"
#include "tests/support/activations.h"

#include <QTemporaryDir>

using namespace plumbline;

/// The time column: whatever a layer lowers to, and wherever it stands, the rows at the top are the run.
class tst_layertimes : public QObject {
    Q_OBJECT

    static Result<CheckSession> runOf(const QString& file, const QString& folder) {
        const auto stem = file.left(file.lastIndexOf('.'));
        const auto arrays = test::readArrays((stem + ".npz").toStdString());
        if (!arrays)
            return std::unexpected(arrays.error());
        std::vector<std::pair<std::string, Tensor>> inputs;
        for (const auto& [name, array] : *arrays)
            if (name.starts_with("input."))
                inputs.emplace_back(name.substr(6), array);
        SourceSpec spec;
        spec.text = spec.path = (folder + "/inputs.npz").toStdString();
        if (auto written = writeNpz(spec.path, inputs); !written)
            return std::unexpected(written.error());
        CheckRequest request;
        request.model.path = file.toStdString();
        request.prediction = {spec};
        return check(request);
    }

private slots:
    void theTopRowsTimesAreTheRuns_data() {
        QTest::addColumn<QString>("file");
        for (const char* file :
             {"k2_recurrent.h5", "k3_recurrent.keras", "k2_wrappers.h5", "k3_wrappers.keras", "k3_structure.keras",
              "k3_shared_parts.keras", "k3_corners.keras", "k3_normalization.keras", "k3_conv2d.keras",
              "k3_generator.keras", "k3_masked_text.keras", "k3_operations.keras", "k3_policy_mix.keras"})
            QTest::newRow(file) << test::testFile(QString("fixtures/keras/models/%1").arg(file));
    }

    void theTopRowsTimesAreTheRuns() {
        QFETCH(QString, file);
        QTemporaryDir folder;
        const auto session = runOf(file, folder.path());
        VERIFY_RESULT(session);
        const auto& diagnosis = session->diagnosis;
        const auto& graph = session->model->graph;
        QVERIFY(session->trace);
        QCOMPARE(diagnosis.layers.size(), graph.layers().size());
        double top = 0;
        std::vector<double> within(graph.layers().size(), 0);
        for (std::size_t i = 0; i < graph.layers().size(); ++i) {
            const auto& layer = graph.layers()[i];
            const auto time = diagnosis.layers[i].microseconds;
            QVERIFY2(layer.nodes.empty() || time > 0, layer.name.c_str());
            (layer.parent.isValid() ? within[layer.parent.index] : top) += time;
        }
        for (std::size_t i = 0; i < graph.layers().size(); ++i)
            if (graph.layers()[i].isContainer && graph.layers()[i].nodes.empty())
                QVERIFY2(std::abs(within[i] - diagnosis.layers[i].microseconds) < 1e-3, graph.layers()[i].name.c_str());
        QVERIFY(top > 0);
        QVERIFY2(std::abs(top - diagnosis.microseconds) < 1e-3,
                 qPrintable(QString("rows %1 us, run %2 us").arg(top).arg(diagnosis.microseconds)));
        QVERIFY(diagnosis.statisticsMicroseconds > 0);
        QVERIFY(diagnosis.preparationMicroseconds > 0);
    }
};

PLUMBLINE_TEST(tst_layertimes)
#include "tst_layertimes.moc"
