#include "tests/support/testcase.h"

#include "core/formats/data/source.h"
#include "core/formats/data/writers.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <cstring>

using namespace plumbline;

namespace {

QByteArray npy(const QByteArray& dictionary, const QByteArray& elements, char major = 1) {
    QByteArray out("\x93NUMPY", 6);
    out += major;
    out += '\0';
    const auto length = static_cast<std::uint32_t>(dictionary.size());
    out += static_cast<char>(length & 0xff);
    out += static_cast<char>(length >> 8 & 0xff);
    if (major > 1) {
        out += static_cast<char>(length >> 16 & 0xff);
        out += static_cast<char>(length >> 24 & 0xff);
    }
    return out + dictionary + elements;
}

template<class T> QByteArray raw(std::initializer_list<T> values) {
    QByteArray out;
    for (const T value : values)
        out.append(reinterpret_cast<const char*>(&value), sizeof value);
    return out;
}

} // namespace

class tst_npy : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    SourceSpec saved(const QByteArray& bytes, const QString& name = "a.npy") {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("cannot write");
        SourceSpec spec;
        spec.path = m_folder.filePath(name).toStdString();
        return spec;
    }
    Result<Tensor> read(const QByteArray& bytes) {
        const auto source = openSource(saved(bytes));
        if (!source)
            return std::unexpected(source.error());
        return (*source)->all();
    }

