#include "tests/support/testcase.h"

#include "tests/support/activations.h"

#include <QDir>

using namespace plumbline;

class tst_realmodelactivations : public QObject {
    Q_OBJECT
private slots:
    void everyLayerIsWhatItsFrameworkComputed_data() {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("weights");
        QTest::addColumn<double>("tolerance");
        // Ten times the framework's own float32 error, at least 1e-5.
        QTest::newRow("nested h5") << "mnist-nested-h5"
                                   << "generator.h5"
                                   << "" << 2.4e-5;
        QTest::newRow("2.13 archive") << "mnist-keras-213"
                                      << "generator.keras"
                                      << "" << 1e-5;
        QTest::newRow("json and weights") << "acgan-json-weights"
                                          << "generator.json"
                                          << "generator_weights.hdf5" << 4.3e-5;
        QTest::newRow("2.5 h5") << "gan-h5-25"
                                << "generator_model_100.h5"
                                << "" << 1.6e-5;
        QTest::newRow("3.6 archive") << "srgan-keras-36"
                                     << "generator_model.keras"
                                     << "" << 1.1e-5;
    }

    void everyLayerIsWhatItsFrameworkComputed() {
        QFETCH(QString, folder);
        QFETCH(QString, file);
        QFETCH(QString, weights);
        QFETCH(double, tolerance);
        const auto given = qEnvironmentVariable("PLUMBLINE_REAL_MODELS");
        const QDir root(given.isEmpty() ? test::testFile("../../shared/real-models") : given);
        if (!root.exists(folder))
            QSKIP(qPrintable("no real models at " + root.path() + " (set PLUMBLINE_REAL_MODELS)"));
        const QDir place(root.filePath(folder));
        const auto model = openModel({place.filePath(file).toStdString(),
                                      weights.isEmpty() ? std::string() : place.filePath(weights).toStdString()});
        VERIFY_RESULT(model);
        test::Arrays inputs;
        for (const auto input : (*model)->graph.inputs()) {
            const auto& name = (*model)->graph.value(input).name;
            SourceSpec spec;
            spec.text = spec.path = place.filePath("input." + QString::fromStdString(name) + ".npy").toStdString();
            const auto source = openSource(spec);
            VERIFY_RESULT(source);
            const auto array = (*source)->all();
            VERIFY_RESULT(array);
            inputs[name] = *array;
        }
        const auto expected = test::readArrays(place.filePath("activations.npz").toStdString());
        VERIFY_RESULT(expected);
        for (const auto backend : {Backend::reference, Backend::onednn}) {
            double worst = 0;
            const auto wrong = test::compareLayers(*model, inputs, *expected, tolerance, backend, &worst);
            VERIFY_RESULT(wrong);
            QVERIFY2(wrong->isEmpty(), qPrintable(wrong->join("\n")));
            qInfo("%d layers, the worst off by %.2g of %.2g", int(expected->size()), worst, tolerance);
        }
    }
};

PLUMBLINE_TEST(tst_realmodelactivations)
#include "tst_realmodelactivations.moc"
