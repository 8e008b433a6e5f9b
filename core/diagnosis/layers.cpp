#include "core/diagnosis/layers.h"

#include "core/diagnosis/envelopes.h"
#include "core/diagnosis/reach.h"

#include <algorithm>
#include <array>
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
        const bool isDead = channels[i].count > 0 && channels[i].finite() == 0; // its mean is of nothing
        out.push_back(isDead || (width == 0 && gap > 0) ? INFINITY : width > 0 ? gap / width : 0.0);
    }
    return out;
}

double shareOfNan(const Statistics& statistics) {
    return statistics.count > 0 ? static_cast<double>(statistics.nan) / static_cast<double>(statistics.count) : 0;
}

/// Training that has NaN too says how many are usual. They come by rows, so the luck is that of so many rows: four
/// deviations, and a few rows more.
double beyondShare(const Statistics& training, const Statistics& here, std::int64_t rows) {
    const double usual = shareOfNan(training), n = static_cast<double>(std::max<std::int64_t>(1, rows));
    return std::max(0.0, shareOfNan(here) - usual) / (4 * std::sqrt(usual * (1 - usual) / n) + 4 / n);
}

/// What training is known by at a layer, and how many of its rows that is of. An input's reference is looked through as
/// a whole, the layers run on a sample of it.
void addTraining(const Model& model, LayerId id, const Profile& profile, LayerResult& out) {
    const auto& layer = profile.layers[id.index];
    if (!layer.rows.empty())
        out.training = layer.statistics;
    out.trainingRows = static_cast<std::int64_t>(layer.rows.size());
    for (const auto input : model.graph.inputs()) {
        const auto* reference = rowOf(model.graph, input) == id ? profile.find(model.graph.value(input).name) : nullptr;
        if (!reference)
            continue;
        out.training = reference->statistics;
        out.trainingRows = reference->kind == ReferenceKind::law && !reference->sample.isNull()
                               ? reference->sample.shape()[0]
                               : reference->rows;
    }
}

} // namespace

std::optional<Divergence> layerDivergence(const Model& model, LayerId id, const Statistics& statistics,
                                          const Profile* profile, const Envelope* envelope) {
    if (statistics.count == 0)
        return std::nullopt;
    // Dead, whatever training's own run gives there: a NaN weight kills that one too.
    if (statistics.finite() == 0)
        return statistics.nan > 0 ? Divergence{INFINITY, "nan", 0, static_cast<double>(statistics.nan)}
                                  : Divergence{INFINITY, "inf", 0, static_cast<double>(statistics.infinite())};
    if (!envelope || id.index >= envelope->layers.size())
        return std::nullopt;
    const auto* training = profile && id.index < profile->layers.size() ? &profile->layers[id.index] : nullptr;
    if (!model.graph.layer(id).isInput && training && !training->rows.empty()) {
        if (statistics.nan > 0 && training->statistics.nan == 0)
            return Divergence{INFINITY, "nan", 0, static_cast<double>(statistics.nan)};
        if (statistics.infinite() > 0 && training->statistics.infinite() == 0)
            return Divergence{INFINITY, "inf", 0, static_cast<double>(statistics.infinite())};
        if (const double times = beyondShare(training->statistics, statistics, envelope->batch); times > 1)
            return Divergence{times, "nan", shareOfNan(training->statistics), shareOfNan(statistics)};
    }
    // One row does not say how far a layer moves.
    if (!model.graph.layer(id).isInput && training && training->rows.size() < 2)
        return std::nullopt;
    if (!envelope->layers[id.index].known)
        return std::nullopt;
    const auto out = divergenceOf(envelope->layers[id.index], statistics);
    return out.figure.empty() ? std::nullopt : std::optional(out); // training's rows did not reach the layer
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
        addTraining(model, id, *profile, out);
        trainingFinite = training.statistics.nan == 0 && training.statistics.infinite() == 0;
        out.channelDivergence = channelDivergence(model.graph.layer(id), record, training);
    }
    const bool bad = record.statistics.nan > 0 || record.statistics.infinite() > 0;
    if ((out.divergence && *out.divergence > 1) || (bad && trainingFinite))
        out.status = LayerStatus::diverges;
    if (out.status == LayerStatus::diverges && out.divergence && *out.divergence <= 1)
        out.divergence = INFINITY; // of an input: its finite numbers may well be training's
    return out;
}

namespace {

/// Without a reference an infinity says nothing by itself: a mask has many, and what follows takes them away.
void forgiveAbsorbed(const Context& context, std::vector<LayerResult>& results) {
    std::vector<LayerResult*> rows;
    for (std::size_t i = 0; i < results.size(); ++i) {
        const auto& result = results[i];
        if (!context.graph().layers()[i].isInput && !result.training && !result.divergence &&
            result.statistics.nan == 0 && result.statistics.infinite() > 0)
            rows.push_back(&results[i]);
    }
    const auto isFinite = [](const Tensor& output) {
        return output.isNull() || !isFloat(output.dtype()) ||
               statisticsOf(output, HistogramWanted::no).finite() == output.elements();
    };
    if (rows.empty() || !context.attempt.isComplete() || !std::ranges::all_of(context.attempt.outputs, isFinite))
        return;
    for (auto* row : rows)
        row->status = LayerStatus::ok;
}

} // namespace

void markNonFinite(std::vector<LayerResult>& results, const Graph& graph, const std::vector<Finding>& findings) {
    static constexpr std::array bearers{"nan-born", "inf-born", "nan-in-weights", "negative-variance"};
    const Reach reach(graph);
    for (const auto& finding : findings) {
        if (finding.severity == Severity::note || finding.where.index < 0 ||
            std::ranges::find(bearers, finding.code) == bearers.end())
            continue;
        auto rows = reach.below(reach.valuesOf(finding.where));
        rows[static_cast<std::size_t>(finding.where.index)] = true;
        for (std::size_t i = 0; i < std::min(rows.size(), results.size()); ++i) {
            auto& result = results[i];
            const auto& statistics = result.statistics;
            const bool holds = statistics.nan > 0 || (finding.code != "nan-born" && statistics.infinite() > 0);
            if (!rows[i] || !holds || result.status == LayerStatus::failed)
                continue;
            result.status = LayerStatus::diverges;
            if (result.divergence)
                result.divergence = INFINITY;
        }
    }
}

std::vector<LayerResult> layerResults(const Context& context) {
    const auto& graph = context.graph();
    const auto& attempt = context.attempt;
    std::vector<LayerResult> out(graph.layers().size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        const LayerId id(i);
        const auto& layer = graph.layer(id);
        if (context.profile && i < context.profile->layers.size())
            addTraining(*context.model, id, *context.profile, out[i]);
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
    forgiveAbsorbed(context, out);
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
