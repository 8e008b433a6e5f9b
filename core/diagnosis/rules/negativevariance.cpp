// negative-variance: a stored variance below zero. No variance is: the file was damaged, averaged or rounded. Where the
// epsilon does not make up for it its root is NaN, with any input.
#include "core/diagnosis/rules/rules.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace plumbline::rules {

namespace {

/// Up to this share of the epsilon it is what rounding leaves of zero: it moves the layer's scale by half a percent.
constexpr double roundingShare = 0.01;
constexpr std::size_t mostListed = 100;

struct Variance {
    const LayerWeight* weight = nullptr;
    std::optional<double> epsilon; ///< nothing where none is added before the root
};

/// The layer's stored variance, and what its op adds to it.
Variance varianceOf(const Graph& graph, const Layer& layer) {
    Variance out;
    for (const auto& weight : layer.weights)
        if (const auto& name = weight.name;
            (name == "moving_variance" || name.ends_with("/moving_variance") || name == "running_var" ||
             (name == "variance" && layer.type == "Normalization")) &&
            !weight.stored.isNull() && isFloat(weight.stored.dtype()))
            out.weight = &weight;
    if (layer.type != "Normalization") // it takes the root as it is
        out.epsilon = layer.attributes.number("epsilon", 1e-3);
    for (const auto id : layer.nodes)
        if (const auto& node = graph.node(id); node.op == "BatchNormalization")
            out.epsilon = node.attributes.number("epsilon", 1e-5);
    return out;
}

bool resultHoldsNan(const Context& context) {
    return !context.attempt.isComplete() || std::ranges::any_of(context.attempt.outputs, [](const Tensor& output) {
        return !output.isNull() && isFloat(output.dtype()) && statisticsOf(output, HistogramWanted::no).nan > 0;
    });
}

Finding judge(const Context& context, std::size_t row, const Variance& variance) {
    const auto& layer = context.graph().layers()[row];
    const auto& stored = variance.weight->stored;
    const double epsilon = variance.epsilon.value_or(0);
    std::vector<std::int64_t> negative;
    std::int64_t first = -1, nan = 0; // the first that gives NaN, else the first below zero
    double least = 0;
    for (std::int64_t i = 0; i < stored.elements(); ++i) {
        const double value = stored.flat(i);
        if (!(value < 0))
            continue;
        const bool bears = value + epsilon < 0;
        if (negative.empty() || (bears && nan == 0))
            first = i;
        nan += bears ? 1 : 0;
        least = std::min(least, value);
        negative.push_back(i);
    }
    const bool isRounding = nan == 0 && -least <= roundingShare * epsilon;
    const double value = stored.flat(first);
    const auto element = unflatten(first, stored.shape());
    Finding finding;
    finding.code = "negative-variance";
    finding.severity = nan > 0 && resultHoldsNan(context) ? Severity::error
                       : isRounding                       ? Severity::note
                                                          : Severity::warning;
    finding.where.kind = PlaceKind::weight;
    finding.where.name = layer.name;
    finding.where.index = static_cast<std::int64_t>(row);
    finding.where.weight = variance.weight->name;
    finding.where.element = element;
    finding.expected = {{"least", 0}};
    finding.actual = {{"value", value}};
    const auto count = negative.size();
    finding.evidence = {{"layer", layer.name}, {"negative", count}};
    if (variance.epsilon)
        finding.evidence["epsilon"] = epsilon;
    negative.resize(std::min(count, mostListed));
    finding.evidence["elements"] = std::move(negative);
    std::string pattern = "Weight {weight} of layer {layer} is {value} at {element}, and a variance is never negative";
    if (nan > 0)
        pattern += variance.epsilon ? ": with the layer's epsilon of {epsilon} it stays below zero, and its root is NaN"
                                    : ": its root is NaN";
    else
        pattern += isRounding
                       ? ": as little as rounding leaves of zero, beside the layer's epsilon of {epsilon}"
                       : ": the layer's epsilon of {epsilon} keeps its root from NaN, the scale is {times} times "
                         "that of a variance of zero";
    if (count > 1)
        pattern += "; {count} of its {total} numbers are below zero";
    finding.message = Message(nan > 0      ? "negative-variance"
                              : isRounding ? "negative-variance.rounding"
                                           : "negative-variance.kept",
                              pattern + ".",
                              {{"weight", variance.weight->name},
                               {"layer", layer.name},
                               {"value", value},
                               {"element", indexText(element)},
                               {"epsilon", epsilon},
                               {"times", nan > 0 ? 0.0 : std::sqrt(epsilon / (epsilon + least))},
                               {"count", static_cast<std::int64_t>(count)},
                               {"total", stored.elements()}});
    return finding;
}

} // namespace

void negativeVariance(const Context& context, Candidates& out) {
    std::set<const std::byte*> seen; // a layer called again holds the same weights
    const auto& layers = context.graph().layers();
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const auto variance = varianceOf(context.graph(), layers[i]);
        if (!variance.weight || variance.weight->stored.elements() == 0 ||
            !seen.insert(variance.weight->stored.data()).second)
            continue;
        // Of NaN statistics take no extremes: a negative one among them still shows.
        if (statisticsOf(variance.weight->stored, HistogramWanted::no).negative > 0)
            out.push_back({judge(context, i, variance), {}});
    }
}

} // namespace plumbline::rules
