#include "tests/support/testcase.h"

#include "core/formats/bytes/zip.h"
#include "core/formats/data/source.h"
#include "core/formats/data/writers.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <hdf5.h>
#include <zip.h>

using namespace plumbline;

class tst_containers : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    std::string path(const char* name) const { return m_folder.filePath(name).toStdString(); }
    static Result<std::unique_ptr<DataSource>> open(const std::string& path, const std::string& part = {}) {
        SourceSpec spec;
        spec.path = path;
        spec.part = part;
        return openSource(spec);
    }
    std::string savedNpz() {
        const auto file = path("two.npz");
        const auto written = writeNpz(file, {{"z", Tensor::of<float>({3, 2}, {1, 2, 3, 4, 5, 6})},
                                             {"outer/inner", Tensor::of<std::int64_t>({2}, {7, 8})}});
        if (!written)
            qFatal("%s", written.error().text().c_str());
        return file;
    }
    /// A deflated copy of one .npy member.
    std::string deflated(const char* name, const QByteArray& npy) {
        const auto file = path(name);
        int code = 0;
        auto* archive = zip_open(file.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
        auto* source = zip_source_buffer(archive, npy.constData(), static_cast<zip_uint64_t>(npy.size()), 0);
        const auto index = zip_file_add(archive, "x.npy", source, 0);
        zip_set_file_compression(archive, static_cast<zip_uint64_t>(index), ZIP_CM_DEFLATE, 1);
        if (zip_close(archive) != 0)
            qFatal("cannot write");
        return file;
    }
    QByteArray npy(const Tensor& tensor) {
        const auto written = writeNpy(path("member.npy"), tensor);
        QFile file(m_folder.filePath("member.npy"));
        if (!written || !file.open(QIODevice::ReadOnly))
            qFatal("cannot write");
        return file.readAll();
    }
    std::string savedHdf5() {
        const auto file = path("data.h5");
        const auto id = H5Fcreate(file.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
        const auto group = H5Gcreate2(id, "train", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        const hsize_t extents[] = {3, 2};
        const auto space = H5Screate_simple(2, extents, nullptr);
        const float elements[] = {1, 2, 3, 4, 5, 6};
        for (const char* name : {"train/x", "y"}) {
            const auto set = H5Dcreate2(id, name, H5T_NATIVE_FLOAT, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
            H5Dwrite(set, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, elements);
            H5Dclose(set);
        }
        H5Sclose(space);
        H5Gclose(group);
        H5Fclose(id);
        return file;
    }

private slots:
    void membersAreListedAndOpenedByName() {
        const auto file = savedNpz();
        const auto entries = listSource(file);
        VERIFY_RESULT(entries);
        QCOMPARE(entries->size(), std::size_t(2));
        QCOMPARE((*entries)[0].part, std::string("z"));
        QCOMPARE((*entries)[0].shape, Shape({3, 2}));
        QCOMPARE((*entries)[1].part, std::string("outer/inner"));
        QCOMPARE((*entries)[1].dtype, DType::int64);
        const auto z = open(file, "z");
        VERIFY_RESULT(z);
        QCOMPARE((*z)->format(), std::string("npz"));
        const auto rows = (*z)->rows(1, 2);
        VERIFY_RESULT(rows);
        QCOMPARE(rows->flat(3), 6.0);
        const auto inner = open(file, "outer/inner.npy");
        VERIFY_RESULT(inner);
    }

    void severalMembersNeedAName() {
        const auto file = savedNpz();
        const auto unnamed = open(file);
        QVERIFY(!unnamed);
        QCOMPARE(unnamed.error().code, ErrorCode::wrongCall);
        QCOMPARE(unnamed.error().message.id(), std::string("npz.members"));
        QVERIFY(unnamed.error().text().ends_with("two.npz holds 2 arrays: z, outer/inner. Name one, as in " + file +
                                                 ":z."));
        const auto unknown = open(file, "w");
        QVERIFY(!unknown);
        QVERIFY(unknown.error().text().ends_with("has no array \"w\": it holds z, outer/inner."));
        const auto parted = open(path("member.npy"), "z");
        QVERIFY(!parted);
    }

    void deflatedMembersRead() {
        const auto tensor = Tensor::of<double>({2, 2}, {1, 2, 3, 4});
        const auto source = open(deflated("small.npz", npy(tensor)));
        VERIFY_RESULT(source);
        const auto all = (*source)->all();
        VERIFY_RESULT(all);
        QCOMPARE(all->dtype(), DType::float64);
        QCOMPARE(all->flat(3), 4.0);
    }

    void aLargeMemberIsStreamed() {
        std::vector<std::int32_t> counted(20'000'000); // 80 MB
        for (std::size_t i = 0; i < counted.size(); ++i)
            counted[i] = static_cast<std::int32_t>(i / 100);
        const auto source = open(deflated(
            "large.npz", npy(Tensor::of<std::int32_t>({200'000, 100}, std::span<const std::int32_t>(counted)))));
        VERIFY_RESULT(source);
        for (const std::int64_t begin : {0, 1000, 150'000, 20, 199'990}) { // forwards, and back again
            const auto rows = (*source)->rows(begin, 10);
            VERIFY_RESULT(rows);
            QCOMPARE(rows->flat(0), double(begin));
            QCOMPARE(rows->flat(999), double(begin + 9));
        }
    }

    void anObjectArrayAmongMembersIsRefused() {
        QByteArray object = npy(Tensor::of<double>({1}, {1}));
        object.replace("'<f8'", "'|O' ");
        const auto refused = open(deflated("object.npz", object));
        QVERIFY(!refused);
        QCOMPARE(refused.error().message.id(), std::string("npy.object"));
        QCOMPARE(refused.error().code, ErrorCode::refused);
    }

    void aMemberOfTextOrDamageHidesNoOther() {
        QByteArray object = npy(Tensor::of<double>({1}, {1}));
        object.replace("'<f8'", "'|O' ");
        const auto numbers = npy(Tensor::of<float>({2}, {1, 2}));
        const auto file = path("labelled.npz");
        int code = 0;
        auto* archive = zip_open(file.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
        const std::pair<const char*, const QByteArray*> members[] = {{"names.npy", &object}, {"z.npy", &numbers}};
        for (const auto& [name, bytes] : members)
            zip_file_add(archive, name, zip_source_buffer(archive, bytes->constData(), zip_uint64_t(bytes->size()), 0),
                         0);
        QCOMPARE(zip_close(archive), 0);
        const auto entries = listSource(file);
        VERIFY_RESULT(entries);
        QCOMPARE(entries->size(), std::size_t(1));
        QCOMPARE(entries->front().part, std::string("z"));
        const auto alone = listSource(deflated("object.npz", object));
        QVERIFY(!alone);
        QCOMPARE(alone.error().message.id(), std::string("npy.object"));
    }

    void ofTwoMembersOfOneNameTheLastCounts() { // as np.load has it
        const auto first = npy(Tensor::of<float>({3}, {1, 2, 3})), last = npy(Tensor::of<float>({2}, {4, 5}));
        const auto file = path("renamed.npz");
        int code = 0;
        auto* archive = zip_open(file.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
        for (const auto& [name, bytes] : {std::pair("z.npy", &first), std::pair("y.npy", &last)})
            zip_file_add(archive, name, zip_source_buffer(archive, bytes->constData(), zip_uint64_t(bytes->size()), 0),
                         0);
        QCOMPARE(zip_close(archive), 0);
        QFile raw(QString::fromStdString(file)); // libzip itself refuses to write a name twice
        QVERIFY(raw.open(QIODevice::ReadWrite));
        auto bytes = raw.readAll();
        bytes.replace("y.npy", "z.npy");
        raw.seek(0);
        raw.write(bytes);
        raw.close();
        const auto entries = listSource(file);
        VERIFY_RESULT(entries);
        QCOMPARE(entries->size(), std::size_t(1));
        const auto source = open(file);
        VERIFY_RESULT(source);
        QCOMPARE((*source)->shape(), Shape({2}));
    }

    void aZipWithoutArraysIsTold() {
        const auto file = path("model.zip");
        int code = 0;
        auto* archive = zip_open(file.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
        zip_file_add(archive, "config.json", zip_source_buffer(archive, "{}", 2, 0), 0);
        zip_close(archive);
        const auto refused = open(file);
        QVERIFY(!refused);
        QCOMPARE(refused.error().message.id(), std::string("npz.none"));
    }

    void writtenNpzIsTheSameEveryTime() {
        QFile first(QString::fromStdString(savedNpz()));
        QVERIFY(first.open(QIODevice::ReadOnly));
        const auto bytes = first.readAll();
        QFile second(QString::fromStdString(savedNpz()));
        QVERIFY(second.open(QIODevice::ReadOnly));
        QCOMPARE(second.readAll(), bytes);
        const auto half = writeNpz(path("half.npz"), {{"h", *Tensor::of<float>({1}, {1.5f}).cast(DType::bfloat16)}});
        VERIFY_RESULT(half);
        const auto back = open(path("half.npz"));
        VERIFY_RESULT(back);
        QCOMPARE((*back)->dtype(), DType::float32);
        QVERIFY(!writeNpz("/nonexistent-folder/x.npz", {{"a", Tensor::of<float>({1}, {1})}}));
        QVERIFY(!writeNpz(path("twice.npz"), {{"a", Tensor::of<float>({1}, {1})}, {"a", Tensor::of<float>({1}, {2})}}));
        QVERIFY(!QFile::exists(m_folder.filePath("twice.npz")));
    }

    void aWrittenNpzIsUnpackedInItsOwnFolder() {
        const auto one = Tensor::of<float>({1}, {1});
        const auto written =
            writeNpz(path("hostile.npz"), {{"../../x", one}, {"/etc/x", one}, {"outer/inner", one}, {"", one}});
        VERIFY_RESULT(written);
        const auto archive = ZipArchive::open(path("hostile.npz"), {});
        VERIFY_RESULT(archive);
        std::vector<std::string> names;
        for (const auto& member : archive->members())
            names.push_back(member.name);
        QCOMPARE(names, (std::vector<std::string>{"__/__/x.npy", "_etc/x.npy", "outer/inner.npy", ".npy"}));
    }

    void datasetsOfHdf5AreOpenedByPath() {
        const auto file = savedHdf5();
        for (const char* part : {"/train/x", "train/x", "y"}) {
            const auto source = open(file, part);
            VERIFY_RESULT(source);
            QCOMPARE((*source)->format(), std::string("hdf5"));
            const auto rows = (*source)->rows(1, 2);
            VERIFY_RESULT(rows);
            QCOMPARE(rows->shape(), Shape({2, 2}));
            QCOMPARE(rows->flat(0), 3.0);
        }
        const auto entries = listSource(file);
        VERIFY_RESULT(entries);
        QCOMPARE(entries->size(), std::size_t(2));
        const auto unnamed = open(file);
        QVERIFY(!unnamed);
        QCOMPARE(unnamed.error().message.id(), std::string("hdf5.members"));
        QVERIFY(unnamed.error().text().find("/train/x") != std::string::npos);
        const auto unknown = open(file, "/train/z");
        QVERIFY(!unknown);
        QVERIFY(unknown.error().text().find("has no dataset \"/train/z\"") != std::string::npos);
    }

    void aLinkOfHdf5IsNamedWhereItStands() {
        const auto file = savedHdf5();
        const auto id = H5Fopen(file.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
        H5Lcreate_soft("/train/x", id, "soft", H5P_DEFAULT, H5P_DEFAULT);
        H5Fclose(id);
        const auto refused = open(file, "soft");
        QVERIFY(!refused);
        QCOMPARE(refused.error().message.id(), std::string("hdf5.link"));
        const auto group = open(file, "train");
        QVERIFY(!group);
        QCOMPARE(group.error().message.id(), std::string("hdf5.members"));
    }

    void appendedRowsHaveTheTypeThatHoldsBoth_data() {
        QTest::addColumn<int>("first");
        QTest::addColumn<int>("second");
        QTest::addColumn<int>("both");
        const auto row = [](DType a, DType b, DType both) {
            QTest::addRow("%s and %s", name(a).data(), name(b).data()) << int(a) << int(b) << int(both);
        };
        using enum DType;
        row(int32, int64, int64); // NumPy's result_type
        row(uint8, int8, int16);
        row(uint64, int64, float64);
        row(boolean, uint8, uint8);
        row(int64, float32, float64);
        row(uint8, float16, float16);
        row(int16, float16, float32);
        row(float16, bfloat16, float32);
        row(float32, float64, float64);
    }
    void appendedRowsHaveTheTypeThatHoldsBoth() {
        QFETCH(int, first);
        QFETCH(int, second);
        QFETCH(int, both);
        const auto one = Tensor::of<float>({1, 1}, {1});
        for (const auto& [a, b] : {std::pair(first, second), std::pair(second, first)}) {
            std::vector<std::unique_ptr<DataSource>> sources;
            sources.push_back(tensorSource(*one.cast(DType(a))));
            sources.push_back(tensorSource(*one.cast(DType(b))));
            const auto appended = appendSources(std::move(sources));
            VERIFY_RESULT(appended);
            QCOMPARE(int((*appended)->dtype()), both);
        }
    }

    void sourcesOfOneNameFollowOneAnother() {
        std::vector<std::unique_ptr<DataSource>> sources;
        sources.push_back(tensorSource(Tensor::of<float>({2, 1}, {1, 2})));
        sources.push_back(tensorSource(Tensor::of<float>({3, 1}, {3, 4, 5})));
        const auto appended = appendSources(std::move(sources));
        VERIFY_RESULT(appended);
        QCOMPARE((*appended)->shape(), Shape({5, 1}));
        const auto rows = (*appended)->rows(1, 3);
        VERIFY_RESULT(rows);
        QCOMPARE(rows->flat(0), 2.0);
        QCOMPARE(rows->flat(2), 4.0);
        std::vector<std::unique_ptr<DataSource>> uneven;
        uneven.push_back(tensorSource(Tensor::of<float>({2, 1}, {1, 2})));
        uneven.push_back(tensorSource(Tensor::of<float>({1, 2}, {1, 2})));
        const auto refused = appendSources(std::move(uneven));
        QVERIFY(!refused);
        QCOMPARE(refused.error().message.id(), std::string("source.append"));
    }
};

PLUMBLINE_TEST(tst_containers)
#include "tst_containers.moc"
