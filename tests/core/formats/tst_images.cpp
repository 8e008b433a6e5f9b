#include "tests/support/testcase.h"

#include "core/formats/data/source.h"
#include "tests/core/formats/pictures.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

using namespace plumbline;
using namespace plumbline::test;

namespace {

QByteArray bytes(std::initializer_list<int> values) {
    QByteArray out;
    for (const int value : values)
        out.append(static_cast<char>(value));
    return out;
}

} // namespace

class tst_images : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    SourceSpec saved(const QString& name, const QByteArray& content) {
        const auto path = m_folder.filePath(name);
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write");
        SourceSpec spec;
        spec.path = path.toStdString();
        return spec;
    }
    static Result<Tensor> read(const SourceSpec& spec) {
        const auto source = openSource(spec);
        if (!source)
            return std::unexpected(source.error());
        return (*source)->all();
    }
    static SourceSpec folder(const QString& path) {
        SourceSpec spec;
        spec.path = path.toStdString();
        return spec;
    }
    static std::vector<int> elements(const Tensor& tensor) {
        const auto span = tensor.span<std::uint8_t>();
        return {span.begin(), span.end()};
    }
    using Ints = std::vector<int>;

private slots:
    void colourPicturesAreOneRowOfThreeChannels() {
        const auto tensor = read(saved("a.png", makePng(2, 1, {}, {bytes({1, 2, 3, 250, 251, 252})})));
        VERIFY_RESULT(tensor);
        QCOMPARE(tensor->shape(), Shape({1, 1, 2, 3}));
        QCOMPARE(tensor->dtype(), DType::uint8);
        QVERIFY(elements(*tensor) == Ints({1, 2, 3, 250, 251, 252}));
    }

    void everyKindOfPngReads() {
        const auto of = [&](const PngRecipe& recipe, const QByteArray& row, std::uint32_t width = 2) {
            const auto tensor = read(saved("kind.png", makePng(width, 1, recipe, {row})));
            return tensor ? std::make_pair(tensor->shape().back(), elements(*tensor))
                          : std::make_pair(std::int64_t(-1), Ints());
        };
        QVERIFY(of({PNG_COLOR_TYPE_GRAY}, bytes({7, 200})) == std::make_pair(std::int64_t(1), Ints({7, 200})));
        QVERIFY(of({PNG_COLOR_TYPE_GRAY, 1}, bytes({0x40})) == std::make_pair(std::int64_t(1), Ints({0, 255})));
        QVERIFY(of({PNG_COLOR_TYPE_GRAY, 4}, bytes({0x0f})) == std::make_pair(std::int64_t(1), Ints({0, 255})));
        QVERIFY(of({PNG_COLOR_TYPE_GRAY, 16}, bytes({0x12, 0x34, 0xff, 0x00})) ==
                std::make_pair(std::int64_t(1), Ints({0x12, 0xff})));
        QVERIFY(of({PNG_COLOR_TYPE_RGB_ALPHA}, bytes({1, 2, 3, 4, 5, 6, 7, 8})) ==
                std::make_pair(std::int64_t(4), Ints({1, 2, 3, 4, 5, 6, 7, 8})));
        QVERIFY(of({PNG_COLOR_TYPE_GRAY_ALPHA}, bytes({1, 2, 3, 4})) ==
                std::make_pair(std::int64_t(2), Ints({1, 2, 3, 4})));
        QVERIFY(of({PNG_COLOR_TYPE_PALETTE, 8}, bytes({0, 3})) ==
                std::make_pair(std::int64_t(3), Ints({10, 20, 30, 100, 110, 120})));
        QVERIFY(of({PNG_COLOR_TYPE_PALETTE, 8, false, true}, bytes({1, 3})) ==
                std::make_pair(std::int64_t(4), Ints({40, 50, 60, 128, 100, 110, 120, 255})));
        QVERIFY(of({PNG_COLOR_TYPE_RGB, 8, true}, bytes({1, 2, 3, 4, 5, 6})) ==
                std::make_pair(std::int64_t(3), Ints({1, 2, 3, 4, 5, 6})));
    }

    void jpegsRead() {
        const auto grey = read(saved("g.jpg", makeJpeg(5, 4, false, 77)));
        VERIFY_RESULT(grey);
        QCOMPARE(grey->shape(), Shape({1, 4, 5, 1}));
        QVERIFY(std::abs(grey->flat(10) - 77) <= 1);
        const auto colour = read(saved("c.jpg", makeJpeg(5, 4, true, 200, true)));
        VERIFY_RESULT(colour);
        QCOMPARE(colour->shape(), Shape({1, 4, 5, 3}));
        QVERIFY(std::abs(colour->flat(30) - 200) <= 2);
    }

    void aFolderIsABatchInTheOrderOfNames() {
        saved("set/b/2.png", makePng(1, 1, {PNG_COLOR_TYPE_GRAY}, {bytes({20})}));
        saved("set/a/1.png", makePng(1, 1, {PNG_COLOR_TYPE_GRAY}, {bytes({10})}));
        saved("set/c.jpeg", makeJpeg(1, 1, false, 30));
        saved("set/notes.txt", "no picture");
        const auto tensor = read(folder(m_folder.filePath("set")));
        VERIFY_RESULT(tensor);
        QCOMPARE(tensor->shape(), Shape({3, 1, 1, 1}));
        QCOMPARE(tensor->flat(0), 10.0);
        QCOMPARE(tensor->flat(1), 20.0);
        const auto entries = listSource(m_folder.filePath("set").toStdString());
        VERIFY_RESULT(entries);
        QCOMPARE(entries->front().shape, Shape({3, 1, 1, 1}));
    }

    void greyAmongColoursIsSpread() {
        saved("mixed/1.png", makePng(1, 1, {PNG_COLOR_TYPE_GRAY}, {bytes({9})}));
        saved("mixed/2.png", makePng(1, 1, {PNG_COLOR_TYPE_RGB_ALPHA}, {bytes({1, 2, 3, 4})}));
        const auto tensor = read(folder(m_folder.filePath("mixed")));
        VERIFY_RESULT(tensor);
        QVERIFY(elements(*tensor) == Ints({9, 9, 9, 255, 1, 2, 3, 4}));
    }

    void differentSizesAreNamed() {
        saved("sizes/first.png", makePng(2, 1, {PNG_COLOR_TYPE_GRAY}, {bytes({1, 2})}));
        saved("sizes/second.png", makePng(1, 1, {PNG_COLOR_TYPE_GRAY}, {bytes({1})}));
        const auto refused = read(folder(m_folder.filePath("sizes")));
        QVERIFY(!refused);
        QCOMPARE(refused.error().message.id(), std::string("image.sizes"));
        QVERIFY(refused.error().text().ends_with(
            "differ in size: first.png has 2 x 1, second.png has 1 x 1 (width x height). One array needs one size."));
        QDir().mkpath(m_folder.filePath("empty"));
        const auto none = read(folder(m_folder.filePath("empty")));
        QVERIFY(!none);
        QCOMPARE(none.error().message.id(), std::string("image.none"));
    }

    void aMapApplies() {
        auto spec = saved("scaled.png", makePng(2, 1, {PNG_COLOR_TYPE_GRAY}, {bytes({0, 255})}));
        spec.map = *parseAffineMap("x/127.5-1");
        const auto tensor = read(spec);
        VERIFY_RESULT(tensor);
        QCOMPARE(tensor->dtype(), DType::float32);
        QCOMPARE(tensor->flat(0), -1.0);
        QCOMPARE(tensor->flat(1), 1.0);
    }

    void aPictureCutAnywhereIsAnError() {
        std::vector<QByteArray> rows;
        for (int y = 0; y < 6; ++y)
            rows.push_back(bytes({y, 2 * y, 3 * y, 4, 5, 6, 7, 8 * y, 9}));
        for (const auto& whole :
             {makePng(3, 6, {}, rows), makeJpeg(16, 16, true, 120), makeJpeg(16, 16, false, 120, true)}) {
            const auto intact = read(saved("cut.bin", whole));
            VERIFY_RESULT(intact);
            for (qsizetype length = 0; length < whole.size(); ++length) {
                const auto cut = read(saved("cut.bin", whole.left(length)));
                QVERIFY2(!cut || whole.startsWith("\xff\xd8"), qPrintable(QString::number(length)));
                if (!cut)
                    QVERIFY(!cut.error().text().empty());
                else // a JPEG may lack its end marker alone
                    QVERIFY(length >= whole.size() - 2);
            }
        }
    }

    void aPictureThatClaimsMillionsOfPixelsIsRefused() {
        auto png = makePng(1, 1, {PNG_COLOR_TYPE_GRAY}, {bytes({1})});
        png[16 + 2] = char(0xff); // the width's third byte; the checksum of the chunk is wrong now too
        QVERIFY(!read(saved("wide.png", png)));
        auto jpeg = makeJpeg(8, 8, true, 9);
        const auto frame = jpeg.indexOf("\xff\xc0");
        QVERIFY(frame > 0);
        jpeg[frame + 5] = jpeg[frame + 7] = char(0xff);
        const auto refused = read(saved("wide.jpg", jpeg));
        QVERIFY(!refused);
        QCOMPARE(refused.error().message.id(), std::string("image.size"));
    }
};

PLUMBLINE_TEST(tst_images)
#include "tst_images.moc"
