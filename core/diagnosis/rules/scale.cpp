// scale: the whole input is training's under a map with a name. A name is given only where the mapped input is within
// training, in its figures and in its distribution; whole numbers in a table must be whole in training too once the map
// is undone.
#include "core/diagnosis/arrays.h"
#include "core/diagnosis/inputmaps.h"
#include "core/diagnosis/rules/rules.h"

#include <algorithm>
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

/// A map with the prediction's own numbers always fits in place and width: its columns must agree in shape as well.
bool columnsHold(const InputView& input, const Tensor& mappedInput) {
    const auto columns = static_cast<std::size_t>(mappedInput.shape().back());
    const auto values = toDoubles(mappedInput);
    if (!values || input.training->perColumn.size() != columns)
        return false;
    for (std::size_t c = 0; c < columns; ++c) {
        std::vector<double> column;
        for (std::size_t i = c; i < values->size(); i += columns)
            column.push_back((*values)[i]);
        if (TrainingAgreement::ofColumn(std::move(column), input.training->perColumn[c]) > 1)
            return false;
    }
    return true;
}

struct Found {
    InputMap map;
    Agreement agreement;
};

std::optional<Found> find(const Context& context, const InputView& input, const std::vector<double>& values, bool raw) {
    const auto& bands = context.envelope->layers[input.layer.index];
    const TrainingAgreement agreement(*input.training, bands, (*input.accepted)[0]);
    const bool whole = isWhole(values);
    const auto shaped = input.tensor.reshaped(*input.accepted);
    std::optional<Found> best;
    for (auto& map : usualMaps(input)) {
        const auto applied = shaped ? mapped(*shaped, map.scale, map.offset) : Result<Tensor>(Tensor());
        if (!applied || applied->isNull())
            continue;
        const auto result = agreement.of(*applied);
        if (!result.holds() || (whole && !raw && !input.training->wholeNumbers && !staysWhole(input, map)))
            continue;
        if (map.scale.size() > 1 && !columnsHold(input, *applied) && input.shape().rank() == 2)
            continue;
        // The more usual name stands unless another fits far better.
        if (!best || result.distribution * 2 < best->agreement.distribution)
            best = Found{std::move(map), result};
    }
    return best;
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
    if (!divergence || divergence->multiple <= 1 || input.statistics.finite() == 0)
        return;
    const auto values = toDoubles(input.tensor);
    if (!values)
        return;
    const bool raw = isRawImages(input, *values, context.graph().layer(input.layer).channelsLast);
    const auto found = find(context, input, *values, raw);
    if (!found)
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
         {map.text.empty() ? fixes::mapColumns(input.target, map.name, map.scale, map.offset)
                           : fixes::map(input.target, map.name, map.text, map.scale.front(), map.offset.front())}});
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
