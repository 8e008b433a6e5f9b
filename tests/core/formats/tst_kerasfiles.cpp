#include "tests/support/testcase.h"

#include "core/formats/bytes/zip.h"
#include "core/formats/model/model.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <hdf5.h>
#include <zip.h>

#include <algorithm>
#include <random>

using namespace plumbline;

namespace {

QByteArray bytesOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void writeArchive(const QString& path, const std::vector<std::pair<std::string, std::string>>& members) {
    int code = 0;
    auto* archive = zip_open(path.toUtf8().constData(), ZIP_CREATE | ZIP_TRUNCATE, &code);
    for (const auto& [name, text] : members)
        zip_file_add(archive, name.c_str(), zip_source_buffer(archive, text.data(), text.size(), 0), ZIP_FL_OVERWRITE);
    zip_close(archive);
}

using Members = std::vector<std::pair<std::string, std::string>>;

} // namespace

/// What the user is told of Keras files that are damaged, hostile, or hold what cannot be run.
class tst_kerasfiles : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    QString path(const QString& name) const { return m_folder.filePath(name); }
    static QString fixture(const QString& name) { return test::testFile("fixtures/keras/models/" + name); }

    QString write(const QString& name, const QByteArray& bytes) const {
        QFile file(path(name));
        if (!file.open(QIODevice::WriteOnly))
            return {};
        file.write(bytes);
        return path(name);
    }

    static Members membersOf(const QString& archive) {
        const auto zip = ZipArchive::open(archive.toStdString());
        Members out;
        for (const auto& member : zip->members())
            out.emplace_back(member.name, *zip->readText(member));
        return out;
    }

    /// A fixture's archive with one text of its config.json put in place of another.
    QString edited(const QString& name, const std::string& from, const std::string& to, bool all = false) const {
        auto members = membersOf(fixture(name));
        bool found = false;
        for (auto& [member, text] : members)
            for (std::size_t at = 0; member == "config.json" && (at = text.find(from, at)) != std::string::npos;) {
                found = true;
                text.replace(at, from.size(), to);
                at += to.size();
                if (!all)
                    break;
            }
        if (!found)
            qWarning("%s does not hold %s", qPrintable(name), from.c_str());
        const auto out = path("edited.keras");
        QFile::remove(out);
        writeArchive(out, members);
        return out;
    }

    static Result<std::shared_ptr<const Model>> open(const QString& model, const QString& weights = {}) {
        return openModel({model.toStdString(), weights.toStdString()});
    }

    static const Layer* firstProblem(const Model& model) {
        for (const auto& layer : model.graph.layers())
            if (layer.problem)
                return &layer;
        return nullptr;
    }

