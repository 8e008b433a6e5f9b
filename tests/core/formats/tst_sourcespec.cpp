#include "tests/support/testcase.h"

#include "core/formats/data/source.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

using namespace plumbline;

class tst_sourcespec : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    std::string file(const QString& name) {
        QFile f(m_folder.filePath(name));
        if (!f.open(QIODevice::WriteOnly))
            qFatal("no file");
        return m_folder.filePath(name).toStdString();
    }

private slots:
    void nameFilePartAndMapAreTold() {
        const auto path = file("latents.npz");
        const auto spec = parseSourceSpec("z=" + path + ":z@x/255");
        VERIFY_RESULT(spec);
        QCOMPARE(spec->input, std::string("z"));
        QCOMPARE(spec->path, path);
        QCOMPARE(spec->part, std::string("z"));
        QCOMPARE(spec->map->scale, 1.0 / 255);
        QCOMPARE(spec->map->text, std::string("x/255"));
    }

    void anExistingPathIsTakenWhole() {
        QDir(m_folder.path()).mkpath("run=3:b");
        for (const auto* name : {"run=3:b/a@x", "a=b.npy", "c:d.npy", "e@x"}) {
            const auto path = file(name);
            const auto spec = parseSourceSpec(path);
            VERIFY_RESULT(spec);
            QCOMPARE(spec->path, path);
            QVERIFY(spec->input.empty() && spec->part.empty() && !spec->map);
        }
        const auto path = m_folder.filePath("run=3:b/a@x").toStdString();
        const auto spec = parseSourceSpec("image=" + path + "@x-1");
        VERIFY_RESULT(spec);
        QCOMPARE(spec->input, std::string("image"));
        QCOMPARE(spec->path, path);
        QCOMPARE(spec->map->offset, -1.0);
    }

    void pathsInsideHdf5AreParts() {
        const auto path = file("data.h5");
        const auto spec = parseSourceSpec(path + ":/train/x");
        VERIFY_RESULT(spec);
        QCOMPARE(spec->part, std::string("/train/x"));
    }

    void missingFilesAreStillNamed() {
        const auto spec = parseSourceSpec("z=nowhere/gone.h5:/train/x@2*x");
        VERIFY_RESULT(spec);
        QCOMPARE(spec->input, std::string("z"));
        QCOMPARE(spec->path, std::string("nowhere/gone.h5"));
        QCOMPARE(spec->part, std::string("/train/x"));
        const auto opened = openSource(*spec);
        QVERIFY(!opened);
        QCOMPARE(opened.error().text(), std::string("nowhere/gone.h5 does not exist."));
        QCOMPARE(opened.error().file, std::string("nowhere/gone.h5"));
    }

    void lawsAreTold() {
        const auto spec = parseSourceSpec("z=normal(0, 1)");
        VERIFY_RESULT(spec);
        QCOMPARE(spec->input, std::string("z"));
        QCOMPARE(spec->law->text(), std::string("normal(0,1)"));
        const auto mapped = parseSourceSpec("integers(0,256)@x/255");
        VERIFY_RESULT(mapped);
        QVERIFY(mapped->law && mapped->map);
        for (const auto* wrong : {"normal(0,-1)", "normal(0)", "uniform(1,1)", "integers(0,2.5)", "normal(nan,1)"}) {
            const auto refused = parseSourceSpec(wrong);
            QVERIFY2(!refused, wrong);
            QCOMPARE(refused.error().code, ErrorCode::wrongCall);
        }
    }

    void mapsAreLinearExpressions_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<double>("scale");
        QTest::addColumn<double>("offset");
        QTest::newRow("x/255") << "x/255" << 1.0 / 255 << 0.0;
        QTest::newRow("x/127.5-1") << "x/127.5-1" << 1.0 / 127.5 << -1.0;
        QTest::newRow("2*x+1") << "2*x+1" << 2.0 << 1.0;
        QTest::newRow("(x-127.5)/127.5") << "(x-127.5)/127.5" << 1.0 / 127.5 << -1.0;
        QTest::newRow("x*2-1") << "x*2-1" << 2.0 << -1.0;
        QTest::newRow("blanks") << " ( x - 0.5 ) / 0.25 " << 4.0 << -2.0;
        QTest::newRow("minus") << "1-x" << -1.0 << 1.0;
        QTest::newRow("-(x)") << "-(x)*1e2" << -100.0 << 0.0;
        QTest::newRow("x+x") << "x+x" << 2.0 << 0.0;
    }
    void mapsAreLinearExpressions() {
        QFETCH(QString, text);
        QFETCH(double, scale);
        QFETCH(double, offset);
        const auto map = parseAffineMap(text.toStdString());
        VERIFY_RESULT(map);
        QCOMPARE(map->scale, scale);
        QCOMPARE(map->offset, offset);
    }

    void whatIsNoMapIsRefused() {
        for (const auto* text :
             {"", "x*x", "1/x", "x/0", "3", "x-x", "x+", "2x", "sqrt(x)", "((x)", "x/255)", "nan*x", "y"}) {
            const auto map = parseAffineMap(text);
            QVERIFY2(!map, text);
            QCOMPARE(map.error().code, ErrorCode::wrongCall);
        }
        QVERIFY(!parseAffineMap(std::string(100'000, '(') + "x"));
    }

    void aMapMakesBytesFloat32AndKeepsFloats() {
        const auto map = parseAffineMap("x/127.5-1");
        VERIFY_RESULT(map);
        const auto bytes = applyMap(*map, Tensor::of<std::uint8_t>({3}, {0, 51, 255}));
        VERIFY_RESULT(bytes);
        QCOMPARE(bytes->dtype(), DType::float32);
        QCOMPARE(bytes->flat(0), -1.0);
        QCOMPARE(bytes->flat(1), double(51 / 127.5f - 1));
        QCOMPARE(bytes->flat(2), 1.0);
        const auto wide = applyMap(*map, Tensor::of<double>({1}, {255}));
        VERIFY_RESULT(wide);
        QCOMPARE(wide->dtype(), DType::float64);
    }
};

PLUMBLINE_TEST(tst_sourcespec)
#include "tst_sourcespec.moc"
