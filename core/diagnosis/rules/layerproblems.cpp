// unsupported-layer, custom-layer, weights-shape: a layer that this program cannot run, as its reader found it.
#include "core/diagnosis/rules/rules.h"

#include <map>

namespace plumbline::rules {

namespace {

const char* codeOf(LayerProblem::Kind kind) {
    switch (kind) {
    case LayerProblem::Kind::custom: return "custom-layer";
    case LayerProblem::Kind::weightsShape: return "weights-shape";
    case LayerProblem::Kind::shape: return "shape-conflict";
    case LayerProblem::Kind::weightsMissing: return nullptr; // weightsmissing.cpp
    case LayerProblem::Kind::unsupported: break;
    }
    return "unsupported-layer";
}

} // namespace

void layerProblems(const Context& context, Candidates& out) {
    const auto& layers = context.graph().layers();
    std::map<std::pair<std::string, std::string>, std::size_t> byClass; // a class used ten times is one finding
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const auto& layer = layers[i];
        const auto* code = layer.problem ? codeOf(layer.problem->kind) : nullptr;
        if (!code)
            continue;
        const auto [at, fresh] = byClass.emplace(std::pair(code, layer.type), out.size());
        if (!fresh) {
            out[at->second].finding.evidence["layers"].push_back(layer.name);
            continue;
        }
        Finding finding;
        finding.code = code;
        finding.where = context.layerPlace(LayerId(i));
        finding.message = layer.problem->error.message;
        finding.expected = {{"accepted", layer.problem->error.expected}};
        finding.actual = {{"type", layer.type}, {"found", layer.problem->error.actual}};
        finding.evidence = {{"layer", layer.name}, {"layers", {layer.name}}};
        out.push_back({std::move(finding), {}});
    }
}

} // namespace plumbline::rules
