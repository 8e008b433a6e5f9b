#include "core/diagnosis/ranking.h"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <tuple>

namespace plumbline {

CauseGroup groupOf(std::string_view code) {
    using enum CauseGroup;
    static const std::map<std::string_view, CauseGroup> groups{
        {"missing-input", structure},
        {"extra-input", structure},
        {"swapped-inputs", structure},
        {"missing-batch-axis", structure},
        {"missing-axis", structure},
        {"extra-axis", structure},
        {"axis-order", structure},
        {"feature-count", structure},
        {"spatial-size", structure},
        {"fixed-batch", structure},
        {"ragged", structure},
        {"empty", structure},
        {"dtype", elementType},
        {"not-numeric", elementType},
        {"nan-in-weights", weights},
        {"negative-variance", weights},
        {"untrained-batchnorm", weights},
        {"untrained-weights", weights},
        {"weights-missing", weights},
        {"weights-shape", weights},
        {"nan-in-input", values},
        {"inf-in-input", values},
        {"scale", values},
        {"double-scale", values},
        {"refit-scaler", values},
        {"channel-order", values},
        {"column-order", values},
        {"latent-law", values},
        {"index-range", values},
        {"constant-input", values},
        {"shift", values},
        {"shape-conflict", graph},
        {"unsupported-layer", graph},
        {"custom-layer", graph},
        {"zero-size", graph},
        {"element-overflow", graph},
        {"memory", graph},
        {"crash", process},
        {"timeout", process},
        {"out-of-memory", process},
        {"illegal-instruction", process},
        {"import-error", process},
        {"python-exception", process},
    };
    const auto at = groups.find(code);
    return at == groups.end() ? activations : at->second;
}

bool standsBefore(const Finding& a, const Finding& b) {
    const auto key = [](const Finding& f) {
        // A wrong axis comes before what is wrong along it, also where the framework takes the axis without a word
        // and raises only about the sizes that come of it.
        const int rank = f.code == "missing-input" || f.code == "weights-missing" ? 0
                         : f.code.ends_with("-axis") || f.code == "axis-order"    ? 1
                                                                                  : 2;
        return std::tuple(f.severity == Severity::note, groupOf(f.code), rank, f.severity, f.where.kind, f.where.index);
    };
    return key(a) < key(b);
}

bool explainsByNature(const Finding& cause, const Finding& effect, const Reach& reach) {
    if (cause.severity == Severity::note || effect.severity == Severity::note ||
        !reach.leads(cause.where, effect.where))
        return false;
    const auto from = groupOf(cause.code), to = groupOf(effect.code);
    const bool atLayer = effect.where.kind == PlaceKind::layer || effect.where.kind == PlaceKind::output;
    // A column put in to make the run go on stands still: the input as a whole then moves less than training's.
    if (cause.code == "feature-count" && cause.fix && cause.fix->kind == "insert-column" &&
        effect.code == "layer-drift" && effect.where.kind == PlaceKind::input)
        return true;
    if (from == CauseGroup::structure && cause.severity == Severity::error)
        return atLayer &&
               (effect.code == "shape-conflict" || effect.code == "zero-size" || to == CauseGroup::activations);
    if (cause.code == "weights-missing")
        return effect.code == "weights-shape" && cause.where.index == effect.where.index;
    // What is born is so of numbers that no NaN came into; of infinities, where the evidence says so.
    if (cause.code == "nan-in-weights" || cause.code == "nan-in-input" || cause.code == "inf-in-input")
        return effect.code == "inf-born" ? false
               : effect.code == "nan-born"
                   ? effect.evidence.contains("infinity_from") && !effect.evidence.value("infinity_born", false)
                   : to == CauseGroup::activations && effect.where.kind != PlaceKind::input;
    if (cause.code == "negative-variance")
        return effect.code == "nan-born" ? effect.where.index == cause.where.index &&
                                               effect.evidence.value("cause", std::string()) == "sqrt of a negative"
                                         : effect.code == "layer-drift" && atLayer;
    if (cause.code == "inf-born")
        return effect.code == "nan-born" ? effect.evidence.value("infinity_born", false)
                                         : effect.code == "layer-drift" && atLayer;
    // Values off at the input, or a NaN on the way, move every layer below. What training's own run bears too is not
    // theirs.
    const bool isBirth = effect.code == "nan-born" || effect.code == "inf-born";
    if (isBirth && effect.evidence.value("in_training", false) &&
        (from == CauseGroup::values || cause.code == "layer-drift"))
        return false;
    if (cause.code == "layer-drift" && cause.where.kind == PlaceKind::input)
        return atLayer && (effect.code == "layer-drift" || isBirth);
    if (cause.code == "scale" || cause.code == "double-scale" || cause.code == "refit-scaler" ||
        cause.code == "latent-law" || cause.code == "shift" || cause.code == "index-range")
        return to == CauseGroup::activations && atLayer;
    // NaN at one layer leaves other statistics to those below it.
    if (cause.code == "nan-born")
        return effect.code == "layer-drift" && atLayer;
    return false;
}

std::vector<Finding> ranked(std::vector<Finding> findings) {
    std::vector<std::size_t> order(findings.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order,
                             [&](std::size_t a, std::size_t b) { return standsBefore(findings[a], findings[b]); });

    std::vector<std::ptrdiff_t> parent(findings.size(), -1);
    const auto isAncestor = [&](std::size_t node, std::size_t of) {
        for (auto at = static_cast<std::ptrdiff_t>(of); at >= 0; at = parent[static_cast<std::size_t>(at)])
            if (at == static_cast<std::ptrdiff_t>(node))
                return true;
        return false;
    };
    for (const auto cause : order)
        for (const auto effect : findings[cause].explains)
            if (effect < findings.size() && parent[effect] < 0 && !isAncestor(effect, cause))
                parent[effect] = static_cast<std::ptrdiff_t>(cause);

    std::vector<std::size_t> sequence;
    const std::function<void(std::size_t)> append = [&](std::size_t at) {
        sequence.push_back(at);
        for (const auto other : order)
            if (parent[other] == static_cast<std::ptrdiff_t>(at) && findings[other].severity != Severity::note)
                append(other);
    };
    for (const auto at : order)
        if (findings[at].severity != Severity::note && parent[at] < 0)
            append(at);
    for (const auto at : order)
        if (findings[at].severity == Severity::note)
            sequence.push_back(at);

    std::vector<std::size_t> position(findings.size());
    for (std::size_t i = 0; i < sequence.size(); ++i)
        position[sequence[i]] = i;
    std::vector<Finding> out;
    for (const auto at : sequence) {
        std::vector<std::size_t> explained;
        for (std::size_t other = 0; other < findings.size(); ++other)
            if (parent[other] == static_cast<std::ptrdiff_t>(at))
                explained.push_back(position[other]);
        std::ranges::sort(explained);
        out.push_back(findings[at]);
        out.back().explains = std::move(explained);
    }
    return out;
}

} // namespace plumbline
