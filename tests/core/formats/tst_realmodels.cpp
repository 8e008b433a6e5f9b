#include "tests/support/testcase.h"

#include "core/formats/model/model.h"

#include <QDir>

using namespace plumbline;

namespace {

/// Models that other people trained, kept outside the repository.
QString realModels() {
    const auto given = qEnvironmentVariable("PLUMBLINE_REAL_MODELS");
    return given.isEmpty() ? test::testFile("../../shared/real-models") : given;
}

} // namespace

class tst_realmodels : public QObject {
    Q_OBJECT
private slots:
    void eachOpensWithAllItsWeights_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("weights");
        QTest::addColumn<QString>("producer");
        QTest::addColumn<int>("layers");
        QTest::newRow("nested h5") << "mnist-nested-h5/generator.h5"
                                   << ""
                                   << "Keras 2.13.1" << 8;
        QTest::newRow("2.13 archive") << "mnist-keras-213/generator.keras"
                                      << ""
                                      << "Keras 2.13.1" << 3;
        QTest::newRow("json and weights") << "acgan-json-weights/generator.json"
                                          << "acgan-json-weights/generator_weights.hdf5"
                                          << "Keras 2.2.4" << 16;
        QTest::newRow("2.5 h5") << "gan-h5-25/generator_model_100.h5"
                                << ""
                                << "Keras 2.5.0" << 8;
        QTest::newRow("3.6 archive") << "srgan-keras-36/generator_model.keras"
                                     << ""
                                     << "Keras 3.6.0" << 3;
    }

    void eachOpensWithAllItsWeights() {
        QFETCH(QString, file);
        QFETCH(QString, weights);
        QFETCH(QString, producer);
        QFETCH(int, layers);
        const QDir folder(realModels());
        if (!folder.exists(file))
            QSKIP(qPrintable("no real models at " + folder.path() + " (set PLUMBLINE_REAL_MODELS)"));
        const auto model = openModel({folder.filePath(file).toStdString(),
                                      weights.isEmpty() ? std::string() : folder.filePath(weights).toStdString()});
        VERIFY_RESULT(model);
        QCOMPARE((*model)->producer, producer.toStdString());
        QCOMPARE(int((*model)->layerCount()), layers);
        QVERIFY((*model)->hasWeights);
        for (const auto& note : (*model)->notes)
            qInfo("%s", note.text().c_str());
        for (const auto& layer : (*model)->graph.layers()) {
            QVERIFY2(!layer.problem, layer.problem ? layer.problem->error.text().c_str() : "");
            QVERIFY2(!layer.expectedShapes.empty(), layer.name.c_str());
            for (const auto& weight : layer.weights)
                QVERIFY2(!weight.stored.isNull(), (layer.name + " " + weight.name).c_str());
        }
    }
};

PLUMBLINE_TEST(tst_realmodels)
#include "tst_realmodels.moc"
