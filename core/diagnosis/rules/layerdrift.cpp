// layer-drift: values leave what training did. At the input, where it is off and no usual map explains it; else at the
// first layer whose own inputs are still within the envelope.
#include "core/diagnosis/rules/rules.h"

#include <algorithm>
#include <cmath>

namespace plumbline::rules {

namespace {

Finding drift(Place where, const Divergence& divergence, std::string text) {
    Finding finding;
    finding.code = "layer-drift";
    finding.severity = Severity::warning;
    finding.where = std::move(where);
    finding.expected = {{divergence.figure, toJson(divergence.expected)}};
    finding.actual = {{divergence.figure, toJson(divergence.actual)}};
    finding.evidence = {{"figure", divergence.figure}};
    if (std::isfinite(divergence.multiple)) { // an infinity is beyond any width
        finding.evidence["multiple"] = divergence.multiple;
        finding.threshold = {{"multiple", 1},
                             {"rule", "batches of the prediction's size, drawn from the training reference"}};
    }
    finding.message = Message("layer-drift." + std::string(name(finding.where.kind)), std::move(text),
                              {{"name", finding.where.name},
                               {"figure", divergence.figure},
                               {"actual", divergence.actual},
                               {"expected", divergence.expected},
                               {"multiple", divergence.multiple}});
    return finding;
}

/// An input is known by its range rather than by a figure of its batch. Where the range itself is training's, the
/// figure that is off stays beside it.
void sayRange(const InputView& input, const InputProfile& training, const Divergence& divergence, Finding& finding) {
    const auto &here = input.statistics, &there = training.statistics;
    finding.actual["min"] = toJson(here.min);
    finding.actual["max"] = toJson(here.max);
    finding.expected["min"] = toJson(there.min);
    finding.expected["max"] = toJson(there.max);
    auto arguments = finding.message.arguments();
    for (const auto& [name, value] : {std::pair("low", here.min), std::pair("high", here.max),
                                      std::pair("from", there.min), std::pair("to", there.max)})
        arguments.emplace_back(name, value);
    const bool isBeyond = here.min < there.min || here.max > there.max;
    const bool sameFigure = divergence.figure == "min" || divergence.figure == "max";
    finding.message =
        isBeyond && sameFigure
            ? Message(
                  "layer-drift.range",
                  "Input {name} ranges over {low} … {high}, training over {from} … {to}, and no usual map brings it "
                  "there.",
                  std::move(arguments))
            : Message("layer-drift.input",
                      "Input {name} ranges over {low} … {high}, training over {from} … {to}; its {figure} is {actual}, "
                      "training's {expected}, {multiple} times as far as training's own batches move, and no usual map "
                      "brings it there.",
                      std::move(arguments));
}

} // namespace

void layerDrift(const Context& context, Candidates& out) {
    const auto& graph = context.graph();
    std::vector<bool> off(graph.values().size(), false);
    for (const auto& input : context.inputs) {
        if (!input.layer.isValid())
            continue;
        const bool named = std::ranges::any_of(out, [&](const Candidate& c) {
            const auto& code = c.finding.code;
            return (code == "scale" || code == "shift" || code == "layer-drift" || code == "index-range") &&
                   c.finding.where.kind == PlaceKind::input && c.finding.where.name == input.name;
        });
        const auto divergence = context.divergence(input.layer);
        const bool isOff = divergence && divergence->multiple > 1;
        off[graph.inputs()[input.position].index] = named || isOff;
        if (named || !isOff)
            continue;
        auto finding = drift(input.place(), *divergence,
                             "Input {name} has a {figure} of {actual}, training {expected}: {multiple} times as far as "
                             "training's own batches move, and no usual map brings it there.");
        if (input.training)
            sayRange(input, *input.training, *divergence, finding);
        out.push_back({std::move(finding), {}});
    }
    std::optional<Finding> first;
    auto layers = nlohmann::json::array();
    for (std::size_t i = 0; i < graph.layers().size(); ++i) {
        const auto& layer = graph.layers()[i];
        if (layer.isInput || layer.isContainer)
            continue;
        const auto divergence = context.divergence(LayerId(i));
        if (!divergence || divergence->multiple <= 1)
            continue;
        for (const auto output : layer.outputs)
            off[output.index] = true;
        layers.push_back(layer.name);
        const bool inherited =
            std::ranges::any_of(layer.inputs, [&](ValueId v) { return v.isValid() && off[v.index]; });
        if (!first || (!inherited && first->evidence.value("inherited", false))) {
            first = drift(context.layerPlace(LayerId(i)), *divergence,
                          divergence->figure == "inf"
                              ? "Infinite elements in layer {name}: {actual}, where training's batches have none."
                              : "Layer {name} leaves training: {figure} {actual} against {expected}, {multiple} times "
                                "as far as training's own batches move.");
            first->evidence["inherited"] = inherited;
        }
    }
    if (!first)
        return;
    first->evidence["layers"] = std::move(layers);
    out.push_back({std::move(*first), {}});
}

} // namespace plumbline::rules
