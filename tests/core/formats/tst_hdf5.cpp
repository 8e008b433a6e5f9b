#include "tests/support/testcase.h"

#include "core/formats/bytes/hdf5.h"

#include <QFile>
#include <QTemporaryDir>

#include <fcntl.h>
#include <hdf5.h>
#include <sys/file.h>
#include <unistd.h>

using namespace plumbline;

namespace {

/// Writes with HDF5 itself what the reader is then asked for.
class Writer {
public:
    explicit Writer(const QString& path) {
        m_file = H5Fcreate(path.toUtf8().constData(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    }
    ~Writer() { H5Fclose(m_file); }
    hid_t file() const { return m_file; }

    void dataset(const char* name, std::vector<hsize_t> shape, const std::vector<float>& elements,
                 hid_t creation = H5P_DEFAULT) {
        const auto space = H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
        const auto set = H5Dcreate2(m_file, name, H5T_IEEE_F32BE, space, H5P_DEFAULT, creation, H5P_DEFAULT);
        if (!elements.empty())
            H5Dwrite(set, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, elements.data());
        H5Dclose(set);
        H5Sclose(space);
    }

    void fixedTexts(const char* name, const std::vector<std::string>& texts, std::size_t size) {
        const auto type = H5Tcopy(H5T_C_S1);
        H5Tset_size(type, size);
        std::string bytes;
        for (const auto& text : texts)
            bytes += text + std::string(size - text.size(), '\0');
        attribute(name, type, texts.size(), bytes.data());
    }

    void variableTexts(const char* name, std::vector<const char*> texts) {
        const auto type = H5Tcopy(H5T_C_S1);
        H5Tset_size(type, H5T_VARIABLE);
        attribute(name, type, texts.size(), texts.data());
    }

    void attribute(const char* name, hid_t type, hsize_t count, const void* data) {
        const auto space = H5Screate_simple(1, &count, nullptr);
        const auto id = H5Acreate2(m_file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
        if (data)
            H5Awrite(id, type, data);
        H5Aclose(id);
        H5Sclose(space);
    }

private:
    hid_t m_file;
};

} // namespace

class tst_hdf5 : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    QString path(const char* name) const { return m_folder.filePath(name); }

private slots:
    void initTestCase() { QVERIFY(!Hdf5File::open("nowhere.h5")); } // the first file opened makes LZF known

    void elementsComeInNativeOrder() {
        {
            Writer writer(path("a.h5"));
            H5Gclose(H5Gcreate2(writer.file(), "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
            writer.dataset("g/x", {2, 3}, {1, 2, 3, 4, 5, 6});
        }
        const auto file = Hdf5File::open(path("a.h5").toStdString());
        VERIFY_RESULT(file);
        const auto set = file->root().dataset("g/x");
        VERIFY_RESULT(set);
        QCOMPARE(set->shape(), Shape({2, 3}));
        QCOMPARE(set->dtype(), DType::float32);
        QCOMPARE(set->read()->flat(4), 5.0);
        QCOMPARE(set->rows(1, 1)->flat(0), 4.0);
        QVERIFY(!set->rows(1, 2));
    }

    void gzipAndLzfAreRead() {
        for (const int filter : {int(H5Z_FILTER_DEFLATE), 32000}) {
            if (H5Zfilter_avail(filter) <= 0) {
                qInfo("filter %d is not installed here", filter);
                continue;
            }
            {
                Writer writer(path("packed.h5"));
                const auto creation = H5Pcreate(H5P_DATASET_CREATE);
                const hsize_t chunk = 100;
                H5Pset_chunk(creation, 1, &chunk);
                H5Pset_shuffle(creation);
                const unsigned level = 6;
                H5Pset_filter(creation, filter, H5Z_FLAG_MANDATORY, filter == H5Z_FILTER_DEFLATE ? 1 : 0, &level);
                writer.dataset("x", {1000}, std::vector<float>(1000, 2.5f), creation);
            }
            const auto file = Hdf5File::open(path("packed.h5").toStdString());
            VERIFY_RESULT(file);
            const auto tensor = file->root().dataset("x")->read();
            VERIFY_RESULT(tensor);
            QCOMPARE(tensor->flat(999), 2.5);
        }
    }

    void stringsOfBothKindsAndSplitListsRead() {
        {
            Writer writer(path("text.h5"));
            writer.fixedTexts("backend", {"tensorflow"}, 10);
            writer.variableTexts("keras_version", {"2.13.1"});
            writer.fixedTexts("layer_names0", {"dense", "lstm"}, 16);
            writer.variableTexts("layer_names1", {"out"});
            writer.attribute("weight_names", H5T_NATIVE_DOUBLE, 0, nullptr);
            const double number = 1;
            writer.attribute("number", H5T_NATIVE_DOUBLE, 1, &number);
        }
        const auto file = Hdf5File::open(path("text.h5").toStdString());
        VERIFY_RESULT(file);
        QCOMPARE(**file->root().text("backend"), std::string("tensorflow"));
        QCOMPARE(**file->root().text("keras_version"), std::string("2.13.1"));
        QCOMPARE(*file->root().texts("layer_names"), std::vector<std::string>({"dense", "lstm", "out"}));
        QCOMPARE(file->root().texts("weight_names")->size(), std::size_t(0));
        QVERIFY(!file->root().text("missing")->has_value());
        const auto number = file->root().text("number");
        QVERIFY(!number);
        QVERIFY(number.error().text().find("Attribute number of / in") == 0);
    }

    void childrenAreSortedAsPeopleCount() {
        {
            Writer writer(path("order.h5"));
            for (const char* name : {"10", "2", "0"})
                writer.dataset(name, {1}, {1});
        }
        const auto file = Hdf5File::open(path("order.h5").toStdString());
        const auto children = file->root().children();
        VERIFY_RESULT(children);
        QCOMPARE((*children)[1].name, std::string("2"));
        QCOMPARE((*children)[2].name, std::string("10"));
    }

    void linksAreNotFollowed() {
        {
            Writer writer(path("links.h5"));
            writer.dataset("real", {1}, {1});
            H5Lcreate_soft("/real", writer.file(), "soft", H5P_DEFAULT, H5P_DEFAULT);
            H5Lcreate_external("/etc/passwd", "/x", writer.file(), "external", H5P_DEFAULT, H5P_DEFAULT);
        }
        const auto file = Hdf5File::open(path("links.h5").toStdString());
        for (const char* name : {"soft", "external", "external/x"}) {
            const auto set = file->root().dataset(name);
            QVERIFY(!set);
            QCOMPARE(set.error().code, ErrorCode::refused);
        }
    }

    void groupsThatLeadBackAreListedOnce() {
        {
            Writer writer(path("cycle.h5"));
            H5Gclose(H5Gcreate2(writer.file(), "a", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
            for (int i = 0; i < 30; ++i) // each way back doubles what a walk without memory meets
                H5Lcreate_hard(writer.file(), "/", writer.file(), ("a/up" + std::to_string(i)).c_str(), H5P_DEFAULT,
                               H5P_DEFAULT);
            writer.dataset("x", {1}, {1});
        }
        const auto file = Hdf5File::open(path("cycle.h5").toStdString());
        VERIFY_RESULT(file);
        const auto paths = listDatasets(file->root());
        VERIFY_RESULT(paths);
        QCOMPARE(*paths, std::vector<std::string>{"x"});
    }

    void aFileThatIsBeingWrittenIsNotCalledDamaged() {
        const Writer writer(path("writing.h5"));
        H5Fflush(writer.file(), H5F_SCOPE_GLOBAL);
        // HDF5 shares a file that one process opens twice: the lock of another is taken by hand.
        QVERIFY(QFile::copy(path("writing.h5"), path("locked.h5")));
        const int other = ::open(path("locked.h5").toUtf8().constData(), O_RDONLY);
        QCOMPARE(::flock(other, LOCK_EX), 0);
        const auto file = Hdf5File::open(path("locked.h5").toStdString());
        ::close(other);
        QVERIFY(!file);
        QCOMPARE(file.error().message.id(), std::string("hdf5.locked"));
    }

    void aChunkFarLargerThanItsDatasetIsRefused() {
        {
            Writer writer(path("chunk.h5"));
            const auto creation = H5Pcreate(H5P_DATASET_CREATE);
            const hsize_t chunk[] = {10'000, 50'000}, now[] = {2, 2}, most[] = {H5S_UNLIMITED, H5S_UNLIMITED};
            H5Pset_chunk(creation, 2, chunk); // 2 GB
            const auto space = H5Screate_simple(2, now, most);
            H5Dclose(H5Dcreate2(writer.file(), "x", H5T_IEEE_F32LE, space, H5P_DEFAULT, creation, H5P_DEFAULT));
            H5Sclose(space);
            H5Pclose(creation);
        }
        const auto file = Hdf5File::open(path("chunk.h5").toStdString());
        VERIFY_RESULT(file);
        const auto set = file->root().dataset("x");
        QVERIFY(!set);
        QCOMPARE(set.error().message.id(), std::string("hdf5.chunk"));
    }

    void dataKeptInOtherFilesAreNotOpened() {
        {
            Writer writer(path("outside.h5"));
            const auto external = H5Pcreate(H5P_DATASET_CREATE);
            H5Pset_external(external, "/etc/hostname", 0, 4);
            writer.dataset("external", {1}, {}, external);
            const auto isVirtual = H5Pcreate(H5P_DATASET_CREATE);
            const hsize_t one = 1;
            const auto space = H5Screate_simple(1, &one, nullptr);
            H5Pset_virtual(isVirtual, space, "other.h5", "/x", space);
            writer.dataset("virtual", {1}, {}, isVirtual);
        }
        const auto file = Hdf5File::open(path("outside.h5").toStdString());
        for (const char* name : {"external", "virtual"}) {
            const auto set = file->root().dataset(name);
            QVERIFY(!set);
            QCOMPARE(set.error().message.id(), std::string("hdf5.external"));
        }
    }

    void aShapeFarBeyondWhatIsStoredIsRefused() {
        {
            Writer writer(path("huge.h5"));
            const auto creation = H5Pcreate(H5P_DATASET_CREATE);
            const hsize_t chunk = 1024;
            H5Pset_chunk(creation, 1, &chunk);
            writer.dataset("x", {1ull << 50}, {}, creation);
        }
        const auto file = Hdf5File::open(path("huge.h5").toStdString());
        const auto set = file->root().dataset("x");
        QVERIFY(!set);
        QVERIFY2(set.error().text().find(
                     "declares the shape (1125899906842624,) of float32, but only 0 B are stored") != std::string::npos,
                 set.error().text().c_str());
    }

    void aMissingPartIsNamed() {
        {
            Writer writer(path("missing.h5"));
            writer.dataset("x", {1}, {1});
        }
        const auto file = Hdf5File::open(path("missing.h5").toStdString());
        const auto set = file->root().dataset("layers/dense");
        QVERIFY(!set);
        QVERIFY(set.error().text().ends_with("missing.h5 has no group layers."));
    }

    void everyCutIsAnErrorAndNoCrash() {
        {
            Writer writer(path("whole.h5"));
            writer.dataset("x", {100}, std::vector<float>(100, 1));
            writer.fixedTexts("names", {"a", "b"}, 4);
        }
        QFile file(path("whole.h5"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto whole = file.readAll();
        for (qsizetype size = 0; size < whole.size(); size += 7) {
            const auto cut =
                Hdf5File::fromMemory(std::as_bytes(std::span(whole.constData(), std::size_t(size))), "cut.h5");
            if (!cut)
                continue;
            const auto set = cut->root().dataset("x");
            QVERIFY(!set || !set->read());
        }
        const auto good =
            Hdf5File::fromMemory(std::as_bytes(std::span(whole.constData(), std::size_t(whole.size()))), "whole.h5");
        VERIFY_RESULT(good);
        QCOMPARE(good->root().dataset("x")->read()->flat(99), 1.0);
    }

    void flippedBytesNeverCrashTheReader() {
        QFile file(path("whole.h5"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto whole = file.readAll();
        for (qsizetype at = 0; at < whole.size(); at += 3) {
            auto bytes = whole;
            bytes[at] = static_cast<char>(bytes[at] ^ 0xff);
            const auto flipped =
                Hdf5File::fromMemory(std::as_bytes(std::span(bytes.constData(), std::size_t(bytes.size()))), "f.h5");
            if (!flipped)
                continue;
            (void)flipped->root().texts("names");
            if (const auto set = flipped->root().dataset("x"))
                (void)set->read();
        }
    }
};

PLUMBLINE_TEST(tst_hdf5)
#include "tst_hdf5.moc"
