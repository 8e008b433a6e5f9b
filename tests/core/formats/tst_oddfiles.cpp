#include "core/formats/model/openshape.h"
#include "tests/core/formats/kerasfiles.h"
#include "tests/support/activations.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <numeric>

using namespace plumbline;
using namespace plumbline::test;

namespace {

QString odd(const QString& name) { return testFile("fixtures/keras/files/" + name); }

const Layer* rowOf(const Model& model, const char* name) {
    const auto id = model.graph.findLayer(name);
    return id ? &model.graph.layer(*id) : nullptr;
}

std::string noteOf(const Model& model, std::string_view id) {
    for (const auto& note : model.notes)
        if (note.message.id() == id)
            return note.text();
    return {};
}

} // namespace

/// Files that are whole but for one thing, or that Keras itself reads in a way of its own
/// (tests/fixtures/keras/files.py).
class tst_oddfiles : public QObject, KerasFiles {
    Q_OBJECT
private slots:
    void aUserBlockChangesNothing_data() {
        QTest::addColumn<int>("block");
        for (const int block : {512, 1024, 2048, 4096, 65536})
            QTest::addRow("%d bytes", block) << block;
    }

    void aUserBlockChangesNothing() {
        QFETCH(int, block);
        const auto behind = [&](const QString& fixture) { return QByteArray(block, '{') + bytesOf(fixture); };
        const auto model = open(write("model.h5", behind(KerasFiles::fixture("k2_generator.h5"))));
        VERIFY_RESULT(model);
        QVERIFY(!firstProblem(**model) && (*model)->parameters() > 0);
        const auto weights = write("weights.h5", behind(KerasFiles::fixture("k2_old_sequential.weights.h5")));
        const auto split = open(KerasFiles::fixture("k2_old_sequential.json"), weights);
        VERIFY_RESULT(split);
        QVERIFY(!firstProblem(**split));
        QVERIFY(!listSource(weights.toStdString()).value().empty());
    }

    void whatRunsOrNotIsCountedAsKerasCounts_data() {
        QTest::addColumn<QString>("file");
        for (const auto* file : {"k2_parts.h5", "k2_parts.keras", "k3_parts.h5", "k3_parts.keras", "k2_table.h5"})
            QTest::newRow(file) << file;
    }

    void whatRunsOrNotIsCountedAsKerasCounts() {
        QFETCH(QString, file);
        const auto counts = QJsonDocument::fromJson(bytesOf(odd("counts.json")))[file].toObject();
        const auto model = open(odd(file));
        VERIFY_RESULT(model);
        QCOMPARE((*model)->parameters(), counts["all"].toInteger());
        for (const auto& layer : (*model)->graph.layers()) {
            const auto name = QString::fromStdString(layer.name);
            QVERIFY2(layer.isInput || counts.contains(name), qPrintable(name));
            QVERIFY2(layer.parameters == counts[name].toInteger(), qPrintable(name));
            // What is counted is what is shown.
            const auto shown =
                std::accumulate(layer.weights.begin(), layer.weights.end(), std::int64_t(0),
                                [](std::int64_t sum, const auto& w) { return sum + w.stored.elements(); });
            QVERIFY2(shown == layer.parameters, qPrintable(name));
        }
    }

    void weightsOfPartsHaveTheirNames() {
        const auto names = [](const Model& model, const char* layer) {
            QStringList out;
            for (const auto& weight : rowOf(model, layer)->weights)
                out << QString::fromStdString(weight.name);
            return out.join(" ");
        };
        const auto archive = open(odd("k3_parts.keras"));
        VERIFY_RESULT(archive);
        QCOMPARE(names(**archive, "convlstm"), QString("cell/kernel cell/recurrent_kernel cell/bias"));
        QCOMPARE(names(**archive, "attention"),
                 QString("key_dense/kernel key_dense/bias output_dense/kernel output_dense/bias query_dense/kernel "
                         "query_dense/bias value_dense/kernel value_dense/bias"));
        QCOMPARE(
            names(**archive, "stacked"),
            QString("cell/cells/gru_cell/kernel cell/cells/gru_cell/recurrent_kernel cell/cells/gru_cell/bias "
                    "cell/cells/lstm_cell/kernel cell/cells/lstm_cell/recurrent_kernel cell/cells/lstm_cell/bias"));
        QCOMPARE(names(**archive, "spectral"), QString("vector_u layer/kernel layer/bias"));
        QCOMPARE(names(**archive, "gated"), QString("var0 inner/var0 inner/var1"));
        QCOMPARE(names(**archive, "both").section(' ', 0, 1),
                 QString("forward_layer/cell/kernel forward_layer/cell/recurrent_kernel"));
        const auto flat = open(odd("k3_parts.h5"));
        VERIFY_RESULT(flat);
        QCOMPARE(names(**flat, "attention").section(' ', 0, 1), QString("query/kernel query/bias"));
    }

