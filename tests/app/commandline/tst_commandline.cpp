#include "tests/support/testcase.h"

#include "core/formats/data/source.h"
#include "core/formats/data/writers.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>

#include <algorithm>
#include <csignal>

/// The programs as they are, as a user or a script calls them.
class tst_commandline : public QObject {
    Q_OBJECT

    struct Outcome {
        int exit = -1;
        QByteArray output, errors;
        const QJsonObject document() const { return QJsonDocument::fromJson(output).object(); }
    };

    static QString demo(const char* file) {
        return plumbline::test::testFile(QString("../resources/demo/%1").arg(file));
    }

    static Outcome run(const QStringList& arguments) {
        QProcess process;
        process.start(plumbline::test::binaryFile("plumbline"), arguments);
        if (!process.waitForFinished(120'000))
            qFatal("plumbline did not end");
        return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
                process.readAllStandardError()};
    }

    static QStringList firstCase(const char* input) {
        return {"check", demo("first/generator.keras"), "--train", demo("first/train.npy"), "--input", demo(input)};
    }

    static QJsonObject withoutTimes(QJsonObject document) {
        QJsonArray layers;
        for (const auto& layer : document["layers"].toArray()) {
            auto row = layer.toObject();
            row.remove("microseconds");
            layers.append(row);
        }
        document["layers"] = layers;
        return document;
    }

    static void write(const QString& path, const QByteArray& bytes) {
        QFile out(path);
        if (!out.open(QIODevice::WriteOnly))
            qFatal("cannot write a test file");
        out.write(bytes);
    }

    QTemporaryDir m_folder;
    QString file(const char* name) const { return m_folder.filePath(name); }

private slots:
    void aCleanInputMatchesWithStatusZero() {
        const auto outcome = run(firstCase("first/good.npy") << "--json"
                                                             << "-");
        QCOMPARE(outcome.exit, 0);
        QCOMPARE(outcome.errors, QByteArray());
        QCOMPARE(outcome.document()["schema"].toString(), QString("plumbline.check/1"));
        QCOMPARE(outcome.document()["verdict"].toString(), QString("matches"));
        QVERIFY(outcome.document()["first_divergence"].isNull());
        for (const auto& layer : outcome.document()["layers"].toArray())
            QCOMPARE(layer.toObject()["status"].toString(), QString("ok"));
    }

    void theThreeFirstCasesAreNamed_data() {
        QTest::addColumn<QString>("input");
        QTest::addColumn<QString>("code");
        QTest::newRow("rand(10)") << "first/one_sample.npy"
                                  << "missing-batch-axis";
        QTest::newRow("rand(1, 9)") << "first/nine_columns.npy"
                                    << "feature-count";
        QTest::newRow("randint as int64") << "first/integers.npy"
                                          << "dtype";
    }
    void theThreeFirstCasesAreNamed() {
        QFETCH(QString, input);
        QFETCH(QString, code);
        const auto outcome = run(firstCase(input.toUtf8().constData()) << "--json"
                                                                       << "-");
        QCOMPARE(outcome.exit, 1);
        QCOMPARE(outcome.document()["findings"][0]["code"].toString(), code);
        QCOMPARE(outcome.document()["first_divergence"]["name"].toString(), QString("z"));
        const auto text = run(firstCase(input.toUtf8().constData()));
        QCOMPARE(text.exit, 1);
        QVERIFY2(text.output.contains("[" + code.toUtf8() + "]: "), text.output.constData());
        QVERIFY2(!text.output.contains('\033'), "no colours outside a terminal");
    }

    void theSameArgumentsGiveTheSameDocumentWhateverTheThreads() {
        const auto call = firstCase("first/integers.npy") << "--json"
                                                          << "-";
        const auto one = withoutTimes(run(QStringList(call) << "--threads"
                                                            << "1")
                                          .document());
        const auto two = withoutTimes(run(QStringList(call) << "--threads"
                                                            << "2")
                                          .document());
        QVERIFY(!one.isEmpty());
        QCOMPARE(QJsonDocument(one).toJson(), QJsonDocument(two).toJson());
    }

    void theFixIsWrittenAndChecksClean() {
        const auto fixed = file("fixed.npz");
        const auto outcome = run(firstCase("first/one_sample.npy") << "--fix-out" << fixed << "--emit-code");
        QCOMPARE(outcome.exit, 1);
        QVERIFY2(outcome.output.contains("x = x[None]"), outcome.output.constData());
        const auto entries = plumbline::listSource(fixed.toStdString());
        VERIFY_RESULT(entries);
        QCOMPARE(entries->size(), std::size_t{1});
        QCOMPARE(entries->front().part, std::string("z"));
        QCOMPARE(entries->front().shape.text(), std::string("(1, 10)"));
        const auto again =
            run({"check", demo("first/generator.keras"), "--train", demo("first/train.npy"), "--input", fixed});
        QVERIFY2(again.exit == 0, again.output + again.errors);
    }

    void aTraceWritesEveryLayersOutput() {
        const auto activations = file("activations.npz");
        const auto outputs = file("outputs.npz");
        const auto outcome = run({"trace", demo("dcgan/dcgan.keras"), "--input", demo("dcgan/good.npy"),
                                  "--activations", activations, "--outputs", outputs, "--json", "-"});
        QCOMPARE(outcome.exit, 0);
        QCOMPARE(outcome.document()["schema"].toString(), QString("plumbline.trace/1"));
        const auto entries = plumbline::listSource(activations.toStdString());
        VERIFY_RESULT(entries);
        const auto layers = outcome.document()["layers"].toArray();
        QCOMPARE(static_cast<qsizetype>(entries->size()), layers.size());
        for (const auto& layer : layers)
            QVERIFY(std::any_of(entries->begin(), entries->end(), [&](const auto& entry) {
                return entry.part == layer.toObject()["name"].toString().toStdString();
            }));
        QCOMPARE(plumbline::listSource(outputs.toStdString())->size(), std::size_t{1});
    }

    void aTraceThatCannotGoOnEndsWithOne() {
        const auto outcome =
            run({"trace", demo("first/generator.keras"), "--input", demo("first/nine_columns.npy"), "--json", "-"});
        QCOMPARE(outcome.exit, 1);
        const auto layers = outcome.document()["layers"].toArray();
        QCOMPARE(layers.last().toObject()["status"].toString(), QString("not-reached"));
        QVERIFY(layers.last().toObject()["shape"].isNull());
        QVERIFY(!outcome.document()["findings"].toArray().isEmpty());
    }

    void aSummaryRunsNothing() {
        const auto outcome = run({"summary", demo("first/generator.keras"), "--json", "-"});
        QCOMPARE(outcome.exit, 0);
        QCOMPARE(outcome.document()["model"]["parameters"].toInt(), 1537);
        QCOMPARE(outcome.document()["layers"][1]["expected_shape"].toArray(), (QJsonArray{QJsonValue(), 128}));
        const auto text = run({"summary", demo("first/generator.keras")});
        QVERIFY2(text.output.contains("1,537 parameters") && text.output.contains("(None, 128)"),
                 text.output.constData());
    }

    void aBenchGivesTimesInOrder() {
        const auto outcome = run({"bench", demo("first/generator.keras"), "--input", demo("first/good.npy"), "--repeat",
                                  "5", "--threads", "1", "--json", "-"});
        QCOMPARE(outcome.exit, 0);
        const auto times = outcome.document()["predict_us"].toObject();
        QVERIFY(times["min"].toDouble() > 0);
        QVERIFY(times["min"].toDouble() <= times["median"].toDouble());
        QVERIFY(times["median"].toDouble() <= times["p90"].toDouble());
        QVERIFY(outcome.document()["traced_us"]["median"].toDouble() > 0);
        QCOMPARE(outcome.document()["repeat"].toInt(), 5);
        QCOMPARE(outcome.document()["threads"].toInt(), 1);
        QVERIFY(outcome.document()["peak_bytes"].toInteger() > 1'000'000);
    }

    void aBenchOfAPredictionThatCannotRunHasItsFinding_data() {
        QTest::addColumn<QString>("input");
        QTest::addColumn<int>("exit");
        QTest::addColumn<QString>("code");
        QTest::newRow("a single sample") << demo("first/one_sample.npy") << 1 << "missing-batch-axis";
        QTest::newRow("a column too few") << demo("first/nine_columns.npy") << 1 << "feature-count";
        QTest::newRow("no such array") << file("nothing.npy") << 3 << "";
    }
    void aBenchOfAPredictionThatCannotRunHasItsFinding() {
        QFETCH(QString, input);
        QFETCH(int, exit);
        QFETCH(QString, code);
        const auto outcome = run({"bench", demo("first/generator.keras"), "--input", input, "--json", "-"});
        QCOMPARE(outcome.exit, exit);
        const auto document = outcome.document();
        QCOMPARE(document["schema"].toString(), QString("plumbline.bench/1"));
        QCOMPARE(document["model"]["format"].toString(), QString("keras-v3"));
        QCOMPARE(document["findings"][0]["code"].toString(), code);
        QVERIFY2(outcome.errors.startsWith("plumbline: "), outcome.errors.constData());
        QCOMPARE(outcome.errors.count('\n'), 1);
    }

    void aBenchThatRunsOutOfTimeHasItsFindingAndItsModel() {
        // Where the time allowed is over before the model is read, the next call is allowed twice as much.
        QString format;
        for (double seconds = 0.05; format.isEmpty() && seconds < 10; seconds *= 2) {
            const auto outcome = run({"bench", demo("first/generator.keras"), "--input", demo("first/good.npy"),
                                      "--repeat", "1000000", "--timeout", QString::number(seconds), "--json", "-"});
            QCOMPARE(outcome.exit, 4);
            const auto document = outcome.document();
            QCOMPARE(document["schema"].toString(), QString("plumbline.bench/1"));
            QCOMPARE(document["findings"][0]["code"].toString(), QString("timeout"));
            QVERIFY2(outcome.errors.startsWith("plumbline: "), outcome.errors.constData());
            QCOMPARE(outcome.errors.count('\n'), 1);
            format = document["model"]["format"].toString();
        }
        QCOMPARE(format, QString("keras-v3"));
    }

    void aBenchTimesAnInputWhoseLastAxisKerasDrops() {
        // (4, 10, 1) for (None, 10)
        const auto path = file("one_more_axis.npy");
        QByteArray bytes("\x93NUMPY\x01\x00\x76\x00", 10);
        bytes += QByteArray("{'descr': '<f4', 'fortran_order': False, 'shape': (4, 10, 1), }").leftJustified(117, ' ') +
                 "\n" + QByteArray(160, '\0');
        QFile out(path);
        QVERIFY(out.open(QIODevice::WriteOnly));
        out.write(bytes);
        out.close();
        const auto outcome =
            run({"bench", demo("first/generator.keras"), "--input", path, "--repeat", "2", "--json", "-"});
        QCOMPARE(outcome.exit, 0);
        QVERIFY(outcome.document()["predict_us"]["median"].toDouble() > 0);
    }

    void aPageIsWritten() {
        const auto page = file("report.html");
        QCOMPARE(run(firstCase("first/nine_columns.npy") << "--report" << page).exit, 1);
        QFile written(page);
        QVERIFY(written.open(QIODevice::ReadOnly));
        const auto text = written.readAll();
        QVERIFY(text.startsWith("<!DOCTYPE html>") && text.contains("feature-count"));
    }

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

    void aBatchThatIsSaidToFitDoes() {
        if (plumbline::test::sanitized)
            QSKIP("A sanitizer's shadow alone is more than any limit on memory.");
        const auto zeros = [&](int rows) { // latents that take no disk
            const auto path = file("zeros.npy");
            const auto header =
                "{'descr': '<f4', 'fortran_order': False, 'shape': (" + QByteArray::number(rows) + ", 100), }";
            write(path, QByteArray("\x93NUMPY\x01\x00\x76\x00", 10) + header.leftJustified(117, ' ') + '\n');
            if (!QFile::resize(path, 128 + rows * 400))
                qFatal("cannot write");
            return path;
        };
        const QStringList call{"check", demo("dcgan/dcgan.keras"), "--memory", "120M", "--json", "-", "--input"};
        const auto foreseen = run(call + QStringList{zeros(20'000)});
        QCOMPARE(foreseen.exit, 1);
        const auto finding = foreseen.document()["findings"][0];
        QCOMPARE(finding["code"].toString(), QString("memory"));
        const int rows = finding["evidence"]["batch_that_fits"].toInt();
        QVERIFY(rows > 0);
        const auto outcome = run(call + QStringList{zeros(rows)});
        QVERIFY2(outcome.exit < 4, outcome.output.constData());
        for (const auto& found : outcome.document()["findings"].toArray())
            QVERIFY(!found.toObject()["code"].toString().contains("memory"));
    }

    void limitsEndTheRunWithFour_data() {
        QTest::addColumn<QStringList>("limit");
        QTest::addColumn<QString>("code");
        QTest::newRow("time") << QStringList{"--timeout", "0.001"} << "timeout";
        QTest::newRow("memory that not even the start has") << QStringList{"--memory", "1M"} << "out-of-memory";
    }
    void limitsEndTheRunWithFour() {
        QFETCH(QStringList, limit);
        QFETCH(QString, code);
        if (plumbline::test::sanitized && limit.contains("--memory"))
            QSKIP("A sanitizer's shadow alone is more than any limit on memory.");
        const auto json = file("limit.json");
        const auto outcome = run(firstCase("first/good.npy") << "--json" << json << limit);
        QCOMPARE(outcome.exit, 4);
        QVERIFY2(outcome.output.contains("error[" + code.toUtf8() + "]"), outcome.output.constData());
        QFile written(json);
        QVERIFY(written.open(QIODevice::ReadOnly));
        const auto document = QJsonDocument::fromJson(written.readAll()).object();
        QCOMPARE(document["findings"][0]["code"].toString(), code);
        QCOMPARE(document["verdict"].toString(), QString("cannot-run"));
    }

    void aWorkerKilledInMidRunIsACrashWithItsDocument() {
        // Plain loops on a large batch: long enough that the signal comes while layers run.
        const auto large = file("large.npy");
        QByteArray bytes("\x93NUMPY\x01\x00\x76\x00", 10);
        bytes +=
            QByteArray("{'descr': '<f4', 'fortran_order': False, 'shape': (20000, 100), }").leftJustified(117, ' ') +
            "\n";
        QFile out(large);
        QVERIFY(out.open(QIODevice::WriteOnly));
        out.write(bytes);
        out.resize(128 + 20000 * 400);
        out.close();
        QProcess process;
        process.start(plumbline::test::binaryFile("plumbline"),
                      {"check", demo("dcgan/dcgan.keras"), "--input", large, "--json", "-", "--backend", "reference"});
        QVERIFY(process.waitForStarted());
        qint64 worker = 0;
        QTRY_VERIFY2_WITH_TIMEOUT((worker = childNamed(process.processId(), "plumbline-worke")) > 0,
                                  "the worker started", 20'000);
        // It reads the input at the latest now: the array is mapped there.
        QTRY_VERIFY2_WITH_TIMEOUT(mapsFile(worker, large), "the input was opened", 20'000);
        QCOMPARE(::kill(static_cast<pid_t>(worker), SIGKILL), 0);
        QVERIFY(process.waitForFinished(60'000));
        QCOMPARE(process.exitCode(), 4);
        const auto document = QJsonDocument::fromJson(process.readAllStandardOutput()).object();
        QCOMPARE(document["findings"][0]["code"].toString(), QString("crash"));
        QCOMPARE(document["findings"][0]["evidence"]["code"]["name"].toString(), QString("SIGKILL"));
        QCOMPARE(document["model"]["format"].toString(), QString("keras-v3"));
        QVERIFY(!document["layers"].toArray().isEmpty());
    }

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

    void helpAndVersionGoToStandardOutput() {
        const auto help = run({"--help"});
        QCOMPARE(help.exit, 0);
        for (const char* command : {"check", "trace", "summary", "bench"})
            QVERIFY(help.output.contains(QByteArray("plumbline ") + command));
        QCOMPARE(run({"--version"}).output, QByteArray("plumbline " PLUMBLINE_VERSION "\n"));
    }

private:
    /// The child of `parent` whose (cut) command name is `name`; 0 where there is none yet.
    static qint64 childNamed(qint64 parent, const char* name) {
        for (const auto& entry : QDir("/proc").entryList(QDir::Dirs)) {
            bool isNumber = false;
            const auto pid = entry.toLongLong(&isNumber);
            QFile stat("/proc/" + entry + "/stat");
            if (!isNumber || !stat.open(QIODevice::ReadOnly))
                continue;
            const auto text = stat.readAll();
            const auto fields = text.mid(text.lastIndexOf(')') + 2).split(' ');
            if (fields.size() > 1 && fields[1].toLongLong() == parent && text.contains(QByteArray("(") + name))
                return pid;
        }
        return 0;
    }

    static bool mapsFile(qint64 pid, const QString& path) {
        QFile maps(QString("/proc/%1/maps").arg(pid));
        return maps.open(QIODevice::ReadOnly) && maps.readAll().contains(path.toUtf8());
    }
};

PLUMBLINE_TEST(tst_commandline)
#include "tst_commandline.moc"
