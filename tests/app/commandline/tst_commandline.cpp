#include "core/formats/data/source.h"
#include "tests/app/commandline/programs.h"

#include <algorithm>

/// What each command answers.
class tst_commandline : public QObject, plumbline::test::Programs {
    Q_OBJECT
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

    void helpAndVersionGoToStandardOutput() {
        const auto help = run({"--help"});
        QCOMPARE(help.exit, 0);
        for (const char* command : {"check", "trace", "summary", "bench"})
            QVERIFY(help.output.contains(QByteArray("plumbline ") + command));
        QCOMPARE(run({"--version"}).output, QByteArray("plumbline " PLUMBLINE_VERSION "\n"));
    }
};

PLUMBLINE_TEST(tst_commandline)
#include "tst_commandline.moc"
