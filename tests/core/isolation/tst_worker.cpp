#include "tests/support/testcase.h"

#include "core/isolation/worker.h"
#include "core/report/json.h"

#include <QTemporaryDir>

#include <csignal>
#include <fstream>
#include <thread>

using namespace plumbline;

class tst_worker : public QObject {
    Q_OBJECT

    static std::string demo(const char* file) {
        return test::testFile(QString("../resources/demo/%1").arg(file)).toStdString();
    }

    static CheckRequest request(const char* model, const char* input) {
        CheckRequest out;
        out.model.path = demo(model);
        SourceSpec spec;
        spec.text = spec.path = demo(input);
        out.prediction = {spec};
        return out;
    }
    static CheckRequest goodRequest() { return request("dcgan/dcgan.keras", "dcgan/good.npy"); }

    /// Never kill(-1), which would mean everybody.
    static void killWorker(const Worker& worker, int signal) {
        const int pid = worker.processId();
        if (pid > 0)
            ::kill(pid, signal);
    }

    /// A float32 .npy of `rows` x 100 zeros that takes no disk.
    static std::string largeInput(const QTemporaryDir& folder, std::int64_t rows) {
        const auto path = folder.filePath("large.npy").toStdString();
        std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + std::to_string(rows) + ", 100), }";
        header.resize(117, ' ');
        header += '\n';
        std::ofstream file(path, std::ios::binary);
        file.write("\x93NUMPY\x01\x00\x76\x00", 10);
        file << header;
        file.seekp(128 + rows * 400 - 1);
        file.put('\0');
        return path;
    }

private slots:
    void initTestCase() { qputenv("PLUMBLINE_WORKER", test::binaryFile("plumbline-worker").toUtf8()); }

    void aCheckAnswersWithEveryLayer() {
        Worker worker;
        int models = 0, sources = 0, begun = 0, done = 0;
        WorkerEvents events;
        events.onModel = [&](const ModelSummary&) { ++models; };
        events.onSource = [&](const SourceSummary&, bool) { ++sources; };
        events.onLayerStarted = [&](int) { ++begun; };
        events.onLayer = [&](int, const LayerResult& result) { done += result.shapes.empty() ? 0 : 1; };
        const auto result = worker.check(goodRequest(), events);
        VERIFY_RESULT(result);
        QVERIFY2(!result->error, result->error ? result->error->text().c_str() : "");
        QCOMPARE(result->verdict, Verdict::matches);
        QCOMPARE(models, 1);
        QVERIFY(sources >= 1);
        QVERIFY(begun > 3 && done > 3);
        for (const auto& layer : result->layers)
            QVERIFY(!layer.shapes.empty());
    }

    void elementsComeFromTheLastCheck() {
        Worker worker;
        const auto before = worker.tensor({});
        QVERIFY(!before);
        QVERIFY2(before.error().text().find("Nothing was checked yet") != std::string::npos,
                 before.error().text().c_str());
        const auto result = worker.check(goodRequest());
        VERIFY_RESULT(result);
        TensorRequest input;
        input.origin = TensorRequest::Origin::source;
        input.layer = 0;
        const auto z = worker.tensor(input);
        VERIFY_RESULT(z);
        QCOMPARE(z->shape(), result->prediction[0].shape);
        TensorRequest last;
        last.layer = static_cast<int>(result->layers.size()) - 1;
        const auto whole = worker.tensor(last);
        VERIFY_RESULT(whole);
        QCOMPARE(whole->shape(), result->layers.back().shapes[0]);
        for (std::size_t axis = 0; axis < whole->rank(); ++axis)
            last.ranges.emplace_back(0, 1);
        const auto corner = worker.tensor(last);
        VERIFY_RESULT(corner);
        QCOMPARE(corner->elements(), 1);
        QCOMPARE(corner->flat(0), whole->flat(0));
        last.layer = 9999;
        QVERIFY(!worker.tensor(last));
    }

