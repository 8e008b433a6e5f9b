#include "core/diagnosis/layers.h"

#include <cmath>

namespace plumbline {

namespace {

std::vector<double> channelDivergence(const Layer& layer, const TraceRecord& record, const LayerProfile& training) {
    const auto rank = record.shape.rank();
    const auto axis = rank == 2 || layer.channelsLast ? rank - 1 : 1;
    if (record.elements.isNull() || rank < 2 || training.channelMean.empty() ||
        static_cast<std::int64_t>(training.channelMean.size()) != record.shape[axis])
        return {};
    std::vector<double> out;
    const auto channels = statisticsAlong(record.elements, axis);
    for (std::size_t i = 0; i < channels.size(); ++i) {
        const double width = i < training.channelStd.size() ? training.channelStd[i] : 0;
        const double gap = std::abs(channels[i].mean - training.channelMean[i]);
        out.push_back(width > 0 ? gap / width : gap > 0 ? INFINITY : 0.0);
    }
    return out;
}

} // namespace

std::optional<Divergence> layerDivergence(const Model& model, LayerId id, const Statistics& statistics,
                                          const Profile* profile, const Envelope* envelope) {
    if (!envelope || id.index >= envelope->layers.size())
        return std::nullopt;
    const auto* training = profile && id.index < profile->layers.size() ? &profile->layers[id.index] : nullptr;
    if (!model.graph.layer(id).isInput && training && !training->rows.empty() && statistics.infinite() > 0 &&
        training->statistics.infinite() == 0)
        return Divergence{INFINITY, "inf", 0, static_cast<double>(statistics.infinite())};
    if (statistics.finite() == 0)
        return std::nullopt;
    // One row does not say how far a layer moves.
    if (!model.graph.layer(id).isInput && training && training->rows.size() < 2)
        return std::nullopt;
    return divergenceOf(envelope->layers[id.index], statistics);
}

LayerResult layerResult(const Model& model, LayerId id, const TraceRecord& record, const Profile* profile,
                        const Envelope* envelope) {
    LayerResult out;
    out.status = LayerStatus::ok;
    out.shapes = {record.shape};
    out.dtype = record.dtype;
    out.statistics = record.statistics;
    out.microseconds = record.microseconds;
    if (const auto divergence = layerDivergence(model, id, record.statistics, profile, envelope))
        out.divergence = divergence->multiple;
    bool trainingFinite = true;
    if (profile && id.index < profile->layers.size()) {
        const auto& training = profile->layers[id.index];
        out.training = training.statistics;
        trainingFinite = training.statistics.nan == 0 && training.statistics.infinite() == 0;
        out.channelDivergence = channelDivergence(model.graph.layer(id), record, training);
    }
    const bool bad = record.statistics.nan > 0 || record.statistics.infinite() > 0;
    if ((out.divergence && *out.divergence > 1) || (bad && trainingFinite))
        out.status = LayerStatus::diverges;
    return out;
}

std::vector<LayerResult> layerResults(const Context& context) {
    const auto& graph = context.graph();
    const auto& attempt = context.attempt;
    std::vector<LayerResult> out(graph.layers().size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        const LayerId id(i);
        const auto& layer = graph.layer(id);
        if (context.profile && i < context.profile->layers.size())
            out[i].training = context.profile->layers[i].statistics;
        const auto* record = attempt.trace ? attempt.trace->output(*context.model, id) : nullptr;
        if (!record)
            continue;
        out[i] = layerResult(*context.model, id, *record, context.profile, context.judged.get());
        for (std::size_t k = 1; k < layer.outputs.size(); ++k)
            if (const auto* other = attempt.trace->find(layer.outputs[k]))
                out[i].shapes.push_back(other->shape);
    }
    // An input that the framework refuses shows what was given.
    for (const auto& input : context.inputs) {
        if (!input.layer.isValid() || input.isMissing())
            continue;
        auto& row = out[input.layer.index];
        if (row.shapes.empty() || !input.accepted) {
            row.shapes = {input.shape()};
            row.dtype = input.tensor.dtype();
            row.statistics = input.statistics;
            row.status = LayerStatus::ok;
        }
        if (!input.accepted)
            row.status = LayerStatus::diverges;
    }
    if (attempt.failure && attempt.failure->layer.isValid()) {
        for (auto id = attempt.failure->layer; id.isValid(); id = graph.layer(id).parent) {
            auto& row = out[id.index];
            row.status = LayerStatus::failed;
            row.shapes.clear();
        }
    }
    return out;
}

} // namespace plumbline
