#include "core/isolation/worker.h"

#include "core/isolation/connection.h"
#include "core/isolation/rundigest.h"
#include "core/isolation/sharedtensor.h"
#include "core/report/codec.h"

namespace plumbline {

using nlohmann::json;

struct Worker::Implementation {
    explicit Implementation(WorkerLimits l) : limits(l), connection(l) {}

    WorkerLimits limits;
    Connection connection;
};

Worker::Worker(WorkerLimits limits) : m_implementation(std::make_unique<Implementation>(limits)) {}
Worker::~Worker() = default;

void Worker::start() { m_implementation->connection.start(); }
bool Worker::isAlive() const { return m_implementation->connection.processId() > 0; }
int Worker::processId() const { return m_implementation->connection.processId(); }
std::optional<Death> Worker::lastDeath() const { return m_implementation->connection.lastDeath(); }

Result<Diagnosis> Worker::check(const CheckRequest& request, const WorkerEvents& events, std::stop_token stop) {
    RunDigest digest(events);
    auto outcome = m_implementation->connection.call(
        {RequestTag::check, "check", encode(request)}, [&](const json& event) { return digest.take(event); }, stop);
    if (!outcome)
        return passOn(outcome);
    if (outcome->death) {
        digest.place(*outcome->death);
        m_implementation->connection.setLastDeath(*outcome->death);
        return digest.diagnosisOf(*outcome->death, request);
    }
    return decodeDiagnosis(outcome->value);
}

Result<Diagnosis> Worker::summary(const ModelRequest& request, std::stop_token stop) {
    RunDigest digest({});
    auto outcome = m_implementation->connection.call(
        {RequestTag::summary, "summary", encode(request)}, [&](const json& event) { return digest.take(event); }, stop);
    if (!outcome)
        return passOn(outcome);
    if (outcome->death) {
        digest.place(*outcome->death);
        m_implementation->connection.setLastDeath(*outcome->death);
        CheckRequest asked;
        asked.model = request;
        return digest.diagnosisOf(*outcome->death, asked);
    }
    return decodeDiagnosis(outcome->value);
}

namespace {

/// For the requests whose answer is no Diagnosis: a death is an error in one sentence.
Error errorOf(Death death, const char* phase) {
    death.phase = phase;
    Error error;
    error.code = ErrorCode::internal;
    error.message = processFinding(death).message;
    return error;
}

const char* originName(TensorRequest::Origin origin) {
    switch (origin) {
    case TensorRequest::Origin::training: return "training";
    case TensorRequest::Origin::weight: return "weight";
    case TensorRequest::Origin::source: return "source";
    case TensorRequest::Origin::prediction: break;
    }
    return "prediction";
}

const char* exportName(Worker::Export what) {
    switch (what) {
    case Worker::Export::activations: return "activations";
    case Worker::Export::fixedInputs: return "fixed-inputs";
    case Worker::Export::outputs: break;
    }
    return "outputs";
}

} // namespace

Result<Tensor> Worker::tensor(const TensorRequest& request, std::stop_token stop, RequestTag tag) {
    json ranges = json::array();
    for (const auto& [begin, end] : request.ranges)
        ranges.push_back({begin, end});
    const json body = {{"origin", originName(request.origin)},
                       {"layer", request.layer},
                       {"index", request.index},
                       {"training_source", request.trainingSource},
                       {"ranges", std::move(ranges)}};
    auto outcome = m_implementation->connection.call({tag, "tensor", body, Connection::NeedsSession::yes}, {}, stop);
    if (!outcome)
        return passOn(outcome);
    if (outcome->death)
        return std::unexpected(errorOf(*outcome->death, "reading elements"));
    const auto entry = decodeSourceEntry(outcome->value);
    if (!entry)
        return std::unexpected(entry.error());
    return mapSharedTensor(std::move(outcome->descriptor), entry->dtype, entry->shape);
}

Result<std::vector<SourceEntry>> Worker::list(const std::string& path, std::stop_token stop) {
    auto outcome = m_implementation->connection.call({RequestTag::list, "list", {{"path", path}}}, {}, stop);
    if (!outcome)
        return passOn(outcome);
    if (outcome->death)
        return std::unexpected(errorOf(*outcome->death, "listing a file"));
    std::vector<SourceEntry> entries;
    for (const auto& value : outcome->value) {
        PLUMBLINE_TRY(auto entry, decodeSourceEntry(value));
        entries.push_back(std::move(entry));
    }
    return entries;
}

Result<BenchResult> Worker::bench(const CheckRequest& request, int repeat, std::stop_token stop) {
    RunDigest digest({});
    auto outcome = m_implementation->connection.call(
        {RequestTag::bench, "bench", {{"check", encode(request)}, {"repeat", repeat}}},
        [&](const json& event) { return digest.take(event); }, stop);
    if (!outcome)
        return passOn(outcome);
    if (outcome->death) {
        digest.place(*outcome->death);
        m_implementation->connection.setLastDeath(*outcome->death);
        BenchResult result;
        result.untimed = digest.diagnosisOf(*outcome->death, request);
        return result;
    }
    return decodeBenchResult(outcome->value);
}

Result<void> Worker::exportArrays(Export what, const std::string& path) {
    auto outcome = m_implementation->connection.call({RequestTag::exportArrays,
                                                      "export",
                                                      {{"what", exportName(what)}, {"path", path}},
                                                      Connection::NeedsSession::yes},
                                                     {}, {});
    if (!outcome)
        return passOn(outcome);
    if (outcome->death)
        return std::unexpected(errorOf(*outcome->death, "writing arrays"));
    return {};
}

} // namespace plumbline