    void aKilledWorkerIsReportedWithItsLayerAndAllThatWasDone() {
        Worker worker;
        std::vector<int> begun;
        WorkerEvents events;
        std::string layerName;
        ModelSummary model;
        events.onModel = [&](const ModelSummary& m) { model = m; };
        events.onLayerStarted = [&](int layer) {
            begun.push_back(layer);
            if (begun.size() == 3)
                killWorker(worker, SIGKILL);
        };
        // Large enough that the run is still under way when the signal comes.
        QTemporaryDir folder;
        auto large = goodRequest();
        large.prediction[0].text = large.prediction[0].path = largeInput(folder, 4096);
        const auto result = worker.check(large, events);
        VERIFY_RESULT(result);
        QCOMPARE(result->findings.size(), std::size_t{1});
        const auto& finding = result->findings[0];
        QCOMPARE(finding.code, std::string("crash"));
        QCOMPARE(finding.evidence["code"]["name"].get<std::string>(), std::string("SIGKILL"));
        QCOMPARE(finding.evidence["code"]["decimal"].get<int>(), 137);
        QCOMPARE(finding.evidence["code"]["hex"].get<std::string>(), std::string("0x89"));
        QCOMPARE(result->verdict, Verdict::cannotRun);
        QCOMPARE(result->exitStatus(), 4);
        QVERIFY(result->model.has_value());
        QCOMPARE(result->prediction.size(), std::size_t{1});
        QCOMPARE(result->prediction[0].shape[0], 4096);
        QCOMPARE(result->layers.size(), model.layers.size());
        QCOMPARE(finding.where.index, begun.back());
        QCOMPARE(finding.where.name, model.layers[static_cast<std::size_t>(begun.back())].name);
        QCOMPARE(result->layers[static_cast<std::size_t>(begun.back())].status, LayerStatus::failed);
        QVERIFY(!result->layers[static_cast<std::size_t>(begun[0])].shapes.empty());
        QCOMPARE(checkDocument(*result)["first_divergence"]["kind"].get<std::string>(), std::string("layer"));
        QVERIFY(worker.lastDeath().has_value());
        QVERIFY(!worker.isAlive());
        const auto again = worker.check(goodRequest());
        VERIFY_RESULT(again);
        QCOMPARE(again->verdict, Verdict::matches);
    }

    void aWorkerKilledBetweenRequestsSaysSoOnce() {
        Worker worker;
        const auto checked = worker.check(goodRequest());
        VERIFY_RESULT(checked);
        killWorker(worker, SIGSEGV);
        QTRY_VERIFY(!worker.isAlive());
        const auto gone = worker.tensor({});
        QVERIFY(!gone);
        QVERIFY2(gone.error().text().find("SIGSEGV") != std::string::npos, gone.error().text().c_str());
        const auto again = worker.check(goodRequest());
        VERIFY_RESULT(again);
        QCOMPARE(again->verdict, Verdict::matches);
    }

