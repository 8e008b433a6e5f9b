// nan-in-weights: a stored weight is NaN or infinite. One finding names the first; the others stand in its evidence.
#include "core/diagnosis/rules/rules.h"

#include <set>

namespace plumbline::rules {

void nanInWeights(const Context& context, Candidates& out) {
    const auto& graph = context.graph();
    std::set<const std::byte*> seen; // a layer called again holds the same weights
    auto others = nlohmann::json::array();
    Finding finding;
    for (std::size_t i = 0; i < graph.layers().size(); ++i)
        for (const auto& weight : graph.layers()[i].weights) {
            if (weight.stored.isNull() || !isFloat(weight.stored.dtype()) || weight.stored.elements() == 0 ||
                !seen.insert(weight.stored.data()).second)
                continue;
            const auto statistics = statisticsOf(weight.stored, HistogramWanted::no);
            if (statistics.nan == 0 && statistics.infinite() == 0)
                continue;
            const auto& layer = graph.layers()[i];
            others.push_back({{"layer", layer.name},
                              {"weight", weight.name},
                              {"nan", statistics.nan},
                              {"inf", statistics.infinite()}});
            if (others.size() > 1)
                continue;
            const bool nan = statistics.nan > 0;
            const auto bad = nan ? statistics.nan : statistics.infinite();
            const auto element = unflatten(nan ? *statistics.firstNan : *statistics.firstInf, weight.stored.shape());
            finding.code = "nan-in-weights";
            finding.where.kind = PlaceKind::weight;
            finding.where.name = layer.name;
            finding.where.index = static_cast<std::int64_t>(i);
            finding.where.weight = weight.name;
            finding.where.element = element;
            finding.expected = {{"nan", 0}, {"inf", 0}};
            finding.actual = {{"nan", statistics.nan}, {"inf", statistics.infinite()}};
            finding.message = Message("nan-in-weights",
                                      "Weight {weight} of layer {layer} holds {bad} {kind} among {count} "
                                      "{count|number|numbers}, the first at "
                                      "{element}.",
                                      {{"weight", weight.name},
                                       {"layer", layer.name},
                                       {"bad", countText(bad)},
                                       {"kind", std::string(nan        ? "NaN"
                                                            : bad == 1 ? "infinity"
                                                                       : "infinities")},
                                       {"count", countText(statistics.count)},
                                       {"element", indexText(element)}});
        }
    if (others.empty())
        return;
    if (others.size() > 1) {
        auto arguments = finding.message.arguments();
        arguments.emplace_back("others", static_cast<std::int64_t>(others.size() - 1));
        finding.message = Message(
            "nan-in-weights.several",
            "Weight {weight} of layer {layer} holds {bad} {kind} among {count} {count|number|numbers}, the first at "
            "{element}; {others} more of the model's weights {others|holds|hold} bad numbers too.",
            std::move(arguments));
    }
    finding.evidence = {{"weights", std::move(others)}};
    out.push_back({std::move(finding), {}});
}

} // namespace plumbline::rules
