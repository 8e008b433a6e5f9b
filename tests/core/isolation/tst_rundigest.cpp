#include "tests/support/testcase.h"

#include "core/isolation/rundigest.h"

#include <csignal>

using namespace plumbline;

/// What is left of a check whose worker died.
class tst_rundigest : public QObject {
    Q_OBJECT

    static Diagnosis after(const char* phase, int signal) {
        RunDigest digest({});
        if (!digest.take({{"event", "phase"}, {"phase", phase}}))
            qFatal("the phase was not understood");
        Death death;
        death.code = signal;
        death.name = signalName(signal);
        digest.place(death);
        CheckRequest request;
        request.model.path = "models/damaged.h5";
        for (const char* path : {"z.h5", "label.npy"})
            request.prediction.emplace_back().path = path;
        return digest.diagnosisOf(death, request);
    }

private slots:
    void aFileThatItsDecoderDiesOfCannotBeRead_data() {
        QTest::addColumn<int>("signal");
        QTest::newRow("SIGSEGV") << SIGSEGV;
        QTest::newRow("SIGABRT") << SIGABRT;
    }
    void aFileThatItsDecoderDiesOfCannotBeRead() {
        QFETCH(int, signal);
        const auto diagnosis = after("reading model", signal);
        QCOMPARE(diagnosis.exitStatus(), 3);
        QVERIFY(diagnosis.error && diagnosis.findings.empty());
        QCOMPARE(diagnosis.error->file, std::string("models/damaged.h5"));
        QCOMPARE(diagnosis.error->text(),
                 "models/damaged.h5 cannot be read: it is damaged. The process that decoded it died of " +
                     signalName(signal) + ". Save or copy the file again.");
    }

    void oneOfSeveralInputsIsNotGuessed() {
        const auto diagnosis = after("reading input", SIGSEGV);
        QCOMPARE(diagnosis.exitStatus(), 3);
        QVERIFY(diagnosis.error->text().starts_with("One of z.h5, label.npy cannot be read"));
        QVERIFY(diagnosis.error->file.empty());
    }

    void aDeathFromOutsideOrWhileRunningIsACrash_data() {
        QTest::addColumn<QByteArray>("phase");
        QTest::addColumn<int>("signal");
        QTest::newRow("killed while reading") << QByteArray("reading model") << SIGKILL;
        QTest::newRow("fault while running") << QByteArray("running") << SIGSEGV;
    }
    void aDeathFromOutsideOrWhileRunningIsACrash() {
        QFETCH(QByteArray, phase);
        QFETCH(int, signal);
        const auto diagnosis = after(phase.constData(), signal);
        QCOMPARE(diagnosis.exitStatus(), 4);
        QVERIFY(!diagnosis.error);
        QCOMPARE(diagnosis.findings.front().code, std::string("crash"));
    }
};

PLUMBLINE_TEST(tst_rundigest)
#include "tst_rundigest.moc"
