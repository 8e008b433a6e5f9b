// empty: an axis of the array has no elements, so there is nothing to predict.
#include "core/diagnosis/rules/rules.h"

namespace plumbline::rules {

void emptyInput(const Context& context, Candidates& out) {
    for (const auto& input : context.inputs) {
        if (input.isMissing() || input.tensor.elements() > 0)
            continue;
        std::size_t axis = 0;
        while (input.shape()[axis] != 0)
            ++axis;
        Finding finding;
        finding.code = "empty";
        finding.where = input.place();
        finding.where.axis = static_cast<std::int64_t>(axis);
        finding.expected = {{"shape", toJson(input.declared.shape)}, {"elements", "at least 1"}};
        finding.actual = {{"shape", toJson(input.shape())}, {"elements", 0}};
        finding.message = Message(
            "empty", "Input {input} is empty: shape {shape} has 0 elements, the model takes {expected}.",
            {{"input", input.name}, {"shape", input.shape().text()}, {"expected", dimsText(input.declared.shape)}});
        out.push_back({std::move(finding), {}});
    }
}

} // namespace plumbline::rules
