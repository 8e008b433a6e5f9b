// scale: the whole input is training's under a map with a name. A name is given only where the mapped input is within
// training, in its figures and in its distribution; whole numbers in a table must be whole in training too once the map
// is undone.
#include "core/diagnosis/arrays.h"
#include "core/diagnosis/inputmaps.h"
#include "core/diagnosis/inputs.h"
#include "core/diagnosis/lookups.h"
#include "core/diagnosis/rules/rules.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace plumbline::rules {

namespace {

constexpr double wholeShare = 0.98; // of training's numbers, once the map is undone

/// Training's sample, the map undone, is of whole numbers as the prediction is.
bool staysWhole(const InputView& input, const InputMap& map) {
    const auto values = toDoubles(input.training->sample);
    if (!values || values->empty())
        return false;
    std::size_t whole = 0;
    for (std::size_t i = 0; i < values->size(); ++i) {
        const double raw = ((*values)[i] - map.offset[i % map.offset.size()]) / map.scale[i % map.scale.size()];
        whole += std::abs(raw - std::round(raw)) < 1e-2 ? 1 : 0;
    }
    return static_cast<double>(whole) >= wholeShare * static_cast<double>(values->size());
}

/// Whole numbers where the model takes them: what does not go into its type is no picture's byte.
Result<Tensor> asDeclared(const InputView& input, Tensor applied) {
    if (!isInteger(input.declared.dtype) || !isFloat(applied.dtype()))
        return applied;
    PLUMBLINE_TRY(auto whole, rounded(applied, input.declared.dtype));
    const auto before = statisticsOf(applied, HistogramWanted::no), after = statisticsOf(whole, HistogramWanted::no);
    const bool inside = std::abs(before.min - after.min) <= 0.5 && std::abs(before.max - after.max) <= 0.5;
    return inside ? whole : applied;
}

/// Training's pictures, channel by channel, reach from where this map puts a byte of 0 to where it puts 255: that they
/// were bytes under it needs no batch of the same brightness to be seen.
bool spansBytes(const InputView& input, const InputMap& map) {
    constexpr double slack = 0.02; // of the range
    const auto& training = *input.training;
    const auto channels = map.scale.size();
    if (input.accepted->rank() != 4 || (channels > 1 && training.perColumn.size() != channels))
        return false;
    for (std::size_t c = 0; c < channels; ++c) {
        const auto& s = channels > 1 ? training.perColumn[c] : training.statistics;
        const double low = map.offset[c], high = map.scale[c] * 255 + map.offset[c];
        if (high <= low || std::abs(s.min - low) > slack * (high - low) ||
            std::abs(s.max - high) > slack * (high - low))
            return false;
    }
    return true;
}

/// The fractions are bytes that were divided: this map leads back to them.
bool leadsToBytes(const InputView& input, const std::vector<double>& values, const InputMap& map) {
    if (map.scale.size() != 1 || map.scale[0] <= 1 || (input.statistics.min < 0) != (map.offset[0] > 0))
        return false;
    return std::ranges::all_of(values, [&](double x) {
        const double byte = x * map.scale[0] + map.offset[0];
        return byte > -0.5 && byte < 255.5 && std::abs(byte - std::round(byte)) < 1e-2;
    });
}

struct Found {
    InputMap map;
    Agreement agreement;
};

/// `raw`: the input is of bytes. `divided`: training is, and the input is of fractions.
std::optional<Found> find(const Context& context, const InputView& input, const std::vector<double>& values, bool raw,
                          bool divided) {
    const auto& bands = context.envelope->layers[input.layer.index];
    const TrainingAgreement agreement(*input.training, bands, input.independentRows);
    const bool whole = isWhole(values);
    const auto shaped = input.tensor.reshaped(*input.accepted);
    std::optional<Found> best;
    for (auto& map : usualMaps(input)) {
        auto applied = shaped ? mapped(*shaped, map.scale, map.offset) : Result<Tensor>(Tensor());
        if (applied && !applied->isNull())
            applied = asDeclared(input, std::move(*applied));
        if (!applied || applied->isNull())
            continue;
        const auto result = agreement.of(*applied, raw && map.scale.size() == 1 ? std::abs(map.scale[0]) : 0);
        if ((raw && spansBytes(input, map)) || (divided && leadsToBytes(input, values, map)))
            return Found{std::move(map), result};
        if (!result.holds() || (whole && !raw && !input.training->wholeNumbers && !staysWhole(input, map)))
            continue;
        if (map.scale.size() > 1 && !columnsHold(*input.training, *applied) && input.shape().rank() == 2)
            continue;
        // The more usual name stands unless another fits far better; one with the prediction's own numbers always does.
        if (best && map.isFitted && !best->map.isFitted)
            continue;
        if (!best || result.distribution * 2 < best->agreement.distribution)
            best = Found{std::move(map), result};
    }
    return best;
}

/// The bytes of pictures, as they are stored.
bool isRawReference(const InputProfile& training, bool channelsLast) {
    const auto& s = training.statistics;
    return training.kind == ReferenceKind::dataset && looksLikeImages(training.shape, channelsLast) &&
           training.wholeNumbers && s.min >= 0 && s.max > 1 && s.max <= 255;
}

/// The first arithmetic that the input meets is the model's own scaling: Rescaling, Normalization, a first
/// normalization over batches, or the same written as raw operations.
bool hasOwnScaling(const Graph& graph, ValueId input) {
    static constexpr std::array passing{"Cast", "Identity", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Transpose"};
    static constexpr std::array scaling{"Mul",
                                        "Div",
                                        "Sub",
                                        "Add",
                                        "BatchNormalization",
                                        "LayerNormalization",
                                        "GroupNormalization",
                                        "InstanceNormalization"};
    const auto consumers = graph.consumers();
    std::vector<ValueId> reached{input};
    while (!reached.empty()) {
        const auto value = reached.back();
        reached.pop_back();
        for (const auto id : consumers[value.index]) {
            const auto& node = graph.node(id);
            if (std::ranges::find(scaling, node.op) != scaling.end())
                return true;
            if (std::ranges::find(passing, node.op) != passing.end())
                reached.push_back(node.outputs[0]);
        }
    }
    return false;
}

/// The map from the reference to the prediction, as it is typed behind a SOURCE; empty where it has no name.
AffineMap mapOfReference(const InputMap& back) {
    if (back.name == "255*x")
        return {1 / 255.0, 0, "x/255"};
    if (back.name == "127.5*x+127.5")
        return {1 / 127.5, -1, "x/127.5-1"};
    return {1, 0, ""};
}

/// The reference alone is raw, and the model does not scale: training scaled on its way, as the prediction did.
bool noteOfReference(const Context& context, const InputView& input, const InputMap& back, bool channelsLast,
                     Candidates& out) {
    const auto map = mapOfReference(back);
    if (map.text.empty() || !isRawReference(*input.training, channelsLast) ||
        hasOwnScaling(context.graph(), context.graph().inputs()[input.position]))
        return false;
    Finding finding;
    finding.code = "layer-drift";
    finding.severity = Severity::note;
    finding.where = input.place();
    const auto &there = input.training->statistics, &here = input.statistics;
    finding.expected = {{"min", toJson(there.min)}, {"max", toJson(there.max)}};
    finding.actual = {{"min", toJson(here.min)}, {"max", toJson(here.max)}};
    finding.evidence = {{"reference_map", {{"name", map.text}, {"scale", map.scale}, {"offset", map.offset}}},
                        {"raw_images", true}};
    finding.message = Message(
        "reference.raw",
        "The training reference {source} of input {input} holds raw pictures in {from} … {to}, the prediction is "
        "in {low} … {high}: {map} makes both agree. The model has no scaling of its own, so the reference is "
        "taken as {source}@{map}.",
        {{"source", input.training->source},
         {"input", input.name},
         {"from", there.min},
         {"to", there.max},
         {"low", here.min},
         {"high", here.max},
         {"map", map.text}});
    out.push_back({std::move(finding), {}});
    return true;
}

nlohmann::json numbers(const std::vector<double>& values) {
    return values.size() == 1 ? nlohmann::json(values.front()) : nlohmann::json(values);
}

void judge(const Context& context, const InputView& input, Candidates& out) {
    // Single columns that are off say more than a map of all that would mend them too.
    if (std::ranges::any_of(out, [&](const Candidate& c) {
            return c.finding.where.name == input.name && !c.finding.where.features.empty() &&
                   c.finding.severity == Severity::warning;
        }))
        return;
    const auto divergence = context.divergence(input.layer);
    if (!divergence || input.statistics.finite() == 0)
        return;
    const bool channelsLast = context.graph().layer(input.layer).channelsLast;
    // Fractions of one where training has the bytes of pictures are no dark picture, however dark training's are.
    const bool divided = input.statistics.min >= -1 && input.statistics.max <= 1 && isFloat(input.tensor.dtype()) &&
                         isRawReference(*input.training, channelsLast);
    if (divergence->multiple <= 1 && !divided)
        return;
    const auto values = toDoubles(input.tensor);
    if (!values || (divergence->multiple <= 1 && isWhole(*values)) ||
        lookupsOf(context.graph()).contains(input.position))
        return;
    const bool raw = isRawImages(input, *values, channelsLast);
    const auto found = find(context, input, *values, raw, divided);
    if (!found || noteOfReference(context, input, found->map, channelsLast, out))
        return;
    const auto& training = input.training->statistics;
    const auto& here = input.statistics;
    Finding finding;
    finding.code = "scale";
    finding.severity = Severity::warning;
    finding.where = input.place();
    finding.expected = {{"min", toJson(training.min)}, {"max", toJson(training.max)}, {"mean", toJson(training.mean)}};
    finding.actual = {{"min", toJson(here.min)}, {"max", toJson(here.max)}, {"mean", toJson(here.mean)}};
    finding.evidence = {
        {"map",
         {{"name", found->map.name}, {"scale", numbers(found->map.scale)}, {"offset", numbers(found->map.offset)}}},
        {"raw_images", raw},
        {"fitted", found->map.isFitted},
        {"divergence", toJson(divergence->multiple)},
        {"divergence_after", toJson(found->agreement.figures)}};
    finding.threshold = {{"multiple", 1},
                         {"rule", "batches of the prediction's size, drawn from the training reference"}};
    const auto& map = found->map;
    finding.message =
        Message("scale", "Input {input} is in {low} … {high}, training was in {from} … {to}: {map} brings it there.",
                {{"input", input.name},
                 {"low", here.min},
                 {"high", here.max},
                 {"from", training.min},
                 {"to", training.max},
                 {"map", map.text.empty() ? map.name : map.text}});
    out.push_back(
        {std::move(finding),
         {map.text.empty()
              ? fixes::mapColumns(input.target, map.name, map.scale, map.offset)
              : fixes::map(input.target, map.name, map.text, map.scale.front(), map.offset.front(),
                           isInteger(input.declared.dtype) ? std::optional(input.declared.dtype) : std::nullopt)}});
}

} // namespace

void scale(const Context& context, Candidates& out) {
    for (const auto& input : context.inputs)
        if (!input.isMissing() && input.accepted && input.accepted->rank() > 0 && input.training && context.envelope &&
            input.layer.isValid() && input.layer.index < context.envelope->layers.size() &&
            !input.training->sample.isNull())
            judge(context, input, out);
}

} // namespace plumbline::rules
