#include "tests/app/commandline/programs.h"

/// Wrong calls, and files that cannot be read.
class tst_refusals : public QObject, plumbline::test::Programs {
    Q_OBJECT
private slots:
    void whatCannotBeReadIsThreeAndStillADocument_data() {
        QTest::addColumn<QByteArray>("model");
        QTest::addColumn<QByteArray>("input");
        QTest::newRow("no such model") << QByteArray() << QByteArray();
        QTest::newRow("cut archive") << QByteArray("PK\x03\x04 and then nothing") << QByteArray();
        QTest::newRow("no model at all") << QByteArray("hello") << QByteArray();
        QByteArray promise("\x93NUMPY\x01\x00\x76\x00", 10);
        promise += QByteArray("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000000,), }")
                       .leftJustified(117, ' ') +
                   "\n";
        QTest::newRow("array that promises 10^15 elements") << QByteArray("demo") << promise;
        QTest::newRow("cut array") << QByteArray("demo") << promise.left(60);
    }
    void whatCannotBeReadIsThreeAndStillADocument() {
        QFETCH(QByteArray, model);
        QFETCH(QByteArray, input);
        QString modelPath = file("no such.keras");
        if (model == "demo")
            modelPath = demo("first/generator.keras");
        else if (!model.isEmpty())
            write(modelPath = file("broken.keras"), model);
        QString inputPath = demo("first/good.npy");
        if (!input.isEmpty())
            write(inputPath = file("broken.npy"), input);
        const auto outcome = run({"check", modelPath, "--input", inputPath, "--json", "-"});
        QCOMPARE(outcome.exit, 3);
        QCOMPARE(outcome.document()["findings"].toArray(), QJsonArray());
        QVERIFY(outcome.document()["error"]["message"].toString().contains(
            input.isEmpty() ? QFileInfo(modelPath).fileName() : QFileInfo(inputPath).fileName()));
        QVERIFY2(outcome.errors.startsWith("plumbline: "), outcome.errors.constData());
        QCOMPARE(outcome.errors.count('\n'), 1);
    }

    void aSummaryThatRunsOutOfTimeSaysSo() {
        const auto outcome = run({"summary", demo("dcgan/dcgan.keras"), "--timeout", "0.001"});
        QCOMPARE(outcome.exit, 4);
        QVERIFY2(outcome.errors.contains("0.001 s allowed"), outcome.errors.constData());
    }

    void aWrongCallIsTwoAndWritesNothing_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("says");
        const auto model = demo("first/generator.keras");
        QTest::newRow("unknown option") << QStringList{"check", model, "--precision", "f16"}
                                        << QByteArray("check has no option --precision");
        QTest::newRow("no model") << QStringList{"check", "--json", "-"} << QByteArray("check needs a MODEL");
        QTest::newRow("unknown law") << QStringList{"check",        model,     "--train",
                                                    "normal(0,-1)", "--input", demo("first/good.npy"),
                                                    "--json",       "-"}
                                     << QByteArray("normal(0,-1)");
        QTest::newRow("no law of this name")
            << QStringList{"check", model, "--train", "z=gauss(0,1)", "--input", demo("first/good.npy"), "--json", "-"}
            << QByteArray("gauss(0,1) is neither a file nor a law");
        QTest::newRow("output cannot be written")
            << QStringList{"check", model, "--input", demo("first/good.npy"), "--json", "/proc/nothing.json"}
            << QByteArray("/proc/nothing.json cannot be written");
        QTest::newRow("no such command") << QStringList{"explain", "dtype"}
                                         << QByteArray("\"explain\" is neither a command nor a file");
    }
    void aWrongCallIsTwoAndWritesNothing() {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, says);
        const auto outcome = run(arguments);
        QCOMPARE(outcome.exit, 2);
        QCOMPARE(outcome.output, QByteArray());
        QVERIFY2(outcome.errors.startsWith("plumbline: ") && outcome.errors.contains(says), outcome.errors.constData());
    }

    void arraysThatCannotBeWrittenAreAWrongCallToo() {
        const auto outcome = run(
            {"check", demo("first/generator.keras"), "--input", demo("first/good.npy"), "--outputs", "/proc/o.npz"});
        QCOMPARE(outcome.exit, 2);
        QVERIFY2(outcome.errors.startsWith("plumbline: /proc/o.npz cannot be written"), outcome.errors.constData());
    }

    void aClosedOutputIsAnErrorAndNotTheWorkersSocket() {
        QProcess process;
        process.start("/bin/sh",
                      {"-c", "exec \"$0\" trace \"$1\" --input \"$2\" >&-", plumbline::test::binaryFile("plumbline"),
                       demo("first/generator.keras"), demo("first/good.npy")});
        QVERIFY(process.waitForFinished(120'000));
        QCOMPARE(process.exitCode(), 2);
        QVERIFY(process.readAllStandardError().startsWith("plumbline: Standard output cannot be written"));
    }

    void whatEndsARunAlwaysHasAFinding() {
        const QByteArray axis = R"({"class_name": "Sequential", "config": {"name": "s", "layers": [
            {"class_name": "InputLayer", "config": {"batch_shape": [null, 10], "dtype": "float32", "name": "x"}},
            {"class_name": "Softmax", "config": {"name": "soft", "axis": 5}}]}})";
        write(file("axis.json"), axis);
        const auto outcome = run({"check", file("axis.json"), "--input", demo("first/good.npy"), "--json", "-"});
        QCOMPARE(outcome.exit, 1);
        const auto findings = outcome.document()["findings"].toArray();
        QCOMPARE(findings.size(), 1);
        QCOMPARE(findings[0]["where"]["name"].toString(), QString("soft"));
        QVERIFY(!findings[0]["message"].toString().isEmpty());
    }
};

PLUMBLINE_TEST(tst_refusals)
#include "tst_refusals.moc"
