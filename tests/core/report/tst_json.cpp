#include "tests/support/testcase.h"

#include "core/report/codec.h"
#include "core/report/json.h"
#include "tests/core/report/fixtures.h"

#include <cmath>

using namespace plumbline;
using Json = nlohmann::ordered_json;

class tst_json : public QObject {
    Q_OBJECT

    static std::vector<std::string> members(const Json& json) {
        std::vector<std::string> names;
        for (const auto& [name, value] : json.items())
            names.push_back(name);
        return names;
    }
    using Names = std::vector<std::string>;

private slots:
    void aCheckHasTheContractsMembersInTheirOrder() {
        const auto document = checkDocument(test::diagnosisWithEverything());
        QCOMPARE(document["schema"].get<std::string>(), std::string("plumbline.check/1"));
        QCOMPARE(members(document), (Names{"schema", "verdict", "against", "not_compared", "model", "training",
                                           "prediction", "first_divergence", "findings", "layers"}));
        QCOMPARE(members(document["model"]),
                 (Names{"path", "format", "producer", "layers", "parameters", "inputs", "outputs", "notes"}));
        QCOMPARE(document["model"]["notes"][0].get<std::string>(), std::string("One note."));
        QCOMPARE(members(document["training"][0]), (Names{"input", "source", "kind", "rows", "shape", "dtype"}));
        QCOMPARE(members(document["prediction"][0]), (Names{"input", "source", "shape", "dtype", "nan", "inf"}));
        QCOMPARE(members(document["findings"][0]), (Names{"code", "severity", "where", "expected", "actual", "evidence",
                                                          "threshold", "message", "explains", "fix"}));
        QCOMPARE(members(document["findings"][0]["where"]),
                 (Names{"kind", "name", "axis", "features", "element", "weight"}));
        QCOMPARE(members(document["findings"][0]["fix"]),
                 (Names{"kind", "arguments", "numpy", "verified", "alternatives"}));
        QCOMPARE(members(document["layers"][0]),
                 (Names{"index", "name", "type", "expected_shape", "shape", "dtype", "parameters", "elements", "nan",
                        "inf", "zero", "min", "max", "mean", "std", "divergence", "status", "microseconds"}));
    }

    void aCheckSaysWhatWasFound() {
        const auto document = checkDocument(test::diagnosisWithEverything());
        QCOMPARE(document["model"]["inputs"][0]["shape"].dump(), std::string("[null,10]"));
        QCOMPARE(document["training"][0]["shape"].dump(), std::string("[null,10]"));
        QCOMPARE(document["prediction"][0]["inf"].get<int>(), 3);
        QCOMPARE(document["first_divergence"].dump(), std::string(R"({"kind":"input","name":"z","index":0})"));
        QCOMPARE(document["findings"][0]["message"].get<std::string>(),
                 std::string("Input z has 9 features, not 10 (inf)."));
        QCOMPARE(document["findings"][0]["explains"].dump(), std::string("[1]"));
        QVERIFY(document["findings"][1]["fix"].is_null());
        QCOMPARE(document["layers"][1]["divergence"].get<double>(), 6.5);
        QVERIFY(document["layers"][0]["divergence"].is_null());
    }

    void aVerdictSaysWhatItWasHeldAgainst() {
        auto diagnosis = test::diagnosisWithEverything();
        QCOMPARE(checkDocument(diagnosis)["against"].get<std::string>(), std::string("training"));
        diagnosis.training.front().fits = false; // nothing could be held against it
        QCOMPARE(checkDocument(diagnosis)["against"].get<std::string>(), std::string("model"));
        diagnosis.training.clear();
        diagnosis.findings.clear();
        diagnosis.verdict = Verdict::matches;
        const auto alone = checkDocument(diagnosis);
        QCOMPARE(alone["against"].get<std::string>(), std::string("model"));
        QCOMPARE(alone["not_compared"].dump(),
                 std::string("[\"Nothing wrong in the files, the shapes and the numbers themselves; no training "
                             "reference was given.\"]"));
    }

    void aNameInADocumentIsTheFilesOwn() {
        auto d = test::diagnosisWithEverything();
        const std::string name = "a\033[31m\r\n\u009b\u202e<b>&amp;\"\\ p0_96x96 =cmd() {input}";
        d.model->layers[1].name = name;
        const auto text = documentText(checkDocument(d));
        QCOMPARE(Json::parse(text)["layers"][1]["name"].get<std::string>(), name);
        for (const char c : text)
            QVERIFY(static_cast<unsigned char>(c) >= 0x20 || c == '\n');
        QVERIFY(text.find("\u009b") == std::string::npos && text.find("\u202e") == std::string::npos);
        d.model->path = "gr\xf6\xdf.keras"; // a path of another day's encoding: still a document
        const auto valid = documentText(checkDocument(d));
        QCOMPARE(Json::parse(valid)["model"]["path"].get<std::string>(), std::string("gr\ufffd\ufffd.keras"));
    }

    void numbersThatAreNotFiniteAreStrings() {
        const auto document = checkDocument(test::diagnosisWithEverything());
        QCOMPARE(document["findings"][0]["actual"]["mean"].dump(), std::string("\"nan\""));
    }

    void aDeadLayerIsInfinitelyFar() {
        auto diagnosis = test::diagnosisWithEverything();
        auto& layer = diagnosis.layers[1];
        layer.statistics = Statistics();
        layer.statistics.count = layer.statistics.nan = 2;
        layer.status = LayerStatus::diverges;
        layer.divergence = HUGE_VAL;
        const auto row = checkDocument(diagnosis)["layers"][1];
        QCOMPARE(row["divergence"].dump(), std::string("\"inf\""));
        QCOMPARE(row["status"].get<std::string>(), std::string("diverges"));
        QVERIFY(row["mean"].is_null());
    }

