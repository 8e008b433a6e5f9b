#include "tests/core/formats/kerasfiles.h"

#include <QDir>

#include <hdf5.h>

#include <algorithm>

using namespace plumbline;
using namespace plumbline::test;

/// What the user is told of Keras files that are hostile, or hold what cannot be run.
class tst_kerasfiles : public QObject, KerasFiles {
    Q_OBJECT
private slots:
    void whatIsNoModelIsCalledByItsName_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("says");
        QTest::newRow("empty") << QByteArray() << "is empty (0 bytes)";
        QTest::newRow("git lfs") << QByteArray("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n")
                                 << "is a Git LFS pointer, not the file itself. Fetch the file with `git lfs pull`.";
        QTest::newRow("npy") << QByteArray("\x93NUMPY\x01\x00", 8) << "is a NumPy array, not a model";
        QTest::newRow("pickle") << QByteArray("\x80\x04\x95 pickle") << "is a Python pickle";
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
        QDir(path(QString())).mkpath("saved");
        QVERIFY(open(path("saved")).error().text().find("a folder without a model in it") != std::string::npos);
        write("saved/saved_model.pb", "x");
        const auto saved = open(path("saved"));
        QCOMPARE(saved.error().code, ErrorCode::unsupported);
        QVERIFY(saved.error().text().find("a TensorFlow SavedModel, which Plumbline does not open yet") !=
                std::string::npos);
    }

    void anUnpackedArchiveOpens() {
        QDir(path(QString())).mkpath("unpacked");
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
        QVERIFY(firstProblem(**custom)->problem->error.text().ends_with(
            "Put built-in layers that do the same in its place, and save the model again."));
        const auto builtIn = open(edited("k3_generator.keras", "\"LeakyReLU\"", "\"RandomFlip\""));
        VERIFY_RESULT(builtIn);
        QVERIFY(firstProblem(**builtIn)->problem->kind == LayerProblem::Kind::unsupported);
        QVERIFY(firstProblem(**builtIn)->problem->error.text().ends_with(
            "is of class RandomFlip, which Plumbline cannot run yet. The layers before it still run."));
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
                     text.find("x = keras.Input(shape); keras.Model(x, model.call(x)).save('model.keras')") !=
                         std::string::npos,
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
        QCOMPARE(QString::fromStdString(layer->problem->error.text()),
                 QString("Layer soft (Softmax): it is given a mask. The layers before it still run."));
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
};

PLUMBLINE_TEST(tst_kerasfiles)
#include "tst_kerasfiles.moc"
