#include "core/isolation/rundigest.h"

#include "core/report/codec.h"
#include "core/report/codecvalues.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <csignal>

namespace plumbline {

using nlohmann::json;

Result<void> RunDigest::take(const json& event) {
    const auto taken = codec::guarded("event of the worker process", [&]() -> bool {
        const auto& kind = event.at("event").get_ref<const std::string&>();
        const auto ok = [](auto& result) -> auto& {
            if (!result)
                throw codec::DecodeError(result.error().text());
            return *result;
        };
        const auto row = [&] {
            const int layer = codec::takeRow(event.at("layer"));
            if (!m_known.model || layer < 0 || static_cast<std::size_t>(layer) >= m_known.model->layers.size())
                throw codec::DecodeError("a layer that is not there");
            return layer;
        };
        if (kind == "progress") {
            if (m_events.onProgress)
                m_events.onProgress({event.at("activity"), codec::takeNumber(event.at("fraction"))});
        } else if (kind == "model") {
            auto model = decodeModelSummary(event.at("model"));
            m_known.model = ok(model);
            if (m_events.onModel)
                m_events.onModel(*m_known.model);
        } else if (kind == "source") {
            auto source = decodeSourceSummary(event.at("source"));
            const bool isTraining = event.at("is_training");
            (isTraining ? m_known.training : m_known.prediction).push_back(ok(source));
            if (m_events.onSource)
                m_events.onSource(*source, isTraining);
        } else if (kind == "phase") {
            m_phase = event.at("phase");
            m_layer = -1;
            if (m_events.onPhase)
                m_events.onPhase(m_phase);
        } else if (kind == "layer-started") {
            m_layer = row();
            if (m_events.onLayerStarted)
                m_events.onLayerStarted(m_layer);
        } else if (kind == "layer") {
            const int layer = row();
            auto result = decodeLayerResult(event.at("result"));
            m_known.layers.resize(m_known.model->layers.size());
            m_known.layers[static_cast<std::size_t>(layer)] = ok(result);
            if (m_events.onLayer)
                m_events.onLayer(layer, *result);
        } else
            throw codec::DecodeError("unknown event " + kind);
        return true;
    });
    return taken ? Result<void>() : std::unexpected(taken.error());
}

void RunDigest::place(Death& death) const {
    death.phase = m_phase;
    if (m_layer >= 0) {
        death.layer = m_known.model->layers[static_cast<std::size_t>(m_layer)].name;
        death.layerIndex = m_layer;
    }
}

/// The files that were being decoded in `phase`; nothing where a run may have been under way as well.
static std::vector<std::string> filesOf(const std::string& phase, const CheckRequest& request) {
    if (phase == "reading model")
        return {request.model.path};
    std::vector<std::string> out;
    if (phase == "reading input")
        for (const auto& spec : request.prediction)
            if (!spec.law)
                out.push_back(spec.path);
    return out;
}

/// A fault inside the process, which no one sent: damaged files lead HDF5's library to it.
static bool isOwnFault(const Death& death) {
    return death.kind == Death::Kind::signal &&
           (death.code == SIGSEGV || death.code == SIGABRT || death.code == SIGBUS || death.code == SIGFPE ||
            death.code == SIGVTALRM);
}

Diagnosis RunDigest::diagnosisOf(const Death& death, const CheckRequest& request) const {
    Diagnosis diagnosis = m_known;
    diagnosis.verdict = Verdict::cannotRun;
    if (const auto files = filesOf(death.phase, request); isOwnFault(death) && !files.empty()) {
        Error error;
        error.code = ErrorCode::cannotRead;
        error.file = files.size() == 1 ? files.front() : "";
        error.message = Message(
            files.size() == 1 ? "file.decoder-died" : "file.decoder-died.several",
            files.size() == 1 ? "{files} cannot be read: it is damaged. The process that decoded it died of "
                                "{signal}. Save or copy the file again."
                              : "One of {files} cannot be read: it is damaged. The process that decoded them died "
                                "of {signal}. Save or copy the file again.",
            {{"files", fmt::format("{}", fmt::join(files, ", "))}, {"signal", death.name}});
        diagnosis.error = std::move(error);
        return diagnosis;
    }
    diagnosis.findings = {processFinding(death)};
    if (m_layer >= 0) {
        diagnosis.layers.resize(diagnosis.model->layers.size());
        diagnosis.layers[static_cast<std::size_t>(m_layer)].status = LayerStatus::failed;
    }
    return diagnosis;
}

} // namespace plumbline
