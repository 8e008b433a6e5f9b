// unsupported-layer, shape-conflict: a run that ended for a reason which no other rule names (a setting that its op
// refuses, such as an axis that is not there). A prediction that does not run is never without a finding.
#include "core/diagnosis/rules/rules.h"

#include <algorithm>

namespace plumbline::rules {

void runFailure(const Context& context, Candidates& out) {
    const auto& failure = context.attempt.failure;
    const auto isError = [](const Candidate& candidate) { return candidate.finding.severity == Severity::error; };
    if (!failure || std::ranges::any_of(out, isError))
        return;
    const bool atLayer = failure->layer.isValid();
    if (atLayer && context.graph().layer(failure->layer).problem)
        return; // layerproblems.cpp
    const auto& error = failure->error;
    Finding finding;
    finding.code = error.code == ErrorCode::unsupported ? "unsupported-layer" : "shape-conflict";
    if (atLayer)
        finding.where = context.layerPlace(failure->layer);
    finding.expected = {{"accepted", error.expected}};
    finding.actual = {{"found", error.actual}};
    auto operands = nlohmann::json::array();
    std::string shapes;
    for (const auto& operand : failure->operands) {
        operands.push_back(toJson(operand.shape));
        shapes += (shapes.empty() ? "" : " and ") + dimsText(operand.shape);
    }
    const auto text = error.text();
    finding.evidence = {{"operands", std::move(operands)}, {"reason", text}};
    if (!atLayer) {
        finding.message = error.message;
    } else {
        const auto& layer = context.graph().layer(failure->layer);
        finding.evidence["layer"] = layer.name;
        finding.evidence["op"] =
            failure->node.isValid() ? context.graph().node(failure->node).op : std::string(layer.type);
        finding.message = Message("run-failure",
                                  text.ends_with('.') ? "Layer {layer} ({type}) cannot run on {shapes}: {reason}"
                                                      : "Layer {layer} ({type}) cannot run on {shapes}: {reason}.",
                                  {{"layer", layer.name},
                                   {"type", layer.type},
                                   {"shapes", shapes.empty() ? std::string("its input") : shapes},
                                   {"reason", text}});
    }
    out.push_back({std::move(finding), {}});
}

} // namespace plumbline::rules
