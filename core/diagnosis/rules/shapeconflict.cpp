// shape-conflict, zero-size: a layer whose operands do not go together, or whose result has no elements.
#include "core/diagnosis/reach.h"
#include "core/diagnosis/rules/rules.h"
#include "core/diagnosis/sizesolver.h"

#include <algorithm>
#include <set>

namespace plumbline::rules {

namespace {

/// The sizes that spatial-size has found already, of the inputs that feed the layer; looked for anew only where it
/// found none. An input that does not fit its declaration names the size that would work itself.
nlohmann::json sizesFor(const Context& context, const Place& layer, const Candidates& out) {
    const Reach reach(context.graph());
    auto sizes = nlohmann::json::array();
    const auto addOf = [&](const nlohmann::json& found) {
        for (const auto& size : found)
            for (const auto& input : context.inputs)
                if (size.at("input") == input.name && reach.leads(input.place(), layer))
                    sizes.push_back(size);
    };
    for (const auto& candidate : out)
        if (candidate.finding.code == "spatial-size")
            addOf(candidate.finding.evidence.value("sizes", nlohmann::json::array()));
    if (sizes.empty())
        addOf(sizesToJson(context, workingSizes(context)));
    for (const auto& input : context.inputs)
        if (sizes.empty() && !input.isMissing() && !input.accepted &&
            input.shape().rank() == input.declared.shape.size() && reach.leads(input.place(), layer))
            for (std::size_t axis = 1; axis < input.declared.shape.size(); ++axis)
                if (!input.declared.shape[axis].mayEqual(input.shape()[axis]))
                    sizes.push_back({{"input", input.name},
                                     {"axis", axis},
                                     {"given", input.shape()[axis]},
                                     {"nearest", {input.declared.shape[axis].extent()}}});
    return sizes;
}

/// A list of sizes or axes that comes with the operands: a Reshape's target, a Pad's widths.
bool steers(const RunFailure& failure, std::size_t operand) {
    const auto& type = failure.operands[operand];
    return operand > 0 && !isFloat(type.dtype) && type.shape.size() == 1 && isFloat(failure.operands[0].dtype);
}

void describe(const Context& context, const RunFailure& failure, Candidates& out) {
    if (!failure.layer.isValid() || context.graph().layer(failure.layer).problem)
        return;
    const auto& error = failure.error;
    const bool zero = error.message.id().starts_with("zero-size");
    if (!zero && error.code != ErrorCode::shape)
        return;
    const auto& layer = context.graph().layer(failure.layer);
    auto operands = nlohmann::json::array();
    std::string shapes;
    for (std::size_t i = 0; i < failure.operands.size(); ++i)
        if (const auto& shape = failure.operands[i].shape; !steers(failure, i)) {
            operands.push_back(toJson(shape));
            shapes += (shapes.empty() ? "" : " and ") + dimsText(shape);
        }
    const bool alone = operands.size() == 1;
    Finding finding;
    finding.code = zero ? "zero-size" : "shape-conflict";
    finding.where = context.layerPlace(failure.layer);
    finding.expected = {{"accepted", error.expected}};
    finding.actual = {{"found", error.actual}};
    finding.evidence = {{"layer", layer.name},
                        {"op", failure.node.isValid() ? context.graph().node(failure.node).op : layer.type},
                        {"operands", std::move(operands)},
                        {"sizes", sizesFor(context, finding.where, out)}};
    finding.evidence["reason"] = error.text();
    const Message::Arguments arguments{
        {"layer", layer.name}, {"type", layer.type}, {"shapes", shapes}, {"accepted", error.expected}};
    finding.message =
        zero ? Message("zero-size", "Layer {layer} ({type}) has nothing left to give: {shapes} are too small for it.",
                       arguments)
        : alone && !error.expected.empty()
            ? Message("shape-conflict.one", "Layer {layer} ({type}) meets {shapes}, where it takes {accepted}.",
                      arguments)
            : Message("shape-conflict", "Layer {layer} ({type}) meets {shapes}, which do not go together.", arguments);
    out.push_back({std::move(finding), {}});
}

} // namespace

void shapeConflict(const Context& context, Candidates& out) {
    const auto& attempt = context.attempt;
    std::set<LayerId> described; // each layer that stands in the way is one fact
    const auto once = [&](const RunFailure& failure) {
        if (described.insert(failure.layer).second)
            describe(context, failure, out);
    };
    if (attempt.failure)
        once(*attempt.failure);
    for (const auto& [position, failure] : attempt.alone)
        once(failure);
    if (attempt.behind)
        once(*attempt.behind);
}

} // namespace plumbline::rules
