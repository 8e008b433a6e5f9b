#include "tests/core/formats/kerasfiles.h"

using namespace plumbline;
using namespace plumbline::test;

/// What the user is told of a setting that is missing or wrong.
class tst_kerassettings : public QObject, KerasFiles {
    Q_OBJECT

    /// What is wrong with a layer that gets (None, 6, 6, 3).
    QString problemBehindPictures(const QString& layer) {
        const auto text =
            R"({"class_name": "Sequential", "config": {"name": "s", "layers": [
            {"class_name": "InputLayer", "config": {"batch_input_shape": [null, 6, 6, 3], "dtype": "float32", "name": "x"}}, )" +
            layer + R"(]}, "keras_version": "2.15.0", "backend": "tensorflow"})";
        const auto model = open(write("setting.json", text.toUtf8()));
        if (!model)
            return QString::fromStdString(model.error().text());
        const auto* found = firstProblem(**model);
        return found ? QString::fromStdString(found->problem->error.text()) : QString();
    }

private slots:
    void wrongSettingsAreNamed() {
        const auto model = open(edited("k3_generator.keras", "\"strides\": [2, 2]", "\"strides\": \"many\""));
        VERIFY_RESULT(model);
        const auto* layer = firstProblem(**model);
        QVERIFY(layer);
        QVERIFY2(layer->problem->error.text().find(
                     "setting strides is \"many\"; a positive integer or a list of two (up to 1000000) is accepted") !=
                     std::string::npos,
                 layer->problem->error.text().c_str());
    }

    void aWrongSettingIsNamedBeforeTheWeightsThatItMisfits() {
        const auto model = open(edited("k3_generator.keras", "\"units\": ", "\"units\": \"abc\", \"was\": "));
        VERIFY_RESULT(model);
        const auto* layer = firstProblem(**model);
        QVERIFY(layer);
        QVERIFY2(layer->problem->error.text().find("setting units is \"abc\"; a positive integer is accepted") !=
                     std::string::npos,
                 layer->problem->error.text().c_str());
    }

    void aSettingThatIsNoNumberIsNamedWithItsLayer_data() {
        QTest::addColumn<QString>("layer");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const char* type, const char* config, const char* message) {
            QTest::newRow(name) << QString(R"({"class_name": "%1", "config": {"name": "it", %2}})").arg(type, config)
                                << QString("Layer it (%1): setting %2 is accepted.").arg(type, message);
        };
        row("null units", "Dense", R"("units": null)", "units is None; a positive integer");
        row("no units", "Dense", R"("was": 3)", "units is missing; a positive integer");
        row("half a unit", "Dense", R"("units": 1.5)", "units is 1.5; a positive integer");
        row("none", "Dense", R"("units": 0)", "units is 0; a positive integer");
        row("a number in quotes", "Dense", R"("units": "8")", "units is \"8\"; a positive integer");
        row("filters", "Conv2D", R"("filters": null, "kernel_size": 3)", "filters is None; a positive integer");
        row("kernel", "Conv2D", R"("filters": 2, "kernel_size": [3, null])",
            "kernel_size is (3, None); a positive integer or a list of two (up to 1000000)");
        row("no kernel", "Conv2D", R"("filters": 2)",
            "kernel_size is missing; a positive integer or a list of two (up to 1000000)");
        row("strides", "Conv2DTranspose", R"("filters": 2, "kernel_size": 3, "strides": [1.5, 1])",
            "strides is (1.5, 1); a positive integer or a list of two (up to 1000000)");
        row("pool", "MaxPooling2D", R"("pool_size": null)",
            "pool_size is None; a positive integer or a list of two (up to 1000000)");
        row("factor", "UpSampling2D", R"("size": [2, -1])",
            "size is (2, -1); a positive integer or a list of two (up to 1000000)");
        row("target", "Reshape", R"("target_shape": [4, null])",
            "target_shape is (4, None); a list of integers from -1 on");
        row("no target", "Reshape", R"("trainable": true)", "target_shape is missing; a list of integers from -1 on");
        row("axes", "Permute", R"("dims": [1, "2", 3])", "dims is (1, \"2\", 3); a list of integers from 1 on");
        row("epsilon", "LayerNormalization", R"("epsilon": "x", "center": false, "scale": false)",
            "epsilon is \"x\"; a number");
        row("no epsilon", "LayerNormalization", R"("epsilon": null, "center": false, "scale": false)",
            "epsilon is None; a number");
        row("rate", "Dropout", R"("rate": "half")", "rate is \"half\"; a number");
        row("slope", "LeakyReLU", R"("alpha": "steep")", "alpha is \"steep\"; a number");
        row("flag", "Dense", R"("units": 3, "use_bias": "yes")", "use_bias is \"yes\"; true or false");
        row("layout", "GlobalMaxPooling2D", R"("data_format": "channels_frist")",
            "data_format is \"channels_frist\"; channels_last or channels_first");
    }
    void aSettingThatIsNoNumberIsNamedWithItsLayer() {
        QFETCH(QString, layer);
        QFETCH(QString, message);
        QCOMPARE(problemBehindPictures(layer), message);
    }

    void aSizeOfZeroIsNoReshape() {
        // ONNX would keep the input's axis for it; Keras means nothing.
        QCOMPARE(
            problemBehindPictures(R"({"class_name": "Reshape", "config": {"name": "it", "target_shape": [0, 108]}})"),
            QString("Layer it (Reshape): its target_shape (0, 108) has a size of 0; -1 and sizes from 1 on are "
                    "accepted. The model's own layers do not fit together."));
    }

    void anInputWhoseShapeHoldsNoNumbersIsRefused() {
        const auto model =
            open(edited("k3_generator.keras", "\"batch_shape\": [null, 6]", "\"batch_shape\": [null, \"six\"]"));
        QVERIFY(!model);
        QVERIFY2(model.error().text().find(
                     "has a shape whose axis 1 is \"six\"; a whole number or None is accepted.") != std::string::npos,
                 model.error().text().c_str());
    }
};

PLUMBLINE_TEST(tst_kerassettings)
#include "tst_kerassettings.moc"
