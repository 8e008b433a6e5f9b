#include "core/formats/data/writers.h"
#include "tests/app/commandline/programs.h"

#include <QFileInfo>

/// Pictures of the window beside the documents.
class tst_pictures : public QObject, plumbline::test::Programs {
    Q_OBJECT
private slots:
    void aPictureAndADocumentTellOfOneRun() {
        const auto call = firstCase("first/one_sample.npy")
                          << "--screenshot" << file("picture.png") << "--json" << file("picture.json");
        if (!QFileInfo::exists(plumbline::test::binaryFile("plumbline-window"))) {
            const auto refused = run(call);
            QCOMPARE(refused.exit, 2);
            QVERIFY2(refused.errors.contains("without Qt Widgets"), refused.errors);
            return;
        }
        // Each start of a worker leaves a line.
        QFile counted(file("worker.sh"));
        QVERIFY(counted.open(QIODevice::WriteOnly));
        counted.write("#!/bin/sh\necho started >> '" + file("started").toUtf8() + "'\nexec '" +
                      plumbline::test::binaryFile("plumbline-worker").toUtf8() + "' \"$@\"\n");
        counted.close();
        QVERIFY(counted.setPermissions(QFile::ReadOwner | QFile::ExeOwner));
        qputenv("PLUMBLINE_WORKER", counted.fileName().toUtf8());
        const auto outcome = run(call);
        qunsetenv("PLUMBLINE_WORKER");
        QVERIFY2(outcome.exit == 1, outcome.errors);
        QVERIFY2(outcome.output.contains("missing-batch-axis"), outcome.output);
        QVERIFY(QFileInfo(file("picture.png")).size() > 10'000);
        QFile document(file("picture.json"));
        QVERIFY(document.open(QIODevice::ReadOnly));
        const auto finding = QJsonDocument::fromJson(document.readAll()).object()["findings"][0];
        QCOMPARE(finding["code"].toString(), QString("missing-batch-axis"));
        QFile starts(file("started"));
        QVERIFY(starts.open(QIODevice::ReadOnly));
        QCOMPARE(starts.readAll(), QByteArray("started\n"));
    }

    void aPictureNeedsNoFolderOfALogin() {
        if (!QFileInfo::exists(plumbline::test::binaryFile("plumbline-window")))
            return;
        const auto before = qgetenv("XDG_RUNTIME_DIR");
        qunsetenv("XDG_RUNTIME_DIR");
        const auto outcome = run(firstCase("first/one_sample.npy") << "--screenshot" << file("quiet.png"));
        if (!before.isEmpty())
            qputenv("XDG_RUNTIME_DIR", before);
        QCOMPARE(outcome.exit, 1);
        QCOMPARE(outcome.errors, QByteArray());
        QVERIFY(QFileInfo(file("quiet.png")).size() > 10'000);
    }

    void aWrongCallMakesNoPicture() {
        if (!QFileInfo::exists(plumbline::test::binaryFile("plumbline-window")))
            return;
        // Arrays of which none matches an input of the model: which one is meant only the user knows.
        const auto row = plumbline::Tensor::of<float>(plumbline::Shape{1, 2}, std::vector<float>{1, 2});
        QVERIFY(plumbline::writeNpz(file("arrays.npz").toStdString(), {{"left", row}, {"right", row}}));
        const auto outcome = run({"check", demo("first/generator.keras"), "--input", file("arrays.npz"), "--screenshot",
                                  file("none.png"), "--json", file("none.json")});
        QVERIFY2(outcome.exit == 2, outcome.errors);
        QVERIFY2(outcome.errors.contains("left") && outcome.errors.contains("right"), outcome.errors);
        QVERIFY(!QFileInfo::exists(file("none.png")));
        QVERIFY(!QFileInfo::exists(file("none.json")));
    }
};

PLUMBLINE_TEST(tst_pictures)
#include "tst_pictures.moc"
