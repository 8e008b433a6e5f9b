#include "tests/support/testcase.h"

#include "app/document/weightsbeside.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

using namespace plumbline;

class tst_weightsbeside : public QObject {
    Q_OBJECT
private slots:
    void anArchitectureFindsItsWeights_data() {
        QTest::addColumn<QStringList>("files");
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<QString>("weights");
        QTest::newRow("Keras 3") << QStringList{"g.json", "g.weights.h5", "d.weights.h5"} << "g.json"
                                 << "g.weights.h5";
        QTest::newRow("Keras 2") << QStringList{"generator.json", "generator_weights.hdf5"} << "generator.json"
                                 << "generator_weights.hdf5";
        QTest::newRow("same name") << QStringList{"g.json", "g.h5"} << "g.json"
                                   << "g.h5";
        QTest::newRow("named by its part")
            << QStringList{"g_architecture.json", "g_weights.h5", "d_weights.h5"} << "g_architecture.json"
            << "g_weights.h5";
        QTest::newRow("the only ones") << QStringList{"model.json", "final-weights.h5"} << "model.json"
                                       << "final-weights.h5";
        QTest::newRow("no telling") << QStringList{"a.json", "b.json", "weights.h5"} << "a.json"
                                    << "";
        QTest::newRow("none") << QStringList{"a.json", "data.h5"} << "a.json"
                              << "";
        QTest::newRow("no architecture") << QStringList{"g.keras", "g.h5"} << "g.keras"
                                         << "";
    }
    void anArchitectureFindsItsWeights() {
        QFETCH(QStringList, files);
        QFETCH(QString, architecture);
        QFETCH(QString, weights);
        QTemporaryDir folder;
        for (const auto& name : files) {
            QFile file(folder.filePath(name));
            QVERIFY(file.open(QIODevice::WriteOnly));
        }
        const auto found = weightsBeside(folder.filePath(architecture));
        QCOMPARE(found, weights.isEmpty() ? QString() : folder.filePath(weights));
    }
};

PLUMBLINE_TEST(tst_weightsbeside)
#include "tst_weightsbeside.moc"
