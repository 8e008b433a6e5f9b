#include "core/diagnosis/envelopes.h"

#include "core/diagnosis/reach.h"
#include "core/diagnosis/repeatedrows.h"

#include <algorithm>

namespace plumbline {

namespace {

/// Other combinations of what training had come to other values on the way: as far beyond a layer's range as that is
/// wide on the side.
constexpr double reachInside = 2;
/// Inputs whose own figures no test tells from training's are no ground to doubt a layer that is barely beyond.
constexpr double reachDrawn = 1.5;

/// By input, how many steps the prediction has where training has more: of series, whose axis 1 the model leaves open.
std::vector<std::int64_t> fewerSteps(const std::vector<InputView>& inputs) {
    std::vector<std::int64_t> out;
    for (const auto& input : inputs) {
        const auto rank = input.accepted ? input.accepted->rank() : 0;
        const bool isSeries = (rank == 2 || rank == 3) && input.declared.shape.size() == rank &&
                              !input.declared.shape[1].isKnown() && input.training &&
                              input.training->sample.rank() == rank;
        const bool isCut =
            isSeries && (*input.accepted)[1] > 0 && (*input.accepted)[1] < input.training->sample.shape()[1];
        out.push_back(isCut ? (*input.accepted)[1] : 0);
    }
    return out;
}

} // namespace

LayerId rowOf(const Graph& graph, ValueId input) {
    const auto layer = graph.value(input).layer;
    if (layer.isValid() && graph.layer(layer).isInput)
        return layer;
    for (std::size_t i = 0; i < graph.layers().size(); ++i)
        if (graph.layers()[i].isInput &&
            std::ranges::find(graph.layers()[i].outputs, input) != graph.layers()[i].outputs.end())
            return LayerId(i);
    return {};
}

std::shared_ptr<const Envelope> Envelopes::of(const std::vector<InputView>& inputs, std::int64_t batch) {
    const auto base = ofRows(m_whole, inputs, batch);
    const auto steps = fewerSteps(inputs);
    if (!base || std::ranges::all_of(steps, [](auto count) { return count == 0; }))
        return base;
    auto out = base;
    for (const auto from : {From::start, From::end})
        if (auto* cut = cutTo(steps, from))
            if (const auto shorter = ofRows(*cut, inputs, batch))
                out = std::make_shared<const Envelope>(united(*out, *shorter));
    return out;
}

void Envelopes::clear() {
    m_whole.envelopes.clear();
    m_cuts.clear();
    m_agreements.clear();
}

std::shared_ptr<const TrainingAgreement> Envelopes::agreement(const InputView& input, const Envelope& envelope) {
    if (!input.training || input.training->sample.isNull() || !input.accepted || input.accepted->rank() == 0 ||
        !input.layer.isValid() || input.layer.index >= envelope.layers.size() ||
        !envelope.layers[input.layer.index].known)
        return nullptr;
    std::vector<std::int64_t> key = input.accepted->extents();
    key.push_back(static_cast<std::int64_t>(input.position));
    key.push_back(input.independentRows);
    auto& out = m_agreements[key];
    if (!out)
        out = std::make_shared<const TrainingAgreement>(*input.training, envelope.layers[input.layer.index],
                                                        input.independentRows);
    return out;
}

std::shared_ptr<const Envelope> Envelopes::judged(const std::shared_ptr<const Envelope>& envelope,
                                                  const std::vector<InputView>& inputs) const {
    const auto is = [](const InputView& input, Standing standing) { return input.standing == standing; };
    if (!envelope)
        return envelope;
    const Reach reach(m_model.graph);
    auto out = std::make_shared<Envelope>(*envelope);
    std::vector<bool> inside(out->layers.size(), false), outside(out->layers.size(), false);
    for (const auto& input : inputs) {
        auto& marked = is(input, Standing::outside) ? outside : inside;
        const auto below = reach.below(reach.valuesOf(input.place()));
        for (std::size_t layer = 0; layer < marked.size() && layer < below.size(); ++layer)
            marked[layer] = marked[layer] || (below[layer] && !is(input, Standing::drawn));
    }
    for (std::size_t layer = 0; layer < out->layers.size(); ++layer)
        if (!outside[layer])
            out->layers[layer] = inside[layer] ? widened(rangeAlone(out->layers[layer]), reachInside)
                                               : widened(out->layers[layer], reachDrawn);
    for (const auto& input : inputs)
        if (input.layer.isValid() && input.layer.index < out->layers.size())
            out->layers[input.layer.index] = is(input, Standing::inside) || input.isCodes()
                                                 ? rangeAlone(envelope->layers[input.layer.index])
                                                 : envelope->layers[input.layer.index];
    return out;
}

/// Null where training cannot be cut or run so: it then says nothing of shorter series.
Envelopes::Reference* Envelopes::cutTo(const std::vector<std::int64_t>& steps, From from) {
    const auto [at, isNew] = m_cuts.try_emplace({steps, from});
    auto& cut = at->second;
    if (isNew) {
        cut.profile.inputs = m_whole.profile->inputs;
        cut.profile.batchesInARow = m_whole.profile->batchesInARow;
        bool whole = true;
        for (std::size_t i = 0; i < steps.size(); ++i)
            for (auto& input : cut.profile.inputs)
                if (steps[i] > 0 && input.input == m_model.graph.value(m_model.graph.inputs()[i]).name) {
                    auto dense =
                        input.sample.sliced(1, from == From::start ? 0 : input.sample.shape()[1] - steps[i], steps[i])
                            .contiguous();
                    whole = whole && dense;
                    if (dense)
                        input.sample = std::move(*dense);
                }
        if (whole && profileLayers(cut.profile, m_executor, m_progress))
            cut.reference.profile = &cut.profile;
    }
    return cut.reference.profile ? &cut.reference : nullptr;
}

std::shared_ptr<const Envelope> Envelopes::ofBatch(Reference& reference, std::int64_t batch) {
    const auto* profile = reference.profile;
    if (!profile || profile->layers.empty() || batch <= 0)
        return nullptr;
    auto& out = reference.envelopes[batch];
    if (out)
        return out;
    auto envelope = envelopeFor(*profile, batch, m_seed);
    for (const auto id : m_model.graph.inputs())
        if (const auto* input = profile->find(m_model.graph.value(id).name))
            if (const auto row = rowOf(m_model.graph, id); row.isValid() && row.index < envelope.layers.size())
                widenByColumns(envelope.layers[row.index], *input, batch);
    return out = std::make_shared<const Envelope>(std::move(envelope));
}

std::shared_ptr<const Envelope> Envelopes::ofRows(Reference& reference, const std::vector<InputView>& inputs,
                                                  std::int64_t batch) {
    auto base = ofBatch(reference, batch);
    if (!base || batch == 1)
        return base;
    const auto& graph = m_model.graph;
    const Reach reach(graph);
    std::vector<std::vector<std::uint64_t>> keys;
    std::vector<std::vector<bool>> below;
    bool allDiffer = true;
    for (const auto& input : inputs) {
        keys.push_back(rowKeys(input.tensor));
        below.push_back(reach.below(reach.valuesOf(input.place())));
        if (input.layer.isValid())
            below.back()[input.layer.index] = true;
        allDiffer = allDiffer && independentRows(keys.back()).distinct == batch;
    }
    if (allDiffer)
        return base;
    auto out = std::make_shared<Envelope>(*base);
    std::map<std::vector<bool>, IndependentRows> known; // by the inputs that come to a layer
    for (std::size_t layer = 0; layer < out->layers.size(); ++layer) {
        std::vector<bool> sources;
        for (std::size_t i = 0; i < inputs.size(); ++i)
            sources.push_back(layer < below[i].size() && below[i][layer]);
        const auto [at, fresh] = known.try_emplace(sources);
        if (fresh) {
            std::vector<std::uint64_t> joined;
            for (std::size_t i = 0; i < inputs.size(); ++i)
                if (sources[i])
                    joinKeys(joined, keys[i]);
            at->second = joined.empty() ? IndependentRows{batch, batch} : independentRows(std::move(joined));
        }
        if (at->second.even >= batch)
            continue;
        const auto &even = ofBatch(reference, at->second.even)->layers[layer],
                   &extremes = ofBatch(reference, at->second.distinct)->layers[layer];
        out->layers[layer] = even;
        out->layers[layer].min = extremes.min;
        out->layers[layer].max = extremes.max;
    }
    return out;
}

} // namespace plumbline
