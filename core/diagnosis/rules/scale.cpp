// scale, double-scale: the whole input is training's under a map with a name. A name is given only where the mapped
// input is within training, in its figures and in its distribution; whole numbers in a table must be whole in training
// too once the map is undone.
#include "core/diagnosis/arrays.h"
#include "core/diagnosis/comparison.h"
#include "core/diagnosis/inputmaps.h"
#include "core/diagnosis/inputs.h"
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

/// Training's pictures, channel by channel, reach from where this map puts a byte of 0 to where it puts 255: that they
/// were bytes under it needs no batch of the same brightness to be seen.
bool spansBytes(const InputView& input, const InputMap& map) {
    constexpr double slack = 0.05; // of the range
    const auto& training = *input.training;
    const auto channels = map.scale.size();
    if (map.isFitted() || (channels > 1 && training.perColumn.size() != channels))
        return false;
    for (std::size_t c = 0; c < channels; ++c) {
        const auto& s = channels > 1 ? training.perColumn[c] : training.statistics;
        const double dark = map.offset[c], bright = map.scale[c] * 255 + map.offset[c];
        const auto [low, high] = std::minmax(dark, bright);
        if (std::abs(s.min - low) > slack * (high - low) || std::abs(s.max - high) > slack * (high - low))
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
    MappedInput result;
    bool ofBytes = false;   ///< the range of bytes says so, whatever the batch
    std::size_t others = 0; ///< other maps that agree as well
};

/// Much nearer to training than it was: what was within a batch's own movement stays so.
bool isClearlyBetter(const InputView& input, const Agreement& before, const MappedInput& after) {
    constexpr double clearly = 1.5;
    return input.standing == Standing::outside || after.agreement.worst() * clearly <= before.worst();
}

/// A picture turned to its negative has the range of any other. Its rows must come nearer to training's.
bool isNearer(const InputView& input, const Tensor& before, const Tensor& after) {
    constexpr double clearly = 1.2;
    const auto was = input.agreement->joint(before), is = input.agreement->joint(after);
    return !was || !is || *is * clearly <= *was;
}

/// Among maps of as many constants the usual stands unless another fits far better. Bytes lie within training as they
/// are and as their negative: nobody inverts but by intent, so that the negative has to be training's.
bool isBetter(const Found& other, const Found& best) {
    const auto &there = other.result.agreement, &here = best.result.agreement;
    if (other.map.isReflection() && !there.holds())
        return false;
    if (other.map.scale.size() > best.map.scale.size() && here.holds())
        return false; // one number for all is simpler than one a channel
    return there.distribution * (here.holds() ? 2 : 1.5) < here.distribution;
}

/// The maps that bring the input to training, the simplest first; among named ones the usual stands before another
/// unless that fits far better.
std::optional<Found> find(const Context& context, const InputView& input, const std::vector<double>& values, bool raw,
                          bool divided) {
    const auto shaped = input.tensor.reshaped(*input.accepted);
    if (!shaped)
        return std::nullopt;
    const auto before = input.agreement->of(*shaped);
    const bool channelsLast = context.graph().layer(input.layer).channelsLast;
    const bool whole = isWhole(values);
    std::vector<Found> found;
    for (auto& map : mapsFor(context, input, values).maps) {
        auto result = under(map, context, input, values);
        if (result.array.isNull())
            continue;
        const bool ofBytes = (raw && !isRawReference(*input.training, channelsLast) && spansBytes(input, map)) ||
                             (divided && leadsToBytes(input, values, map));
        if (ofBytes && result.standing != Standing::outside) {
            found.push_back({std::move(map), std::move(result), true});
            continue;
        }
        if (!result.agreement.holds() || !isClearlyBetter(input, before, result) ||
            (whole && !raw && !input.training->wholeNumbers && !staysWhole(input, map)) ||
            (map.isReflection() && !isNearer(input, *shaped, result.array)))
            continue;
        found.push_back({std::move(map), std::move(result)});
    }
    if (found.empty())
        return std::nullopt;
    const auto simplest = found.front().map.fitted;
    std::size_t best = 0;
    for (std::size_t i = 1; i < found.size() && found[i].map.fitted == simplest; ++i)
        if (isBetter(found[i], found[best]))
            best = i;
    found[best].others = static_cast<std::size_t>(std::ranges::count_if(found, [&](const Found& other) {
        return other.map.name != found[best].map.name && other.result.agreement.holds();
    }));
    return std::move(found[best]);
}

enum class OwnScaling { no, yes, unknown };

/// The first arithmetic that the input meets is the model's own scaling: Rescaling, Normalization, a first
/// normalization over batches, or the same written as raw operations. Of a layer that is not read (a Lambda, a class of
/// the user's own) nobody knows.
OwnScaling ownScaling(const Graph& graph, ValueId input) {
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
    auto found = OwnScaling::no;
    while (!reached.empty()) {
        const auto value = reached.back();
        reached.pop_back();
        if (std::ranges::any_of(graph.layers(), [&](const Layer& layer) {
                return layer.problem && std::ranges::find(layer.inputs, value) != layer.inputs.end();
            }))
            found = OwnScaling::unknown;
        for (const auto id : consumers[value.index]) {
            const auto& node = graph.node(id);
            if (std::ranges::find(scaling, node.op) != scaling.end())
                return OwnScaling::yes;
            if (std::ranges::find(passing, node.op) != passing.end())
                reached.push_back(node.outputs[0]);
        }
    }
    return found;
}

/// The map from the reference to the prediction, as it is typed behind a SOURCE; empty where it has no name.
AffineMap mapOfReference(const InputMap& back) {
    if (back.name == "255*x")
        return {1 / 255.0, 0, "x/255"};
    if (back.name == "127.5*x+127.5")
        return {1 / 127.5, -1, "x/127.5-1"};
    return {1, 0, ""};
}

/// The reference alone is raw, and the model does not scale: training scaled on its way, as the prediction did. Where a
/// layer that is not read may scale, the two ranges are all there is to say.
bool noteOfReference(const Context& context, const InputView& input, const InputMap& back, bool channelsLast,
                     Candidates& out) {
    const auto map = mapOfReference(back);
    if (map.text.empty() || !isRawReference(*input.training, channelsLast))
        return false;
    const auto own = ownScaling(context.graph(), context.graph().inputs()[input.position]);
    if (own == OwnScaling::yes)
        return false;
    Finding finding;
    finding.code = "layer-drift";
    finding.severity = Severity::note;
    finding.where = input.place();
    const auto &there = input.training->statistics, &here = input.statistics;
    finding.expected = {
        {"min", toJson(there.min)}, {"max", toJson(there.max)}, {"of", rowsText(*input.training).text()}};
    finding.actual = {{"min", toJson(here.min)}, {"max", toJson(here.max)}};
    finding.evidence = {{"raw_images", true}};
    if (own == OwnScaling::no)
        finding.evidence["reference_map"] = {{"name", map.text}, {"scale", map.scale}, {"offset", map.offset}};
    const std::string ranges = "The training reference {source} of input {input} holds raw pictures in {from} … {to}, "
                               "the prediction is in {low} … {high}: {map} makes both agree.";
    finding.message =
        Message(own == OwnScaling::no ? "reference.raw" : "reference.raw.unread",
                own == OwnScaling::no
                    ? ranges + " The model has no scaling of its own, so the reference is taken as {source}@{map}."
                    : ranges,
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

/// Bytes that were divided already, where the model scales by itself.
bool isScaledTwice(const Context& context, const InputView& input, const Found& found, bool divided) {
    return divided && isFloat(input.declared.dtype) && found.map.scale.size() == 1 && found.map.scale[0] > 1 &&
           ownScaling(context.graph(), context.graph().inputs()[input.position]) == OwnScaling::yes;
}

/// The law that the map leads to training's, where training's is known.
std::optional<Law> lawOfPrediction(const InputView& input, const InputMap& map) {
    const auto& law = input.training->law;
    if (!law || law->kind == Law::Kind::integers || map.scale.size() != 1 || input.shape().rank() != 2 ||
        !isFloat(input.tensor.dtype())) // latents are rows of fractions; pictures of noise are pictures
        return std::nullopt;
    const auto undone = [&](double x) { return (x - map.offset[0]) / map.scale[0]; };
    if (law->kind == Law::Kind::normal)
        return Law{law->kind, undone(law->a), law->b / std::abs(map.scale[0])};
    const auto [low, high] = std::minmax(undone(law->a), undone(law->b));
    return Law{law->kind, low, high};
}

Candidate describe(const Context& context, const InputView& input, const Found& found, bool raw, bool divided) {
    const auto& training = input.training->statistics;
    const auto& here = input.statistics;
    const auto& map = found.map;
    const auto divergence = divergenceOf(context.envelope->layers[input.layer.index], here);
    Candidate out;
    auto& finding = out.finding;
    const auto law = lawOfPrediction(input, map);
    finding.code = isScaledTwice(context, input, found, divided) ? "double-scale" : law ? "latent-law" : "scale";
    finding.severity = Severity::warning;
    finding.where = input.place();
    finding.expected = {{"min", toJson(training.min)},
                        {"max", toJson(training.max)},
                        {"mean", toJson(training.mean)},
                        {"of", rowsText(*input.training).text()}};
    finding.actual = {{"min", toJson(here.min)}, {"max", toJson(here.max)}, {"mean", toJson(here.mean)}};
    finding.evidence = {{"map", {{"name", map.name}, {"scale", numbers(map.scale)}, {"offset", numbers(map.offset)}}},
                        {"raw_images", raw},
                        {"fitted", map.isFitted()},
                        {"divergence", toJson(divergence.multiple)},
                        {"divergence_after", toJson(found.result.agreement.figures)}};
    if (law)
        finding.evidence["laws"] = {{"training", input.training->law->text()}, {"prediction", law->text()}};
    finding.threshold = {{"multiple", 1},
                         {"rule", "batches of the prediction's size, drawn from the training reference"}};
    const bool twice = finding.code == "double-scale";
    const Message::Arguments arguments{{"input", input.name},
                                       {"low", here.min},
                                       {"high", here.max},
                                       {"from", training.min},
                                       {"to", training.max},
                                       {"rows", input.shape()[0]},
                                       {"map", map.text.empty() ? map.name : map.text}};
    finding.message =
        twice ? Message("double-scale",
                        "Input {input} is in {low} … {high}, training was in {from} … {to}: the model scales by "
                        "itself, and the data were scaled before; {map} undoes it.",
                        arguments)
        : map.isFitted()
            ? Message("scale.fitted",
                      "Input {input} is in {low} … {high}, training was in {from} … {to}: {map}, fitted to {rows} "
                      "{rows|row|rows}, brings it there; the scaler that training used is more exact.",
                      arguments)
        : map.text.empty()
            ? Message("scale.training",
                      "Input {input} is in {low} … {high}, training was in {from} … {to}: {map} by training's own "
                      "figures brings it there.",
                      arguments)
            : Message("scale",
                      "Input {input} is in {low} … {high}, training was in {from} … {to}: {map} brings it there.",
                      arguments);
    auto fix = map.text.empty()
                   ? fixes::mapColumns(input.target, map.name, map.scale, map.offset)
                   : fixes::map(input.target, map.name, map.text, map.scale.front(), map.offset.front(),
                                isInteger(input.declared.dtype) ? std::optional(input.declared.dtype) : std::nullopt);
    fix.alternatives = found.others;
    out.fixes.push_back(std::move(fix));
    return out;
}

void judge(const Context& context, const InputView& input, Candidates& out) {
    // Single columns that are off say more than a map of all that would mend them too.
    if (std::ranges::any_of(out, [&](const Candidate& c) {
            return c.finding.where.name == input.name && !c.finding.where.features.empty() &&
                   c.finding.severity == Severity::warning;
        }))
        return;
    if (input.statistics.finite() == 0 || input.isCodes())
        return;
    const bool channelsLast = context.graph().layer(input.layer).channelsLast;
    // Fractions of one where training has the bytes of pictures are no dark picture, however dark training's are.
    const bool divided = input.statistics.min >= -1 && input.statistics.max <= 1 && isFloat(input.tensor.dtype()) &&
                         isRawReference(*input.training, channelsLast);
    const auto values = toDoubles(input.tensor);
    if (!values || (input.standing == Standing::drawn && !(divided && !isWhole(*values))))
        return;
    const bool raw = isRawBytes(input, *values, channelsLast);
    const auto found = find(context, input, *values, raw, divided);
    if (!found || noteOfReference(context, input, found->map, channelsLast, out))
        return;
    out.push_back(describe(context, input, *found, raw, divided));
}

} // namespace

void scale(const Context& context, Candidates& out) {
    for (const auto& input : context.inputs)
        if (!input.isMissing() && input.agreement && input.accepted->rank() > 0)
            judge(context, input, out);
}

} // namespace plumbline::rules
