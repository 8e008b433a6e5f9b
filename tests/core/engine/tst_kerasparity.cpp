#include "tests/support/testcase.h"

#include "tests/support/activations.h"

#include <QDir>

using namespace plumbline;

/// Of the error that a framework's own rounding to float16 or bfloat16 makes in a layer: Plumbline rounds at the same
/// places but adds up in float32.
constexpr double roundingAllowed = 2;

/// Small models saved by Keras 3 and tf-keras (tests/fixtures/keras/generate.py), every layer against what Keras
/// computed.
class tst_kerasparity : public QObject {
    Q_OBJECT
private slots:
    void everyLayerIsWhatKerasComputed_data() {
        QTest::addColumn<QString>("file");
        const QDir folder(test::testFile("fixtures/keras/models"));
        for (const auto& file : folder.entryList({"*.keras", "*.h5", "*.json"}, QDir::Files, QDir::Name))
            if (!file.endsWith(".weights.h5"))
                QTest::newRow(qPrintable(file)) << folder.filePath(file);
    }

    void everyLayerIsWhatKerasComputed() {
        QFETCH(QString, file);
        const auto stem = file.left(file.lastIndexOf('.'));
        const auto model = openModel(
            {file.toStdString(), file.endsWith(".json") ? (stem + ".weights.h5").toStdString() : std::string()});
        VERIFY_RESULT(model);
        QStringList problems;
        for (const auto& layer : (*model)->graph.layers()) {
            if (layer.problem)
                problems << QString::fromStdString(layer.problem->error.text());
            else if (layer.expectedShapes.empty())
                problems << QString::fromStdString(layer.name) + " has no expected shape";
        }
        const auto arrays = test::readArrays((stem + ".npz").toStdString());
        VERIFY_RESULT(arrays);
        test::Arrays inputs, expected;
        std::map<std::string, test::WantedType> types;
        for (const auto& [name, array] : *arrays)
            if (name.starts_with("dtype.")) {
                const auto dot = name.find('.', 6);
                types[name.substr(dot + 1)] = {*dtypeFromName(name.substr(6, dot - 6)),
                                               roundingAllowed * array.flat(0)};
            } else
                (name.starts_with("input.") ? inputs : expected)[name.substr(6)] = array;
        bool saysPolicy = false;
        for (const auto& note : (*model)->notes) {
            saysPolicy = saysPolicy || note.message.id().starts_with("keras.policy");
            const bool isOld = note.message.id() == "keras1.backend" && file.contains("k1_");
            const bool isShared = note.message.id() == "weights.shared" && file.contains("shared_parts");
            if (!isOld && !isShared && (!note.message.id().starts_with("keras.policy") || types.empty()))
                problems << QString::fromStdString(note.text());
        }
        if (saysPolicy != !types.empty())
            problems << "no note says that layers do not compute in float32";
        QVERIFY2(problems.isEmpty(), qPrintable(problems.join("\n")));
        QVERIFY(!expected.empty());
        for (const auto backend : {Backend::reference, Backend::onednn}) {
            const auto wrong = test::compareLayers(*model, inputs, expected, 1e-5, backend, nullptr, types);
            VERIFY_RESULT(wrong);
            QVERIFY2(wrong->isEmpty(), qPrintable(wrong->join("\n")));
        }
    }
};

PLUMBLINE_TEST(tst_kerasparity)
#include "tst_kerasparity.moc"
