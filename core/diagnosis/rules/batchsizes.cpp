// shape-conflict between inputs: a model of several inputs takes as many rows of each.
#include "core/diagnosis/rules/rules.h"

namespace plumbline::rules {

void batchSizes(const Context& context, Candidates& out) {
    const InputView* first = nullptr;
    for (const auto& input : context.inputs) {
        if (input.isMissing() || !input.accepted || input.accepted->rank() == 0 || input.tensor.elements() == 0)
            continue;
        if (!first) {
            first = &input;
            continue;
        }
        const auto here = (*input.accepted)[0], there = (*first->accepted)[0];
        if (here == there)
            continue;
        Finding finding;
        finding.code = "shape-conflict";
        finding.where = input.place();
        finding.where.axis = 0;
        finding.expected = {{"rows", there}, {"input", first->name}};
        finding.actual = {{"rows", here}, {"shape", toJson(input.shape())}};
        finding.evidence = {{"layer", input.name},
                            {"operands", {toJson(*first->accepted), toJson(*input.accepted)}},
                            {"sizes", {{{"input", input.name}, {"axis", 0}, {"given", here}, {"nearest", {there}}}}}};
        finding.message =
            Message("shape-conflict.rows",
                    "Input {input} has {here} {here|row|rows}, input {other} has {there}: a batch has as many of each.",
                    {{"input", input.name}, {"here", here}, {"other", first->name}, {"there", there}});
        out.push_back({std::move(finding), {}});
        return;
    }
}

} // namespace plumbline::rules
