#include "core/diagnosis/modelalone.h"

#include "core/diagnosis/ranking.h"
#include "core/diagnosis/rule.h"

#include <algorithm>

namespace plumbline {

std::vector<Finding> findingsOfModel(const std::shared_ptr<const Model>& model) {
    Context context;
    context.model = model;
    Candidates candidates;
    for (const auto rule : modelRules())
        rule(context, candidates);
    std::vector<Finding> findings;
    for (auto& candidate : candidates)
        if (candidate.finding.code != "weights-missing" || model->hasWeights)
            findings.push_back(std::move(candidate.finding));
    return ranked(std::move(findings));
}

Diagnosis diagnosisOfModel(const std::shared_ptr<const Model>& model) {
    Diagnosis out;
    out.model = summarize(*model);
    out.findings = findingsOfModel(model);
    const bool stops = std::ranges::any_of(model->graph.layers(), [](const Layer& layer) {
        return layer.problem && layer.problem->kind != LayerProblem::Kind::weightsMissing;
    });
    out.verdict = stops ? Verdict::cannotRun : !out.firstDivergence() ? Verdict::matches : Verdict::diverges;
    return out;
}

} // namespace plumbline
