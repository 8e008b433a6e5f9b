#include "core/graph/names.h"
#include "tests/core/formats/kerasfiles.h"

#include <QDir>

using namespace plumbline;
using namespace plumbline::test;

/// A model's output bears the name of the layer's tensor and call that it is.
class tst_outputnames : public QObject {
    Q_OBJECT
private slots:
    void everyOutputIsTheTensorWhoseNameItBears_data() {
        QTest::addColumn<QString>("file");
        const QDir folder(testFile("fixtures/keras/models"));
        for (const auto& file : folder.entryList({"*.keras", "*.h5"}, QDir::Files, QDir::Name))
            if (!file.endsWith(".weights.h5"))
                QTest::newRow(qPrintable(file)) << folder.filePath(file);
    }

    void everyOutputIsTheTensorWhoseNameItBears() {
        QFETCH(QString, file);
        const auto model = KerasFiles::open(file);
        VERIFY_RESULT(model);
        const auto& graph = (*model)->graph;
        std::map<std::string, ValueId> tensors;
        for (const auto& layer : graph.layers())
            for (std::size_t i = 0; i < layer.outputs.size(); ++i)
                tensors[tensorName(layer.name, i)] = layer.outputs[i];
        QCOMPARE(graph.outputNames().size(), graph.outputs().size());
        for (std::size_t i = 0; i < graph.outputs().size(); ++i) {
            const auto& name = graph.outputNames()[i];
            QVERIFY2(tensors.contains(name), name.c_str());
            QVERIFY2(tensors[name] == graph.outputs()[i], name.c_str());
        }
    }

    void statesCallsNestedModelsInputsAndRepeatsAreNamed_data() {
        QTest::addColumn<QString>("file");
        for (const char* file : {"k3_named_outputs.keras", "k3_named_outputs.h5", "k2_named_outputs.h5"})
            QTest::newRow(file) << file;
    }

    void statesCallsNestedModelsInputsAndRepeatsAreNamed() {
        QFETCH(QString, file);
        const auto model = KerasFiles::open(KerasFiles::fixture(file));
        VERIFY_RESULT(model);
        const std::vector<std::string> wanted{"lstm:2", "lstm:1", "head@2", "head", "pair:1",
                                              "pair@1", "x",      "lstm:2", "last"};
        QCOMPARE((*model)->graph.outputNames(), wanted);
    }
};

PLUMBLINE_TEST(tst_outputnames)
#include "tst_outputnames.moc"
