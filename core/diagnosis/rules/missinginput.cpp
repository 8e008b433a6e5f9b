// missing-input: the model has an input for which no array was given.
#include "core/diagnosis/rules/rules.h"

namespace plumbline::rules {

void missingInput(const Context& context, Candidates& out) {
    for (const auto& input : context.inputs) {
        if (!input.isMissing() || input.isUnreadable)
            continue;
        Finding finding;
        finding.code = "missing-input";
        finding.where = input.place();
        finding.expected = {{"shape", toJson(input.declared.shape)}, {"dtype", name(input.declared.dtype)}};
        finding.actual = {{"shape", nullptr}};
        finding.message =
            Message("missing-input", "Input {input} of shape {shape} has no array; the model takes {count} inputs.",
                    {{"input", input.name},
                     {"shape", dimsText(input.declared.shape)},
                     {"count", static_cast<std::int64_t>(context.inputs.size())}});
        if (context.inputs.size() == 1)
            finding.message = Message("missing-input.only", "Input {input} of shape {shape} has no array.",
                                      {{"input", input.name}, {"shape", dimsText(input.declared.shape)}});
        out.push_back({std::move(finding), {}});
    }
}

} // namespace plumbline::rules
