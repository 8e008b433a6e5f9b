#include "tests/support/testcase.h"

#include "core/formats/data/random.h"
#include "core/formats/data/source.h"
#include "core/formats/data/writers.h"
#include "tests/core/formats/pictures.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>

#include <hdf5.h>
#include <sys/stat.h>
#include <zip.h>

using namespace plumbline;
using namespace plumbline::test;

// Whatever the bytes are, a reader answers with elements or with a sentence: it never dies, never takes memory that the
// bytes do not warrant, never takes long. Mutations are drawn from a fixed seed: a failure repeats. Run under the asan
// preset too.

class tst_hostiledata : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    std::vector<std::pair<QString, QByteArray>> m_seeds;

    QByteArray contentOf(const QString& name) const {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::ReadOnly))
            qFatal("no %s", qPrintable(name));
        return file.readAll();
    }
    std::string path(const QString& name) const { return m_folder.filePath(name).toStdString(); }

    void makeDeflated() {
        int code = 0;
        auto* archive = zip_open(path("deflated.npz").c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
        const auto npy = contentOf("a.npy");
        const auto index =
            zip_file_add(archive, "x.npy", zip_source_buffer(archive, npy.constData(), zip_uint64_t(npy.size()), 0), 0);
        zip_set_file_compression(archive, zip_uint64_t(index), ZIP_CM_DEFLATE, 9);
        if (zip_close(archive) != 0)
            qFatal("cannot write");
    }
    void makeHdf5() {
        const auto id = H5Fcreate(path("a.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
        const hsize_t extents[] = {6, 4}, chunk[] = {2, 4};
        const auto space = H5Screate_simple(2, extents, nullptr);
        const auto creation = H5Pcreate(H5P_DATASET_CREATE);
        H5Pset_chunk(creation, 2, chunk);
        H5Pset_deflate(creation, 5);
        const float elements[24] = {1, 2, 3};
        for (const char* name : {"packed", "plain"}) {
            const auto set = H5Dcreate2(id, name, H5T_NATIVE_FLOAT, space, H5P_DEFAULT,
                                        *name == 'p' && name[1] == 'a' ? creation : H5P_DEFAULT, H5P_DEFAULT);
            H5Dwrite(set, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, elements);
            H5Dclose(set);
        }
        H5Pclose(creation);
        H5Sclose(space);
        H5Fclose(id);
    }

    /// Everything a user could do with the file. True where something of it reads.
    bool exercise(const QByteArray& content) {
        {
            QFile file(m_folder.filePath("hostile"));
            if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
                qFatal("cannot write");
        }
        const auto entries = listSource(path("hostile"));
        if (!entries) {
            checkError(entries.error());
            return false;
        }
        bool read = false;
        for (const auto& entry : *entries) {
            SourceSpec spec;
            spec.path = path("hostile");
            spec.part = entry.part;
            const auto source = openSource(spec);
            if (!source) {
                checkError(source.error());
                continue;
            }
            const auto rows = (*source)->shape().rank() > 0 ? (*source)->shape()[0] : 0;
            if (rows > 0) {
                const auto last = (*source)->rows(rows - 1, 1);
                if (!last)
                    checkError(last.error());
                else if (last->elements() > 0)
                    static_cast<void>(last->flat(last->elements() - 1));
            }
            const auto all = (*source)->all();
            if (!all) {
                checkError(all.error());
                continue;
            }
            // No seed is larger than some hundred bytes; what comes out is bounded by what went in and deflate's best.
            if (all->bytes() > std::size_t(content.size() + 64) * 1100 + (1u << 20))
                qFatal("%zu bytes out of %lld", all->bytes(), (long long)content.size());
            if (all->elements() > 0)
                static_cast<void>(all->contiguous()->flat(all->elements() / 2));
            read = true;
        }
        return read;
    }
    static void checkError(const Error& error) {
        if (error.text().empty() || error.message.id().empty() || error.text().find('{') != std::string::npos)
            qFatal("no sentence: %s %s", error.message.id().c_str(), error.text().c_str());
    }

private slots:
    void initTestCase() {
        const auto array = Tensor::of<float>({3, 4}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
        const auto npy = writeNpy(path("a.npy"), array);
        VERIFY_RESULT(npy);
        const auto npz = writeNpz(path("a.npz"), {{"x", array}, {"label", Tensor::of<std::int64_t>({2}, {1, 2})}});
        VERIFY_RESULT(npz);
        makeDeflated();
        makeHdf5();
        for (const auto* name : {"a.npy", "a.npz", "deflated.npz", "a.h5"})
            m_seeds.emplace_back(name, contentOf(name));
        QByteArray fortran = contentOf("a.npy");
        fortran.replace("False", "True ");
        fortran.replace("<f4", ">f4");
        m_seeds.emplace_back("fortran.npy", fortran);
        m_seeds.emplace_back("a.csv", "\xef\xbb\xbfname,\"si\"\"ze\",c\r\n1,2.5,\r\n\"3\",nan,-inf\r\n");
        m_seeds.emplace_back("b.csv", "a;b\n1,5;2\n\n3;4\n");
        std::vector<QByteArray> rows(5, QByteArray(15, '\x21'));
        m_seeds.emplace_back("rgb.png", makePng(5, 5, {PNG_COLOR_TYPE_RGB, 8, true}, rows));
        m_seeds.emplace_back("palette.png", makePng(5, 5, {PNG_COLOR_TYPE_PALETTE, 8, false, true},
                                                    std::vector<QByteArray>(5, QByteArray(5, '\2'))));
        m_seeds.emplace_back("a.jpg", makeJpeg(17, 9, true, 90));
        m_seeds.emplace_back("progressive.jpg", makeJpeg(17, 9, true, 90, true));
        for (const auto& [name, content] : m_seeds)
            QVERIFY2(exercise(content), qPrintable(name));
    }

    void filesCutAtAnyByte() {
        for (const auto& [name, whole] : m_seeds) {
            const qsizetype step = std::max<qsizetype>(1, whole.size() / 400);
            for (qsizetype length = 0; length < whole.size(); length += step)
                exercise(whole.left(length));
        }
    }

    void filesWithChangedBytes() {
        Random random(20);
        for (const auto& [name, whole] : m_seeds)
            for (int round = 0; round < 300; ++round) {
                QByteArray changed = whole;
                for (auto changes = 1 + random.below(4); changes > 0; --changes) {
                    const auto at = qsizetype(random.below(std::uint64_t(changed.size())));
                    switch (random.below(4)) {
                    case 0: changed[at] = char(random.below(256)); break;
                    case 1: changed[at] = char(changed[at] ^ (1 << random.below(8))); break;
                    case 2: changed[at] = char(random.below(2) ? 0xff : 0x7f); break;
                    default: changed[at] = 0; break;
                    }
                }
                exercise(changed);
            }
    }

    void filesWithPartsMovedAndRepeated() {
        Random random(21);
        for (const auto& [name, whole] : m_seeds)
            for (int round = 0; round < 100; ++round) {
                const auto from = qsizetype(random.below(std::uint64_t(whole.size()))),
                           to = qsizetype(random.below(std::uint64_t(whole.size())));
                const auto part = whole.mid(from, qsizetype(1 + random.below(40)));
                QByteArray changed = whole;
                switch (random.below(3)) {
                case 0: changed.insert(to, part); break;
                case 1: changed.remove(to, part.size()); break;
                default: changed.replace(to, part.size(), part); break;
                }
                exercise(changed);
            }
    }

    void headersWithNumbersOfEverySize() { // every digit of a .npy header, grown
        const auto whole = m_seeds.front().second;
        for (qsizetype at = 10; at < 128; ++at)
            if (QChar(QLatin1Char(whole[at])).isDigit())
                for (const auto* digits :
                     {"0", "-1", "9", "99999", "4294967296", "9223372036854775807", "99999999999999999999999"}) {
                    QByteArray changed = whole;
                    changed.replace(at, 1, digits);
                    exercise(changed);
                    changed[8] = char(changed[8] + qsizetype(qstrlen(digits)) - 1);
                    exercise(changed);
                }
    }

    void aTableOfQuotesOrOfCommasTakesNoTime() {
        QElapsedTimer timer;
        timer.start();
        for (const auto& text : {QByteArray(2'000'000, '"'), QByteArray(2'000'000, ','), QByteArray(2'000'000, '\n'),
                                 QByteArray("\"\"\"").repeated(700'000), QByteArray("1,\n").repeated(300'000),
                                 QByteArray("a ").repeated(500'000)})
            exercise(text);
        QVERIFY2(timer.elapsed() < 20'000, qPrintable(QString::number(timer.elapsed())));
    }

    void whatIsNoFileIsNamed() {
        for (const auto* name : {"/dev/zero", "/proc/self/mem", "/nonexistent/x.npy", ""}) {
            SourceSpec spec;
            spec.path = name;
            const auto refused = openSource(spec);
            QVERIFY2(!refused, name);
            checkError(refused.error());
        }
    }

    void aPipeThatNobodyWritesIntoIsNotWaitedFor() {
        SourceSpec spec;
        spec.path = m_folder.filePath("pipe.npy").toStdString();
        QCOMPARE(::mkfifo(spec.path.c_str(), 0600), 0);
        const auto refused = openSource(spec);
        QVERIFY(!refused);
        checkError(refused.error());
    }
};

PLUMBLINE_TEST(tst_hostiledata)
#include "tst_hostiledata.moc"
