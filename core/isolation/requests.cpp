#include "core/isolation/requests.h"

#include "core/diagnosis/modelalone.h"
#include "core/formats/data/writers.h"
#include "core/isolation/bench.h"
#include "core/isolation/elements.h"
#include "core/report/codec.h"

#include <algorithm>
#include <chrono>
#include <new>

namespace plumbline {

using nlohmann::json;

namespace {

/// Progress reports as events, at most 20 a second: a reader may report per row.
std::function<void(const ProgressReport&)> throttled(const RequestHandlers::Send& send) {
    return [&send, mutex = std::make_shared<std::mutex>(), last = std::chrono::steady_clock::time_point(),
            activity = std::string()](const ProgressReport& report) mutable {
        const std::scoped_lock lock(*mutex);
        const auto now = std::chrono::steady_clock::now();
        if (report.activity == activity && now - last < std::chrono::milliseconds(50))
            return;
        last = now;
        activity = report.activity;
        send({{"event", "progress"}, {"activity", report.activity}, {"fraction", report.fraction}});
    };
}

CheckEvents eventsOver(const RequestHandlers::Send& send) {
    CheckEvents events;
    events.onModel = [&](const ModelSummary& model) { send({{"event", "model"}, {"model", encode(model)}}); };
    events.onSource = [&](const SourceSummary& source, bool isTraining) {
        send({{"event", "source"}, {"source", encode(source)}, {"is_training", isTraining}});
    };
    events.onPhase = [&](std::string_view phase) { send({{"event", "phase"}, {"phase", std::string(phase)}}); };
    events.onLayerStarted = [&](LayerId layer) {
        if (layer.isValid())
            send({{"event", "layer-started"}, {"layer", layer.index}});
        else // a death is placed in no layer then
            send({{"event", "phase"}, {"phase", "running"}});
    };
    events.onLayer = [&](LayerId layer, const LayerResult& result) {
        send({{"event", "layer"}, {"layer", layer.index}, {"result", encode(result)}});
    };
    return events;
}

/// What ran out of memory while reading files ends as every failed allocation of this process does.
void endWhereMemoryEnds(const Diagnosis& diagnosis) {
    const auto ended = [](const Error& error) { return error.message.id() == "memory.allocation"; };
    if ((diagnosis.error && ended(*diagnosis.error)) || std::ranges::any_of(diagnosis.furtherErrors, ended))
        throw std::bad_alloc();
}

} // namespace

Result<Answer> RequestHandlers::handle(const std::string& name, const json& body, std::stop_token stop,
                                       const Send& send) {
    const Progress progress(std::move(stop), throttled(send));
    if (name == "check")
        return check(body, progress, send);
    if (name == "summary")
        return summary(body, progress, send);
    if (name == "list")
        return list(body);
    if (name == "tensor")
        return tensor(body, progress);
    if (name == "export")
        return exportArrays(body, progress);
    if (name == "bench") {
        PLUMBLINE_TRY(const auto request, decodeCheckRequest(body.at("check")));
        PLUMBLINE_TRY(const auto result, runBench(request, body.at("repeat"), eventsOver(send), progress));
        if (result.untimed)
            endWhereMemoryEnds(*result.untimed);
        return Answer{encode(result), {}};
    }
    return failure(ErrorCode::internal, "worker.request", "The worker process knows no request {name}.",
                   {{"name", name}});
}

Result<std::shared_ptr<const CheckSession>> RequestHandlers::session() {
    const std::scoped_lock lock(m_mutex);
    if (!m_session)
        return failure(ErrorCode::value, "worker.no-session", "Nothing was checked yet: there are no arrays to show.");
    return m_session;
}

Result<Answer> RequestHandlers::check(const json& body, const Progress& progress, const Send& send) {
    PLUMBLINE_TRY(const auto request, decodeCheckRequest(body));
    std::shared_ptr<const CheckSession> previous;
    {
        const std::scoped_lock lock(m_mutex);
        previous = m_session;
    }
    PLUMBLINE_TRY(auto session, plumbline::check(request, eventsOver(send), progress, previous.get()));
    endWhereMemoryEnds(session.diagnosis);
    auto shared = std::make_shared<const CheckSession>(std::move(session));
    auto encoded = encode(shared->diagnosis);
    const std::scoped_lock lock(m_mutex);
    m_session = std::move(shared);
    return Answer{std::move(encoded), {}};
}

Result<Answer> RequestHandlers::summary(const json& body, const Progress& progress, const Send& send) {
    PLUMBLINE_TRY(const auto request, decodeModelRequest(body));
    send({{"event", "phase"}, {"phase", "reading model"}});
    auto model = openModel(request, progress);
    if (!model && (model.error().code == ErrorCode::cancelled || model.error().code == ErrorCode::wrongCall))
        return passOn(model);
    if (!model) {
        const auto diagnosis = diagnosisOfUnreadable(std::move(model.error()));
        endWhereMemoryEnds(diagnosis);
        return Answer{encode(diagnosis), {}};
    }
    // Kept as a session without a run: the weights of a model alone are asked for too.
    CheckSession alone;
    alone.model = std::move(*model);
    alone.diagnosis = diagnosisOfModel(alone.model);
    auto encoded = encode(alone.diagnosis);
    const std::scoped_lock lock(m_mutex);
    m_session = std::make_shared<const CheckSession>(std::move(alone));
    return Answer{std::move(encoded), {}};
}

Result<Answer> RequestHandlers::list(const json& body) {
    PLUMBLINE_TRY(const auto entries, listSource(body.at("path").get<std::string>()));
    json out = json::array();
    for (const auto& entry : entries)
        out.push_back(encode(entry));
    return Answer{std::move(out), {}};
}

Result<Answer> RequestHandlers::tensor(const json& body, const Progress& progress) {
    PLUMBLINE_TRY(const auto current, session());
    PLUMBLINE_TRY(const auto request, decodeElementRequest(body));
    PLUMBLINE_TRY(auto tensor, elementsOf(*current, request, progress));
    return Answer{{}, std::move(tensor)};
}

Result<Answer> RequestHandlers::exportArrays(const json& body, const Progress& progress) {
    PLUMBLINE_TRY(const auto current, session());
    PLUMBLINE_TRY(const auto members, exportedArrays(*current, body.at("what").get<std::string>(), progress));
    PLUMBLINE_CHECK(writeNpz(body.at("path").get<std::string>(), members));
    return Answer{};
}

} // namespace plumbline