private slots:
    void whatIsNoModelIsCalledByItsName_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("says");
        QTest::newRow("empty") << QByteArray() << "is empty (0 bytes)";
        QTest::newRow("git lfs") << QByteArray("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n")
                                 << "is a Git LFS pointer, not the file itself. Fetch the file with `git lfs pull`.";
        QTest::newRow("npy") << QByteArray("\x93NUMPY\x01\x00", 8) << "is a NumPy array, not a model";
        QTest::newRow("pickle") << QByteArray("\x80\x04\x95 pickle") << "is a Python pickle";
        QTest::newRow("onnx") << QByteArray("\x08\x08\x12\x07pytorch", 11)
                              << "is an ONNX model, which Plumbline does not open yet";
        QTest::newRow("text") << QByteArray("hello, world") << "is no model that Plumbline knows";
        QTest::newRow("cut hdf5") << QByteArray("\x89HDF\r\n\x1a\n\0\0\0", 11) << "is not a whole HDF5 file";
        QTest::newRow("cut zip") << QByteArray("PK\3\4 and no more") << "is not a whole zip archive";
        QTest::newRow("json") << QByteArray("{\"a\": 1}") << "its outermost object has no class_name";
        QTest::newRow("cut json") << QByteArray("{\"class_name\": \"Sequ") << "ends early, at byte 20";
        QTest::newRow("deep json") << QByteArray(100'000, '[') << "brackets deep";
    }

    void whatIsNoModelIsCalledByItsName() {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, says);
        const auto model = open(write("model.keras", bytes));
        QVERIFY(!model);
        QVERIFY2(QString::fromStdString(model.error().text()).contains(says), model.error().text().c_str());
        QVERIFY(model.error().text().find("model.keras") != std::string::npos);
    }

    void foldersAndMissingFilesAreNamed() {
        QVERIFY(open(path("nowhere.keras")).error().text().starts_with("There is no file "));
        QDir(m_folder.path()).mkpath("saved");
        QVERIFY(open(path("saved")).error().text().find("a folder without a model in it") != std::string::npos);
        write("saved/saved_model.pb", "x");
        const auto saved = open(path("saved"));
        QCOMPARE(saved.error().code, ErrorCode::unsupported);
        QVERIFY(saved.error().text().find("a TensorFlow SavedModel, which Plumbline does not open yet") !=
                std::string::npos);
    }

    void anUnpackedArchiveOpens() {
        QDir(m_folder.path()).mkpath("unpacked");
        for (const auto& [name, text] : membersOf(fixture("k3_generator.keras")))
            write("unpacked/" + QString::fromStdString(name), QByteArray::fromStdString(text));
        const auto model = open(path("unpacked"));
        VERIFY_RESULT(model);
        QVERIFY(!firstProblem(**model));
    }

    void weightsAloneSaySo() {
        for (const auto* name : {"k3_split.weights.h5", "k2_old_sequential.weights.h5"}) {
            const auto model = open(fixture(name));
            QVERIFY(!model);
            QCOMPARE(model.error().code, ErrorCode::noGraph);
            QCOMPARE(model.error().message.id(), std::string("weights-missing.architecture"));
            QVERIFY(model.error().text().find("Give the model's JSON") != std::string::npos);
        }
    }

    void anArchitectureAloneShowsItsShapes() {
        const auto model = open(fixture("k2_old_sequential.json"));
        VERIFY_RESULT(model);
        QVERIFY(!(*model)->hasWeights);
        const auto& layers = (*model)->graph.layers();
        QCOMPARE(dimsText(layers.back().expectedShapes.at(0)), std::string("(None, 8, 12, 3)"));
        QCOMPARE((*model)->parameters(), 6 * 24 + 24 + 9 * 4 * 5 + 5 + 4 * 5 + 4 * 4 * 3 * 5 + 3);
        const auto* problem = firstProblem(**model);
        QVERIFY(problem && problem->problem->kind == LayerProblem::Kind::weightsMissing);
        QVERIFY2(problem->problem->error.text().find("has no values for its weight kernel") != std::string::npos,
                 problem->problem->error.text().c_str());
    }

    void weightsThatDoNotFitNameBothShapes() {
        auto json = bytesOf(fixture("k2_old_sequential.json"));
        json.replace("\"filters\": 5", "\"filters\": 7");
        const auto model = open(write("wide.json", json), fixture("k2_old_sequential.weights.h5"));
        VERIFY_RESULT(model);
        const auto* layer = firstProblem(**model);
        QVERIFY(layer && layer->problem->kind == LayerProblem::Kind::weightsShape);
        const auto text = layer->problem->error.text();
        QVERIFY2(
            text.find(
                "its weight kernel is (3, 3, 4, 5) in the file, but its input (None, 4, 6, 4) and its settings ask "
                "for (3, 3, 4, 7)") != std::string::npos,
            text.c_str());
    }

    void aWrongNumberOfWeightsIsNamed() {
        auto json = bytesOf(fixture("k2_old_sequential.json"));
        json.replace("\"use_bias\": true", "\"use_bias\": false");
        const auto model = open(write("biasless.json", json), fixture("k2_old_sequential.weights.h5"));
        VERIFY_RESULT(model);
        const auto text = firstProblem(**model)->problem->error.text();
        QVERIFY2(text.find("its settings ask for 1 weights, the file holds 2 for it") != std::string::npos,
                 text.c_str());
    }

    void aLambdaIsNamedAndNeverRun() {
        const auto model = open(edited("k3_generator.keras", "\"LeakyReLU\"", "\"Lambda\""));
        VERIFY_RESULT(model);
        const auto* layer = firstProblem(**model);
        QVERIFY(layer && layer->problem->kind == LayerProblem::Kind::custom);
        QVERIFY2(layer->problem->error.text().starts_with("Layer leaky_re_lu"), layer->problem->error.text().c_str());
        QVERIFY(layer->problem->error.text().find("code from a file is never run") != std::string::npos);
        // What stands before it is whole.
        QVERIFY(!(*model)->graph.layers()[1].expectedShapes.empty());
        QVERIFY(!(*model)->graph.layers()[1].problem);
        QVERIFY(layer->expectedShapes.empty());
    }

    void aCustomClassAndAnUnsupportedOneAreToldApart() {
        const auto custom = open(edited("k3_generator.keras", "\"LeakyReLU\"", "\"MyLayer\""));
        VERIFY_RESULT(custom);
        QVERIFY(firstProblem(**custom)->problem->kind == LayerProblem::Kind::custom);
        QVERIFY(firstProblem(**custom)->problem->error.text().find("of the custom class MyLayer") != std::string::npos);
        const auto builtIn = open(edited("k3_generator.keras", "\"LeakyReLU\"", "\"RandomFlip\""));
        VERIFY_RESULT(builtIn);
        QVERIFY(firstProblem(**builtIn)->problem->kind == LayerProblem::Kind::unsupported);
        QVERIFY(firstProblem(**builtIn)->problem->error.text().find("Export the model to ONNX, or replace the layer") !=
                std::string::npos);
    }

    void aSubclassedModelListsItsWeights() {
        auto members = membersOf(fixture("k3_generator.keras"));
        for (auto& [name, text] : members)
            if (name == "config.json")
                text = "{\"module\": null, \"class_name\": \"MyGan\", \"registered_name\": \"gan>MyGan\", \"config\": "
                       "{\"latent\": 100}}";
        writeArchive(path("subclassed.keras"), members);
        const auto model = open(path("subclassed.keras"));
        QVERIFY(!model);
        QCOMPARE(model.error().code, ErrorCode::noGraph);
        const auto text = model.error().text();
        QVERIFY2(text.find("a subclassed model (MyGan)") != std::string::npos &&
                     text.find("12 variables with") != std::string::npos &&
                     text.find("model.export() or ONNX") != std::string::npos,
                 text.c_str());
    }

    void whatKeras1LeavesOpenIsSaid() {
        const auto model = open(fixture("k1_generator.h5"));
        VERIFY_RESULT(model);
        QVERIFY(!firstProblem(**model));
        QCOMPARE((*model)->notes.size(), std::size_t{1});
        QCOMPARE(QString::fromStdString((*model)->notes[0].text()),
                 QString("The file is of Keras 1, which does not say whether TensorFlow or Theano trained it: its "
                         "convolutions are read as TensorFlow's. Theano turns their kernels around."));
        QCOMPARE((*model)->graph.layer(*(*model)->graph.findLayer("sum")).type, std::string("Add"));
    }

    void aMaskedSoftmaxIsRefusedByName() {
        const auto text = R"({"class_name": "Sequential", "config": {"name": "s", "layers": [
            {"class_name": "InputLayer", "config": {"batch_input_shape": [null, 3, 4], "dtype": "float32", "name": "x"}},
            {"class_name": "Masking", "config": {"name": "masking", "mask_value": 0.0}},
            {"class_name": "Softmax", "config": {"name": "soft", "axis": -1}}]}, "keras_version": "2.15.0", "backend": "tensorflow"})";
        const auto model = open(write("masked.json", text));
        VERIFY_RESULT(model);
        const auto* layer = firstProblem(**model);
        QVERIFY(layer);
        QCOMPARE(
            QString::fromStdString(layer->problem->error.text()),
            QString("Layer soft (Softmax): it is given a mask. The layers before it still run. Export the model to "
                    "ONNX, or replace the layer."));
    }

    void aQuantizedLayerIsRefusedByItsPolicy() {
        const auto model = open(edited("k3_generator.keras", R"("config": {"name": "float32"})",
                                       R"("config": {"mode": "int8", "source_name": "float32"})", true));
        VERIFY_RESULT(model);
        const auto* layer = firstProblem(**model);
        QVERIFY(layer);
        QVERIFY(layer->problem->kind == LayerProblem::Kind::unsupported);
        QVERIFY2(layer->problem->error.text().find(
                     "its dtype policy is int8_from_float32, whose weights are quantized") != std::string::npos,
                 layer->problem->error.text().c_str());
    }

    void aPolicyIsReadInEveryForm_data() {
        QTest::addColumn<QString>("written");
        QTest::addColumn<QString>("computes");
        QTest::newRow("name") << R"("mixed_float16")"
                              << "float16";
        QTest::newRow("Keras 2") << R"({"class_name": "Policy", "config": {"name": "mixed_bfloat16"}})"
                                 << "bfloat16";
        QTest::newRow("TensorFlow 2.3")
            << R"({"class_name": "PolicyV1", "config": {"name": "mixed_float16", "loss_scale": null}})"
            << "float16";
        QTest::newRow("Keras 3")
            << R"({"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float64"}, "registered_name": null})"
            << "float64";
        QTest::newRow("map")
            << R"({"class_name": "DTypePolicyMap", "config": {"default_policy": "float32", "policy_map": {"model/dense": {"class_name": "DTypePolicy", "config": {"name": "float16"}}}}})"
            << "float16";
        QTest::newRow("inferred") << R"({"class_name": "Policy", "config": {"name": "infer"}})"
                                  << "float32";
        QTest::newRow("integers") << R"("int32")"
                                  << "float32";
    }
    void aPolicyIsReadInEveryForm() {
        QFETCH(QString, written);
        QFETCH(QString, computes);
        const auto text = R"({"class_name": "Sequential", "config": {"name": "s", "layers": [
            {"class_name": "InputLayer", "config": {"batch_input_shape": [null, 3], "dtype": "float32", "name": "x"}},
            {"class_name": "Dense", "config": {"name": "dense", "units": 2, "dtype": )" +
                          written.toStdString() + R"(}}]}, "keras_version": "2.15.0", "backend": "tensorflow"})";
        const auto model = open(write("policy.json", QByteArray::fromStdString(text)));
        VERIFY_RESULT(model);
        const auto& graph = (*model)->graph;
        QCOMPARE(QString::fromUtf8(name(graph.value(graph.outputs()[0]).type->dtype).data()), computes);
    }

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
        row("null units", "Dense", R"("units": null)", "units is null; a positive integer");
        row("no units", "Dense", R"("was": 3)", "units is missing; a positive integer");
        row("half a unit", "Dense", R"("units": 1.5)", "units is 1.5; a positive integer");
        row("none", "Dense", R"("units": 0)", "units is 0; a positive integer");
        row("a number in quotes", "Dense", R"("units": "8")", "units is \"8\"; a positive integer");
        row("filters", "Conv2D", R"("filters": null, "kernel_size": 3)", "filters is null; a positive integer");
        row("kernel", "Conv2D", R"("filters": 2, "kernel_size": [3, null])",
            "kernel_size is [3,null]; a positive integer or a list of two (up to 1000000)");
        row("no kernel", "Conv2D", R"("filters": 2)",
            "kernel_size is missing; a positive integer or a list of two (up to 1000000)");
        row("strides", "Conv2DTranspose", R"("filters": 2, "kernel_size": 3, "strides": [1.5, 1])",
            "strides is [1.5,1]; a positive integer or a list of two (up to 1000000)");
        row("pool", "MaxPooling2D", R"("pool_size": null)",
            "pool_size is null; a positive integer or a list of two (up to 1000000)");
        row("factor", "UpSampling2D", R"("size": [2, -1])",
            "size is [2,-1]; a positive integer or a list of two (up to 1000000)");
        row("target", "Reshape", R"("target_shape": [4, null])",
            "target_shape is [4,null]; a list of integers from -1 on");
        row("no target", "Reshape", R"("trainable": true)", "target_shape is missing; a list of integers from -1 on");
        row("axes", "Permute", R"("dims": [1, "2", 3])", "dims is [1,\"2\",3]; a list of integers from 1 on");
        row("epsilon", "LayerNormalization", R"("epsilon": "x", "center": false, "scale": false)",
            "epsilon is \"x\"; a number");
        row("no epsilon", "LayerNormalization", R"("epsilon": null, "center": false, "scale": false)",
            "epsilon is null; a number");
        row("rate", "Dropout", R"("rate": "half")", "rate is \"half\"; a number");
        row("slope", "LeakyReLU", R"("alpha": "steep")", "alpha is \"steep\"; a number");
        row("flag", "Dense", R"("units": 3, "use_bias": "yes")", "use_bias is \"yes\"; true or false");
        row("layout", "GlobalMaxPooling2D", R"("data_format": "channels_frist")",
            "data_format is \"channels_frist\"; channels_last or channels_first");
    }
    void aSettingThatIsNoNumberIsNamedWithItsLayer() {
        QFETCH(QString, layer);
        QFETCH(QString, message);
        const auto text =
            R"({"class_name": "Sequential", "config": {"name": "s", "layers": [
            {"class_name": "InputLayer", "config": {"batch_input_shape": [null, 6, 6, 3], "dtype": "float32", "name": "x"}}, )" +
            layer + R"(]}, "keras_version": "2.15.0", "backend": "tensorflow"})";
        const auto model = open(write("setting.json", text.toUtf8()));
        VERIFY_RESULT(model);
        const auto* found = firstProblem(**model);
        QVERIFY(found);
        QCOMPARE(QString::fromStdString(found->problem->error.text()), message);
    }

    void anInputWhoseShapeHoldsNoNumbersIsRefused() {
        const auto model =
            open(edited("k3_generator.keras", "\"batch_shape\": [null, 6]", "\"batch_shape\": [null, \"six\"]"));
        QVERIFY(!model);
        QVERIFY2(model.error().text().find("has a shape whose axis 1 is \"six\"; an integer or null is accepted.") !=
                     std::string::npos,
                 model.error().text().c_str());
    }

    void anOperationOfAnHdf5FileIsNoCustomClass() {
        const auto text = R"({"class_name": "Functional", "config": {"name": "m", "layers": [
            {"class_name": "InputLayer", "config": {"batch_shape": [null, 4], "dtype": "float32", "name": "x"}, "name": "x", "inbound_nodes": []},
            {"class_name": "Roll", "config": {"name": "roll", "shift": 1, "axis": 1}, "name": "roll",
             "inbound_nodes": [{"args": [{"class_name": "__keras_tensor__", "config": {"shape": [null, 4], "dtype": "float32", "keras_history": ["x", 0, 0]}}], "kwargs": {}}]}],
            "input_layers": [["x", 0, 0]], "output_layers": [["roll", 0, 0]]}, "keras_version": "3.15.1", "backend": "tensorflow"})";
        const auto model = open(write("roll.json", text));
        VERIFY_RESULT(model);
        const auto* layer = firstProblem(**model);
        QVERIFY(layer && layer->problem->kind == LayerProblem::Kind::unsupported);
    }

    void masksOfWhatIsJoinedWereLostUntilKeras34_data() {
        QTest::addColumn<QString>("version");
        QTest::addColumn<bool>("masked");
        QTest::newRow("3.3.3") << "3.3.3" << false;
        QTest::newRow("3.4.1") << "3.4.1" << true;
        QTest::newRow("2.15.0") << "2.15.0" << true;
    }
    void masksOfWhatIsJoinedWereLostUntilKeras34() {
        QFETCH(QString, version);
        QFETCH(bool, masked);
        const auto node = [](const char* from) { return QString(R"([["%1", 0, 0, {}]])").arg(from); };
        const auto text = QString(R"({"class_name": "Functional", "config": {"name": "m", "layers": [
            {"class_name": "InputLayer", "config": {"batch_input_shape": [null, 4, 3], "dtype": "float32", "name": "x"}, "name": "x", "inbound_nodes": []},
            {"class_name": "Masking", "config": {"name": "masking", "trainable": true, "mask_value": 0.0}, "name": "masking", "inbound_nodes": [%2]},
            {"class_name": "Add", "config": {"name": "sum", "trainable": true}, "name": "sum", "inbound_nodes": [[["masking", 0, 0, {}], ["masking", 0, 0, {}]]]},
            {"class_name": "GRU", "config": {"name": "gru", "trainable": true, "units": 2}, "name": "gru", "inbound_nodes": [%3]}],
            "input_layers": [["x", 0, 0]], "output_layers": [["gru", 0, 0]]}, "keras_version": "%1", "backend": "tensorflow"})")
                              .arg(version, node("x"), node("sum"));
        const auto model = open(write("joined.json", text.toUtf8()));
        VERIFY_RESULT(model);
        const auto& graph = (*model)->graph;
        const auto gru =
            std::find_if(graph.nodes().begin(), graph.nodes().end(), [](const Node& n) { return n.op == "GRU"; });
        QVERIFY(gru != graph.nodes().end());
        QCOMPARE(gru->inputs.size() > 6, masked);
    }

    void sharedLayersThatAreStoredOnceAreCountedOnce() {
        const auto model = open(fixture("k3_shared_parts.keras"));
        VERIFY_RESULT(model);
        QVERIFY(!firstProblem(**model));
        // look, judge, code, wide and spread; norm and two of the name same; same and last
        QCOMPARE((*model)->parameters(), (57 + 49 + 196 + 146 + 6) + (16 + 20 + 20) + (20 + 15));
        const auto& notes = (*model)->notes;
        const auto named = std::find_if(notes.begin(), notes.end(), [](const Error& note) {
            return note.text() == "The weights of critic/look are stored once, with reader/look: both are read as one "
                                  "shared layer, for they have the same name and settings.";
        });
        QVERIFY(named != notes.end());
    }

    void cyclesAndWrongReferencesAreNamed() {
        const auto cycle = open(edited("k3_structure.keras", "\"keras_history\": [\"second\", 0, 0]",
                                       "\"keras_history\": [\"sum\", 0, 0]", true));
        QVERIFY(!cycle);
        QVERIFY2(cycle.error().text().find("cannot be put in order") != std::string::npos,
                 cycle.error().text().c_str());
        const auto missing = open(edited("k3_structure.keras", "\"keras_history\": [\"second\", 0, 0]",
                                         "\"keras_history\": [\"nobody\", 0, 0]"));
        QVERIFY(!missing);
        QVERIFY2(missing.error().text().find("refers to call 0 of layer nobody, which does not exist") !=
                     std::string::npos,
                 missing.error().text().c_str());
    }

    void pickledWeightsAreRefused() {
        auto members = membersOf(fixture("k3_generator.keras"));
        for (auto& [name, text] : members)
            if (name == "model.weights.h5")
                name = "model.weights.npz";
        writeArchive(path("pickled.keras"), members);
        const auto model = open(path("pickled.keras"));
        QVERIFY(!model);
        QCOMPARE(model.error().code, ErrorCode::refused);
        QVERIFY(model.error().text().find("as Python pickles") != std::string::npos);
    }

    void linkedWeightsAreRefused() {
        auto members = membersOf(fixture("k3_generator.keras"));
        for (auto& [name, text] : members)
            if (name == "model.weights.h5") {
                const auto file = write("linked.h5", QByteArray::fromStdString(text));
                const auto id = H5Fopen(file.toUtf8().constData(), H5F_ACC_RDWR, H5P_DEFAULT);
                H5Ldelete(id, "layers/dense/vars/0", H5P_DEFAULT);
                H5Lcreate_external("/etc/passwd", "/x", id, "layers/dense/vars/0", H5P_DEFAULT, H5P_DEFAULT);
                H5Fclose(id);
                text = bytesOf(file).toStdString();
            }
        writeArchive(path("linked.keras"), members);
        const auto model = open(path("linked.keras"));
        QVERIFY(!model);
        QCOMPARE(model.error().code, ErrorCode::refused);
        QVERIFY2(model.error().text().find("is a soft or external link") != std::string::npos,
                 model.error().text().c_str());
    }

    void everyCutIsAnErrorAndNoCrash_data() {
        QTest::addColumn<QString>("name");
        for (const auto* name : {"k3_structure.keras", "k2_structure.keras", "k2_structure.h5", "k3_structure.h5",
                                 "k2_old_sequential.json"})
            QTest::newRow(name) << name;
    }

    void everyCutIsAnErrorAndNoCrash() {
        QFETCH(QString, name);
        const auto whole = bytesOf(fixture(name));
        QVERIFY(whole.size() > 1000);
        for (qsizetype size = 0; size < whole.size(); size += std::max<qsizetype>(1, whole.size() / 97)) {
            const auto model = open(write("cut", whole.left(size)));
            QVERIFY2(!model, qPrintable(QString("cut at %1").arg(size)));
            QVERIFY(!model.error().text().empty());
        }
    }

    // Not bare HDF5: its library (1.10) follows a damaged reference to a variable-length string unchecked and dies.
    // That is what the worker process is for.
    void damagedBytesNeverCrashTheReader_data() {
        QTest::addColumn<QString>("name");
        for (const auto* name : {"k3_structure.keras", "k2_structure.keras", "k2_old_sequential.json"})
            QTest::newRow(name) << name;
    }

    void damagedBytesNeverCrashTheReader() {
        QFETCH(QString, name);
        const auto whole = bytesOf(fixture(name));
        std::mt19937 random(5);
        for (int round = 0; round < 150; ++round) {
            auto bytes = whole;
            for (int i = 0; i < 3; ++i)
                bytes[qsizetype(random() % std::size_t(bytes.size()))] = static_cast<char>(random());
            const auto model = open(write("damaged", bytes));
            if (!model)
                QVERIFY(!model.error().text().empty());
        }
    }

    void damagedArchitecturesNeverCrashTheReader() {
        // The archive's checksum hides the config from the test above: here it is damaged before it is packed.
        const auto members = membersOf(fixture("k3_wrappers.keras"));
        std::mt19937 random(11);
        const std::string_view pieces[] = {"null",          "-1",     "[]",   "{}", "\"x\"", "1e99",
                                           "9999999999999", "[[[]]]", "true", "0"};
        for (int round = 0; round < 150; ++round) {
            auto changed = members;
            for (auto& [member, text] : changed)
                if (member == "config.json") {
                    // One value of the JSON becomes another.
                    const auto colon = text.find(": ", random() % text.size());
                    if (colon == std::string::npos)
                        continue;
                    auto end = text.find_first_of(",}]", colon);
                    text.replace(colon + 2, end - colon - 2, pieces[random() % std::size(pieces)]);
                }
            writeArchive(path("changed.keras"), changed);
            const auto model = open(path("changed.keras"));
            if (!model)
                QVERIFY(!model.error().text().empty());
        }
    }
};

PLUMBLINE_TEST(tst_kerasfiles)
#include "tst_kerasfiles.moc"
