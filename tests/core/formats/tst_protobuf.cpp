#include "core/formats/bytes/protobuf.h"
#include "tests/core/formats/kerasfiles.h"

#include <QDir>

using namespace plumbline;
using namespace plumbline::test;

namespace {

QByteArray varint(quint64 value) {
    QByteArray out;
    for (; value >= 0x80; value >>= 7)
        out += static_cast<char>((value & 0x7f) | 0x80);
    return out + static_cast<char>(value);
}
QByteArray number(int field, quint64 value) { return varint(quint64(field) << 3) + varint(value); }
QByteArray bytes(int field, const QByteArray& content) {
    return varint((quint64(field) << 3) | 2) + varint(quint64(content.size())) + content;
}

/// Relu of x to y, as ONNX's GraphProto has it.
QByteArray onnxGraph() {
    const auto node = bytes(1, "x") + bytes(2, "y") + bytes(4, "Relu");
    const auto shape = bytes(2, bytes(1, number(1, 2)));
    const auto value = [&](const char* name) { return bytes(1, name) + bytes(2, bytes(1, number(1, 1) + shape)); };
    return bytes(1, node) + bytes(2, "g") + bytes(5, number(1, 3) + number(2, 1) + bytes(8, "w")) +
           bytes(11, value("x")) + bytes(12, value("y"));
}
QByteArray opset() { return bytes(8, bytes(1, "") + number(2, 18)); }
QByteArray metaGraph() {
    const auto node = bytes(1, "x") + bytes(2, "Placeholder") + bytes(5, bytes(1, "dtype") + bytes(2, number(6, 1)));
    return bytes(1, bytes(4, "serve")) + bytes(2, bytes(1, node) + bytes(4, number(1, 100)));
}

} // namespace

/// What a user is told who gives a file of Protocol Buffers as the model.
class tst_protobuf : public QObject, KerasFiles {
    Q_OBJECT
private slots:
    void whatItIsIsSaid_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("what");
        const auto graph = bytes(7, onnxGraph());
        QTest::newRow("of PyTorch") << number(1, 8) + bytes(2, "pytorch") + bytes(3, "2.3") + graph + opset()
                                    << "an ONNX model";
        QTest::newRow("without a producer") << number(1, 8) + graph + opset() << "an ONNX model";
        QTest::newRow("version last, opset first") << opset() + graph + number(1, 8) << "an ONNX model";
        QTest::newRow("a graph and nothing else") << graph << "an ONNX model";
        QTest::newRow("IR version 1") << number(1, 1) + graph << "an ONNX model";
        QTest::newRow("of training, with metadata")
            << number(1, 9) + bytes(14, bytes(1, "a") + bytes(2, "b")) + graph + bytes(20, bytes(1, onnxGraph()))
            << "an ONNX model";
        QTest::newRow("cut short in its weights") << (number(1, 8) + graph).chopped(20) << "an ONNX model";
        QTest::newRow("SavedModel") << number(1, 1) + bytes(2, metaGraph()) << "the graph of a TensorFlow SavedModel";
        QTest::newRow("frozen graph") << bytes(1, bytes(1, "x") + bytes(2, "Placeholder")) +
                                             bytes(1, bytes(1, "y") + bytes(2, "Relu") + bytes(3, "x"))
                                      << "a graph of TensorFlow (GraphDef)";
    }

    void whatItIsIsSaid() {
        QFETCH(QByteArray, content);
        QFETCH(QString, what);
        const auto model = open(write("model.onnx", content));
        QVERIFY(!model);
        QCOMPARE(model.error().code, ErrorCode::unsupported);
        const auto text = QString::fromStdString(model.error().text());
        QVERIFY2(
            text.endsWith("model.onnx is " + what +
                          ", which Plumbline does not open yet. If it was made from a Keras model, give that model's "
                          "own file: .keras or .h5."),
            qPrintable(text));
    }

    void nothingElseIsTakenForOne_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("empty message") << QByteArray();
        QTest::newRow("numbers alone") << number(1, 8) + number(5, 1);
        QTest::newRow("a model without a graph") << number(1, 8) + bytes(2, "pytorch") + opset();
        QTest::newRow("a graph that is text") << number(1, 8) + bytes(7, "this is a text, no graph");
        QTest::newRow("zeros") << QByteArray(4096, '\0');
        QTest::newRow("a table") << QByteArray("1,2,3\n4,5,6\n");
        QTest::newRow("a text") << QByteArray("hello, world, this is no model at all");
        QTest::newRow("without an end") << QByteArray(4096, '\xff');
    }

    void nothingElseIsTakenForOne() {
        QFETCH(QByteArray, content);
        QCOMPARE(protobufFile(std::as_bytes(std::span(content.constData(), std::size_t(content.size())))),
                 ProtobufFile::none);
    }

    void aSavedModelOfKeras2IsSentToWhatReadsIt() {
        QDir(path(QString())).mkpath("saved");
        write("saved/saved_model.pb", number(1, 1) + bytes(2, metaGraph()));
        const auto alone = open(path("saved")).error().text();
        QVERIFY2(alone.ends_with("give that model's own file: .keras or .h5."), alone.c_str());
        write("saved/keras_metadata.pb", "x");
        for (const auto* given : {"saved", "saved/saved_model.pb"}) {
            const auto text = open(path(given)).error().text();
            QVERIFY2(text.ends_with("The package tf_keras saves it anew: "
                                    "tf_keras.models.load_model('FOLDER').save('model.keras')."),
                     text.c_str());
        }
    }
};

PLUMBLINE_TEST(tst_protobuf)
#include "tst_protobuf.moc"
