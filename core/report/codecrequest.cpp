// What is asked of a worker, and what a saved session remembers of the user's choices.

#include "core/report/codec.h"
#include "core/report/codecvalues.h"

namespace plumbline {

using namespace codec;

namespace {

constexpr EnumName<Law::Kind> lawKinds[] = {
    {Law::Kind::normal, "normal"}, {Law::Kind::uniform, "uniform"}, {Law::Kind::integers, "integers"}};
constexpr EnumName<Backend> backends[] = {{Backend::onednn, "onednn"}, {Backend::reference, "reference"}};
constexpr EnumName<Precision> precisions[] = {
    {Precision::float32, "f32"}, {Precision::bfloat16, "bf16"}, {Precision::float16, "f16"}};

Json putSpec(const SourceSpec& spec) {
    Json out = {{"text", spec.text}, {"input", spec.input}, {"path", spec.path}, {"part", spec.part}};
    if (spec.map)
        out["map"] = {
            {"scale", putNumber(spec.map->scale)}, {"offset", putNumber(spec.map->offset)}, {"text", spec.map->text}};
    if (spec.law)
        out["law"] = {
            {"kind", putEnum(spec.law->kind, lawKinds)}, {"a", putNumber(spec.law->a)}, {"b", putNumber(spec.law->b)}};
    return out;
}

SourceSpec takeSpec(const Json& json) {
    SourceSpec spec;
    spec.text = json.at("text");
    spec.input = json.at("input");
    spec.path = json.at("path");
    spec.part = json.at("part");
    if (const auto& map = member(json, "map"); !map.is_null())
        spec.map = AffineMap{takeNumber(map.at("scale")), takeNumber(map.at("offset")), map.at("text")};
    if (const auto& law = member(json, "law"); !law.is_null())
        spec.law = Law{takeEnum(law.at("kind"), lawKinds), takeNumber(law.at("a")), takeNumber(law.at("b"))};
    return spec;
}

Json putRun(const RunConfiguration& run) {
    return {{"backend", putEnum(run.backend, backends)},
            {"threads", run.threads},
            {"precision", putEnum(run.precision, precisions)},
            {"batch_statistics", run.batchStatistics},
            {"memory_limit", run.memoryLimit}};
}

RunConfiguration takeRun(const Json& json) {
    RunConfiguration run;
    run.backend = takeEnum(json.at("backend"), backends);
    run.threads = static_cast<int>(takeInteger(json.at("threads")));
    run.precision = takeEnum(json.at("precision"), precisions);
    run.batchStatistics = json.at("batch_statistics");
    run.memoryLimit = json.at("memory_limit").get<std::uint64_t>();
    return run;
}

ModelRequest takeModelRequest(const Json& json) { return {json.at("path"), json.at("weights")}; }

} // namespace

Json encode(const ModelRequest& request) { return {{"path", request.path}, {"weights", request.weights}}; }

Json encode(const CheckRequest& request) {
    return {{"model", encode(request.model)},
            {"training", putList(request.training, putSpec)},
            {"prediction", putList(request.prediction, putSpec)},
            {"fixes", putList(request.fixes, [](const Fix& fix) { return put(fix); })},
            {"run", putRun(request.run)},
            {"seed", request.seed}};
}

Json encode(const SourceEntry& entry) {
    return {{"part", entry.part}, {"shape", put(entry.shape)}, {"dtype", put(entry.dtype)}};
}

static Json putTimes(const BenchResult::Times& times) {
    return {{"min", putNumber(times.min)}, {"median", putNumber(times.median)}, {"p90", putNumber(times.p90)}};
}

static BenchResult::Times takeTimes(const Json& json) {
    return {takeNumber(json.at("min")), takeNumber(json.at("median")), takeNumber(json.at("p90"))};
}

Json encode(const BenchResult& result) {
    if (result.untimed)
        return {{"untimed", encode(*result.untimed)}};
    return {{"model", encode(result.model)},
            {"threads", result.threads},
            {"repeat", result.repeat},
            {"load_ms", putNumber(result.loadMilliseconds)},
            {"predict_us", putTimes(result.predict)},
            {"traced_us", putTimes(result.traced)},
            {"peak_bytes", result.peakBytes}};
}

Result<ModelRequest> decodeModelRequest(const Json& json) {
    return guarded("request", [&] { return takeModelRequest(json); });
}

Result<CheckRequest> decodeCheckRequest(const Json& json) {
    return guarded("request", [&] {
        CheckRequest request;
        request.model = takeModelRequest(json.at("model"));
        request.training = takeList(json.at("training"), takeSpec);
        request.prediction = takeList(json.at("prediction"), takeSpec);
        request.fixes = takeList(json.at("fixes"), takeFix);
        request.run = takeRun(json.at("run"));
        request.seed = json.at("seed").get<std::uint64_t>();
        return request;
    });
}

Result<SourceEntry> decodeSourceEntry(const Json& json) {
    return guarded("entry of a file", [&] {
        return SourceEntry{json.at("part"), takeShape(json.at("shape")), takeDType(json.at("dtype"))};
    });
}

Result<BenchResult> decodeBenchResult(const Json& json) {
    return guarded("benchmark's result", [&] {
        BenchResult result;
        if (const auto& untimed = member(json, "untimed"); !untimed.is_null()) {
            auto diagnosis = decodeDiagnosis(untimed);
            if (!diagnosis)
                throw DecodeError(diagnosis.error().text());
            result.untimed = std::move(*diagnosis);
            return result;
        }
        auto model = decodeModelSummary(json.at("model"));
        if (!model)
            throw DecodeError(model.error().text());
        result.model = std::move(*model);
        result.threads = static_cast<int>(takeInteger(json.at("threads")));
        result.repeat = static_cast<int>(takeInteger(json.at("repeat")));
        result.loadMilliseconds = takeNumber(json.at("load_ms"));
        result.predict = takeTimes(json.at("predict_us"));
        result.traced = takeTimes(json.at("traced_us"));
        result.peakBytes = json.at("peak_bytes").get<std::uint64_t>();
        return result;
    });
}

} // namespace plumbline