private slots:
    void everyVersionReads() {
        for (const char major : {1, 2, 3}) {
            const auto tensor = read(
                npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }\n", raw({1.f, 2.f, 3.f, 4.f}), major));
            VERIFY_RESULT(tensor);
            QCOMPARE(tensor->shape(), Shape({2, 2}));
            QCOMPARE(tensor->flat(3), 4.0);
        }
    }

    void everyNumericTypeReads() {
        const auto one = [&](const char* descr, const QByteArray& element) {
            const auto tensor =
                read(npy(QByteArray("{'descr': '") + descr + "', 'fortran_order': False, 'shape': (1,), }", element));
            return tensor ? std::make_pair(tensor->dtype(), tensor->flat(0)) : std::make_pair(DType::bfloat16, -99.0);
        };
        QCOMPARE(one("|b1", raw<std::uint8_t>({1})), std::make_pair(DType::boolean, 1.0));
        QCOMPARE(one("|i1", raw<std::int8_t>({-5})), std::make_pair(DType::int8, -5.0));
        QCOMPARE(one("|u1", raw<std::uint8_t>({250})), std::make_pair(DType::uint8, 250.0));
        QCOMPARE(one("<i2", raw<std::int16_t>({-300})), std::make_pair(DType::int16, -300.0));
        QCOMPARE(one("<u2", raw<std::uint16_t>({60000})), std::make_pair(DType::uint16, 60000.0));
        QCOMPARE(one("<i4", raw<std::int32_t>({-70000})), std::make_pair(DType::int32, -70000.0));
        QCOMPARE(one("<u4", raw<std::uint32_t>({4000000000u})), std::make_pair(DType::uint32, 4e9));
        QCOMPARE(one("<i8", raw<std::int64_t>({-5000000000})), std::make_pair(DType::int64, -5e9));
        QCOMPARE(one("<u8", raw<std::uint64_t>({5000000000u})), std::make_pair(DType::uint64, 5e9));
        QCOMPARE(one("<f2", raw<std::uint16_t>({0x3e00})), std::make_pair(DType::float16, 1.5));
        QCOMPARE(one("<f4", raw({1.5f})), std::make_pair(DType::float32, 1.5));
        QCOMPARE(one("<f8", raw({1.5})), std::make_pair(DType::float64, 1.5));
        QCOMPARE(one(">i2", QByteArray("\x01\x02", 2)), std::make_pair(DType::int16, 258.0));
        QCOMPARE(one(">f4", QByteArray("\x3f\xc0\x00\x00", 4)), std::make_pair(DType::float32, 1.5));
    }

    void fortranOrderIsAView() {
        const auto spec = saved(
            npy("{'descr': '<i4', 'fortran_order': True, 'shape': (2, 3), }", raw<std::int32_t>({1, 4, 2, 5, 3, 6})));
        const auto source = openSource(spec);
        VERIFY_RESULT(source);
        const auto row = (*source)->rows(1, 1);
        VERIFY_RESULT(row);
        QCOMPARE(row->shape(), Shape({1, 3}));
        QCOMPARE(row->flat(0), 4.0);
        QCOMPARE(row->flat(2), 6.0);
    }

    void theNameDoesNotMatter() {
        const auto spec =
            saved(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", raw({7.f})), "array.dat");
        const auto source = openSource(spec);
        VERIFY_RESULT(source);
        QCOMPARE((*source)->format(), std::string("npy"));
    }

    void whatIsNoArrayOfNumbersIsRefusedByName() {
        const auto error = [&](const char* descr) {
            const auto result = read(npy(
                QByteArray("{'descr': ") + descr + ", 'fortran_order': False, 'shape': (1,), }", QByteArray(16, 'x')));
            return result ? Error() : result.error();
        };
        QCOMPARE(error("'|O'").message.id(), std::string("npy.object"));
        QCOMPARE(error("'|O'").code, ErrorCode::refused);
        QVERIFY(error("'|O'").text().find("pickle") != std::string::npos);
        QCOMPARE(error("'<U4'").message.id(), std::string("npy.text"));
        QCOMPARE(error("'|S4'").message.id(), std::string("npy.text"));
        QCOMPARE(error("'<c8'").message.id(), std::string("npy.dtype"));
        QCOMPARE(error("'<M8[ns]'").message.id(), std::string("npy.dtype"));
        QCOMPARE(error("[('a', '<f4'), ('b', '<f4', (2,))]").message.id(), std::string("npy.structured"));
    }

    void aHeaderThatPromisesTooMuchIsAClearSentence() {
        const auto huge =
            read(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000000,), }", QByteArray(64, '\0')));
        QVERIFY(!huge);
        QCOMPARE(huge.error().message.id(), std::string("npy.truncated"));
        QVERIFY(huge.error().text().ends_with(
            "promises an array of shape (1000000000000000,) and dtype float64, 8.0 PB, but holds 64 B of elements."));
        QVERIFY(huge.error().offset.has_value());
        for (const auto* shape : {"(9223372036854775807, 9223372036854775807)", "(0, 9223372036854775807, 4)", "(-1,)",
                                  "(4294967296, 4294967296)", "(99999999999999999999,)", "(1,", "()x", "(1 2)"}) {
            const auto refused =
                read(npy(QByteArray("{'descr': '<f4', 'fortran_order': False, 'shape': ") + shape + ", }",
                         QByteArray(64, '\0')));
            QVERIFY2(!refused, shape);
        }
    }

    void emptyAndScalarArraysRead() {
        const auto none = read(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 10), }", {}));
        VERIFY_RESULT(none);
        QCOMPARE(none->shape(), Shape({0, 10}));
        const auto scalar = read(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (), }", raw({3.f})));
        VERIFY_RESULT(scalar);
        QCOMPARE(scalar->flat(0), 3.0);
    }

    void aFileCutAnywhereNeverReads() {
        const auto whole =
            npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }\n", raw({1.f, 2.f, 3.f, 4.f}));
        for (qsizetype length = 0; length < whole.size(); ++length) {
            const auto cut = read(whole.left(length));
            QVERIFY2(!cut, qPrintable(QString::number(length)));
            QVERIFY(!cut.error().text().empty());
        }
    }

    void whatWeWriteReadsBack() {
        const auto path = m_folder.filePath("out.npy").toStdString();
        const std::size_t swap[] = {1, 0};
        const auto tensor = Tensor::of<float>({2, 3}, {1, 2, 3, 4, 5, 6}).transposed(swap);
        const auto written = writeNpy(path, tensor);
        VERIFY_RESULT(written);
        SourceSpec spec;
        spec.path = path;
        const auto source = openSource(spec);
        VERIFY_RESULT(source);
        const auto back = (*source)->all();
        VERIFY_RESULT(back);
        QCOMPARE(back->shape(), Shape({3, 2}));
        QCOMPARE(back->flat(1), 4.0);
        QVERIFY(back->isContiguous());
        QCOMPARE(QDir(m_folder.path()).entryList({"out.npy*"}).size(), 1);
        const auto refused = writeNpy("/nonexistent-folder/x.npy", tensor);
        QVERIFY(!refused);
        QVERIFY(refused.error().text().find("/nonexistent-folder/x.npy") != std::string::npos);
    }

    void rowsOutsideAreAnError() {
        const auto source =
            openSource(saved(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", raw({1.f, 2.f}))));
        VERIFY_RESULT(source);
        QVERIFY(!(*source)->rows(0, 3));
        QVERIFY(!(*source)->rows(-1, 1));
        QVERIFY(!(*source)->rows(3, 0));
        QVERIFY((*source)->rows(2, 0));
    }

    void aPickleIsRefused() {
        const auto refused = openSource(saved(QByteArray("\x80\x04\x95 pickle", 10), "data.pkl"));
        QVERIFY(!refused);
        QCOMPARE(refused.error().message.id(), std::string("data.pickle"));
        QCOMPARE(refused.error().code, ErrorCode::refused);
    }
};

PLUMBLINE_TEST(tst_npy)
#include "tst_npy.moc"