    void aSaveThatBrokeOffShowsWhatItHolds() {
        const auto model = open(odd("broken_save.h5"));
        VERIFY_RESULT(model);
        const auto note = noteOf(**model, "weights.broken-save");
        QVERIFY2(
            note.find("broken_save.h5 broke off at layer both: two of its weights have the name kernel, and an .h5 "
                      "holds one of a name. Not written: ") != std::string::npos &&
                note.ends_with("Save the model as .keras instead: model.save('model.keras')."),
            note.c_str());
        QVERIFY(!rowOf(**model, "before")->problem);
        QCOMPARE(rowOf(**model, "before")->parameters, 12);
        const auto& both = rowOf(**model, "both")->problem;
        QVERIFY(both && both->kind == LayerProblem::Kind::weightsMissing);
        QVERIFY2(both->error.text().find("the file holds 3 of its 6 weights") != std::string::npos,
                 both->error.text().c_str());
        QCOMPARE(rowOf(**model, "both")->parameters, 3 * 8 + 2 * 8 + 8);
    }

    void aShapeThatTheFileLeavesOutIsFoundFromItsWeights() {
        const auto alone = open(odd("no_shape_steps.h5"));
        VERIFY_RESULT(alone);
        const auto& graph = (*alone)->graph;
        QCOMPARE(dimsText(graph.value(graph.inputs().front()).type->shape), std::string("(None, 6)"));
        const auto note = noteOf(**alone, "keras.open-shape");
        QVERIFY2(note.ends_with("does not say the shape of its input dense_input: it is read as (None, 6), as far as "
                                "the weights say."),
                 note.c_str());
        QVERIFY(isShapeOpen(**alone));
    }

    void theDataSayHowManyAxesThereAre_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<int>("axes");
        QTest::addColumn<QString>("shape");
        QTest::newRow("steps") << "no_shape_steps" << 3 << "(None, None, 6)";
        QTest::newRow("a picture") << "no_shape_picture" << 4 << "(None, None, None, 3)";
        QTest::newRow("one picture without its batch") << "no_shape_picture" << 3 << "(None, None, None, 3)";
    }

    void theDataSayHowManyAxesThereAre() {
        QFETCH(QString, file);
        QFETCH(int, axes);
        QFETCH(QString, shape);
        const auto model = openModelForRank({odd(file + ".h5").toStdString(), {}}, std::size_t(axes));
        VERIFY_RESULT(model);
        QVERIFY(!firstProblem(**model));
        const auto input = (*model)->graph.value((*model)->graph.inputs().front());
        QCOMPARE(QString::fromStdString(dimsText(input.type->shape)), shape);
        const auto arrays = readArrays(odd(file + ".npz").toStdString());
        VERIFY_RESULT(arrays);
        Arrays given, expected;
        for (const auto& [name, array] : *arrays)
            (name.starts_with("input.") ? given[input.name] : expected[name.substr(6)]) = array;
        const auto wrong = compareLayers(*model, given, expected, 1e-5, Backend::reference);
        VERIFY_RESULT(wrong);
        QVERIFY2(wrong->isEmpty(), qPrintable(wrong->join("\n")));
    }

    void withoutWeightsNothingSaysTheShape() {
        const auto model =
            open(write("unbuilt.json", R"({"class_name": "Sequential", "config": {"name": "s", "layers": [
            {"class_name": "Dense", "config": {"name": "dense", "units": 2}}]}, "keras_version": "2.2.4", "backend": "tensorflow"})"));
        QVERIFY(!model);
        const auto text = model.error().text();
        QVERIFY2(text.ends_with(
                     "has no shape, and there are no weights to tell it. Give the weights with --weights FILE, or "
                     "begin the model with keras.Input(shape) and save it again."),
                 text.c_str());
    }

    void weightsOfCuDnnDoNotFitTheOtherGru() {
        auto json = bytesOf(KerasFiles::fixture("k2_cudnn_to_plain.json"));
        json.replace("\"reset_after\": true", "\"reset_after\": false");
        const auto model = open(write("before.json", json), KerasFiles::fixture("k2_cudnn_to_plain.weights.h5"));
        VERIFY_RESULT(model);
        const auto& problem = rowOf(**model, "back")->problem;
        QVERIFY(problem && problem->kind == LayerProblem::Kind::weightsShape);
        QVERIFY2(problem->error.text().find("its weights are a CuDNNGRU's, which fit a GRU with reset_after") !=
                     std::string::npos,
                 problem->error.text().c_str());
    }
};

PLUMBLINE_TEST(tst_oddfiles)
#include "tst_oddfiles.moc"
