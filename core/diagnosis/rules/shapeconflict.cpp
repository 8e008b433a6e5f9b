// shape-conflict, zero-size: a layer whose operands do not go together, or whose result has no elements.
#include "core/diagnosis/rules/rules.h"
#include "core/diagnosis/sizesolver.h"

#include <algorithm>

namespace plumbline::rules {

namespace {

/// The sizes that spatial-size has found already; looked for anew only where it found none.
nlohmann::json sizesNamed(const Context& context, const Candidates& out) {
    auto sizes = nlohmann::json::array();
    for (const auto& candidate : out)
        if (candidate.finding.code == "spatial-size")
            for (const auto& size : candidate.finding.evidence.value("sizes", nlohmann::json::array()))
                sizes.push_back(size);
    return sizes.empty() ? sizesToJson(context, workingSizes(context)) : sizes;
}

} // namespace

void shapeConflict(const Context& context, Candidates& out) {
    const auto& failure = context.attempt.failure;
    if (!failure || !failure->layer.isValid() || context.graph().layer(failure->layer).problem)
        return;
    const auto& error = failure->error;
    const bool zero = error.message.id().starts_with("zero-size");
    if (!zero && error.code != ErrorCode::shape)
        return;
    const auto& layer = context.graph().layer(failure->layer);
    auto operands = nlohmann::json::array();
    std::string shapes;
    for (const auto& operand : failure->operands) {
        operands.push_back(toJson(operand.shape));
        shapes += (shapes.empty() ? "" : " and ") + dimsText(operand.shape);
    }
    Finding finding;
    finding.code = zero ? "zero-size" : "shape-conflict";
    finding.where = context.layerPlace(failure->layer);
    finding.expected = {{"accepted", error.expected}};
    finding.actual = {{"found", error.actual}};
    finding.evidence = {{"layer", layer.name},
                        {"op", failure->node.isValid() ? context.graph().node(failure->node).op : layer.type},
                        {"operands", std::move(operands)},
                        {"sizes", sizesNamed(context, out)}};
    // An input that does not fit its declaration names the size that would work itself.
    for (const auto& input : context.inputs)
        if (finding.evidence["sizes"].empty() && !input.isMissing() && !input.accepted &&
            input.shape().rank() == input.declared.shape.size())
            for (std::size_t axis = 1; axis < input.declared.shape.size(); ++axis)
                if (!input.declared.shape[axis].mayEqual(input.shape()[axis]))
                    finding.evidence["sizes"].push_back({{"input", input.name},
                                                         {"axis", axis},
                                                         {"given", input.shape()[axis]},
                                                         {"nearest", {input.declared.shape[axis].extent()}}});
    finding.evidence["reason"] = error.text();
    const Message::Arguments arguments{{"layer", layer.name}, {"type", layer.type}, {"shapes", shapes}};
    finding.message =
        zero ? Message("zero-size", "Layer {layer} ({type}) has nothing left to give: {shapes} are too small for it.",
                       arguments)
             : Message("shape-conflict", "Layer {layer} ({type}) meets {shapes}, which do not go together.", arguments);
    out.push_back({std::move(finding), {}});
}

} // namespace plumbline::rules