    void everyFileThatCannotBeReadIsListed() {
        auto diagnosis = test::diagnosisWithEverything();
        const auto unreadable = [](const std::string& file) {
            Error error;
            error.file = file;
            error.message = Message("file.missing", "There is no file {file}.", {{"file", file}});
            return error;
        };
        diagnosis.error = unreadable("a.npy");
        QVERIFY(!checkDocument(diagnosis).contains("errors"));
        diagnosis.furtherErrors = {unreadable("b.npy")};
        const auto document = checkDocument(diagnosis);
        QCOMPARE(document["errors"].size(), std::size_t(2));
        QCOMPARE(document["errors"][0].dump(), document["error"].dump());
        QCOMPARE(document["errors"][1]["file"].get<std::string>(), std::string("b.npy"));
        const auto back = decodeDiagnosis(encode(diagnosis));
        VERIFY_RESULT(back);
        QCOMPARE(back->furtherErrors.size(), std::size_t(1));
        QCOMPARE(back->furtherErrors[0].text(), diagnosis.furtherErrors[0].text());
    }

    void aLayerNotReachedKeepsItsRow() {
        const auto row = checkDocument(test::diagnosisWithEverything())["layers"][2];
        QVERIFY(row["shape"].is_null());
        QVERIFY(row["mean"].is_null());
        QCOMPARE(row["status"].get<std::string>(), std::string("not-reached"));
        QCOMPARE(row["expected_shape"].dump(), std::string("[[null,1],[null,2]]"));
    }

    void allRowsStandWhereNothingRan() {
        auto diagnosis = test::diagnosisWithEverything();
        diagnosis.layers.clear();
        const auto document = checkDocument(diagnosis);
        QCOMPARE(document["layers"].size(), std::size_t{3});
        QCOMPARE(document["layers"][0]["status"].get<std::string>(), std::string("not-reached"));
    }

    void aNoteAloneIsNoDivergence() {
        auto diagnosis = test::diagnosisWithEverything();
        diagnosis.findings.erase(diagnosis.findings.begin());
        diagnosis.findings[0].severity = Severity::note;
        QVERIFY(checkDocument(diagnosis)["first_divergence"].is_null());
    }

    void aFileThatCannotBeReadGivesADocumentWithItsError() {
        Diagnosis diagnosis;
        diagnosis.verdict = Verdict::cannotRun;
        Error error;
        error.message = Message("x", "It ends at byte 80.");
        error.file = "a.keras";
        error.offset = 80;
        diagnosis.error = error;
        const auto document = checkDocument(diagnosis);
        QCOMPARE(document["error"].dump(),
                 std::string(R"({"message":"It ends at byte 80.","file":"a.keras","offset":80})"));
        QCOMPARE(document["findings"].dump(), std::string("[]"));
        QVERIFY(document["model"].is_null());
        QCOMPARE(traceDocument(diagnosis)["findings"].dump(), std::string("[]"));
        QCOMPARE(summaryDocument(diagnosis)["error"]["offset"].get<int>(), 80);
    }

    void traceSummaryAndBenchNameTheirSchemas() {
        const auto diagnosis = test::diagnosisWithEverything();
        QCOMPARE(traceDocument(diagnosis)["schema"].get<std::string>(), std::string("plumbline.trace/1"));
        const auto summary = summaryDocument(diagnosis);
        QCOMPARE(summary["schema"].get<std::string>(), std::string("plumbline.summary/1"));
        QCOMPARE(members(summary["layers"][1]),
                 (Names{"index", "name", "type", "expected_shape", "dtype", "parameters"}));
        BenchResult result;
        result.model = *diagnosis.model;
        result.threads = 2;
        result.predict.median = 12.5;
        const auto bench = benchDocument(result);
        QCOMPARE(members(bench),
                 (Names{"schema", "model", "threads", "repeat", "load_ms", "predict_us", "traced_us", "peak_bytes"}));
        QCOMPARE(bench["predict_us"]["median"].get<double>(), 12.5);
    }

    void aBenchThatDoesNotRunSaysWhyAsACheckDoes() {
        BenchResult result;
        result.untimed = test::diagnosisWithEverything();
        const auto document = benchDocument(result);
        QCOMPARE(document["schema"].get<std::string>(), std::string("plumbline.bench/1"));
        QCOMPARE(document["model"].dump(), checkDocument(*result.untimed)["model"].dump());
        QCOMPARE(document["findings"].dump(), checkDocument(*result.untimed)["findings"].dump());
        QVERIFY(!document["findings"].empty());
    }

    void aShapeThatTheModelDoesNotSayIsNull() {
        const auto outputs = checkDocument(test::diagnosisWithEverything())["model"]["outputs"];
        QCOMPARE(outputs[0]["shape"].dump(), std::string("[null,1]"));
        QVERIFY(outputs[1]["shape"].is_null());
        QVERIFY(outputs[1]["dtype"].is_null());
    }

    void bytesThatAreNoUtf8StillGiveADocument() {
        auto diagnosis = test::diagnosisWithEverything();
        diagnosis.model->layers[0].name = "z\xff";
        const auto text = documentText(checkDocument(diagnosis));
        QVERIFY(Json::parse(text).is_object());
    }
};

PLUMBLINE_TEST(tst_json)
#include "tst_json.moc"