    void memoryThatRunsOutIsOutOfMemory() {
        if (test::sanitized)
            QSKIP("A sanitizer's shadow alone is more than any limit on memory.");
        QTemporaryDir folder;
        auto large = goodRequest();
        large.prediction[0].text = large.prediction[0].path = largeInput(folder, 200'000);
        Worker worker({.memoryBytes = 300'000'000});
        const auto result = worker.check(large);
        VERIFY_RESULT(result);
        QVERIFY(!result->findings.empty());
        QVERIFY2(result->findings[0].code == "out-of-memory", result->findings[0].message.text().c_str());
        QCOMPARE(result->exitStatus(), 4);
    }

    void howeverLittleMemoryThereIsItIsCalledByItsName() {
        if (test::sanitized)
            QSKIP("A sanitizer's shadow alone is more than any limit on memory.");
        bool starved = false, ran = false;
        for (std::uint64_t memory = 15'500'000; memory <= 76'000'000; memory += 5'500'000) {
            Worker worker({.memoryBytes = memory});
            const auto result = worker.check(goodRequest());
            VERIFY_RESULT(result);
            QVERIFY2(!result->error, result->error ? result->error->text().c_str() : "");
            const auto code = result->findings.empty() ? std::string() : result->findings[0].code;
            QVERIFY2(code.empty() || code == "out-of-memory" || code == "memory", code.c_str());
            (code.empty() ? ran : starved) = true;
        }
        QVERIFY(starved);
        QVERIFY(ran);
    }

    void aRunThatTakesTooLongIsEnded() {
        QTemporaryDir folder;
        auto large = goodRequest();
        large.prediction[0].text = large.prediction[0].path = largeInput(folder, 100'000);
        Worker worker({.timeout = std::chrono::milliseconds(100)});
        const auto result = worker.check(large);
        VERIFY_RESULT(result);
        QCOMPARE(result->findings[0].code, std::string("timeout"));
        QVERIFY2(result->findings[0].message.text().find("0.1 s") != std::string::npos,
                 result->findings[0].message.text().c_str());
        QCOMPARE(result->exitStatus(), 4);
    }

    void aCheckCanBeCancelledInMidRun() {
        QTemporaryDir folder;
        auto large = goodRequest();
        large.prediction[0].text = large.prediction[0].path = largeInput(folder, 4096);
        Worker worker;
        std::stop_source stop;
        WorkerEvents events;
        events.onLayerStarted = [&](int) { stop.request_stop(); };
        const auto result = worker.check(large, events, stop.get_token());
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::cancelled);
        const auto again = worker.check(goodRequest());
        VERIFY_RESULT(again);
        QCOMPARE(again->verdict, Verdict::matches);
    }

    void aNewerCheckSupersedesAnOlder() {
        QTemporaryDir folder;
        auto large = goodRequest();
        large.prediction[0].text = large.prediction[0].path = largeInput(folder, 4096);
        Worker worker;
        std::optional<Result<Diagnosis>> newer;
        std::jthread other;
        WorkerEvents events;
        events.onLayerStarted = [&](int) {
            if (!other.joinable())
                other = std::jthread([&] { newer = worker.check(goodRequest()); });
        };
        const auto older = worker.check(large, events);
        QVERIFY2(other.joinable(), "the run began");
        other.join();
        QVERIFY(!older);
        QCOMPARE(older.error().code, ErrorCode::cancelled);
        QVERIFY(newer && newer->has_value());
        QCOMPARE((*newer)->verdict, Verdict::matches);
    }

    void filesThatCannotBeReadAreADiagnosisWithAnError() {
        QTemporaryDir folder;
        const auto path = folder.filePath("cut.keras").toStdString();
        std::ifstream whole(demo("dcgan/dcgan.keras"), std::ios::binary);
        std::string bytes(20000, '\0');
        whole.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        std::ofstream(path, std::ios::binary) << bytes;
        auto broken = goodRequest();
        broken.model.path = path;
        Worker worker;
        const auto result = worker.check(broken);
        VERIFY_RESULT(result);
        QVERIFY(result->error.has_value());
        QCOMPARE(result->exitStatus(), 3);
        const auto summary = worker.summary({path, {}});
        VERIFY_RESULT(summary);
        QCOMPARE(summary->exitStatus(), 3);
        QVERIFY(worker.isAlive());
    }

    void aMissingWorkerProgramIsNamed() {
        qputenv("PLUMBLINE_WORKER", "/no/such/worker");
        Worker worker;
        const auto result = worker.check(goodRequest());
        initTestCase();
        QVERIFY(!result);
        QVERIFY2(result.error().text().find("/no/such/worker could not be started") != std::string::npos,
                 result.error().text().c_str());
    }

    void listsAndArraysAreWritten() {
        Worker worker;
        const auto entries = worker.list(demo("dcgan/good.npy"));
        VERIFY_RESULT(entries);
        QCOMPARE(entries->size(), std::size_t{1});
        const auto checked = worker.check(goodRequest());
        VERIFY_RESULT(checked);
        QTemporaryDir folder;
        const auto path = folder.filePath("activations.npz").toStdString();
        const auto written = worker.exportArrays(Worker::Export::activations, path);
        VERIFY_RESULT(written);
        const auto members = worker.list(path);
        VERIFY_RESULT(members);
        QCOMPARE(members->size(), checked->layers.size());
        const auto nowhere = worker.exportArrays(Worker::Export::outputs, "/no/such/folder/a.npz");
        QVERIFY(!nowhere);
    }
};

PLUMBLINE_TEST(tst_worker)
#include "tst_worker.moc"
