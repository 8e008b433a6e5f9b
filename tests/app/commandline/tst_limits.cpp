#include "tests/app/commandline/programs.h"

#include <QDir>

#include <csignal>

/// Runs that are ended: by a limit, or by a signal.
class tst_limits : public QObject, plumbline::test::Programs {
    Q_OBJECT
private slots:
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

PLUMBLINE_TEST(tst_limits)
#include "tst_limits.moc"
