// double-scale as a note, where no reference says what training had: the model divides by itself (a Rescaling of
// bytes), and the input lies where that layer's outputs should. With a reference scale.cpp knows.
#include "core/diagnosis/ownscaling.h"
#include "core/diagnosis/rules/rules.h"

#include <cmath>

namespace plumbline::rules {

namespace {

constexpr std::int64_t fewestElements = 16;
constexpr double least = 50; // times smaller: bytes by 127.5 or 255 are, other scalings may be meant

void judge(const Context& context, const InputView& input, Candidates& out) {
    const auto& s = input.statistics;
    const auto scaling = rescalingOf(context.graph(), context.graph().inputs()[input.position]);
    if (!scaling || std::abs(scaling->factor) * least > 1 || s.finite() < fewestElements || s.min < -1 || s.max > 1 ||
        s.min == s.max)
        return;
    const double back = std::round(1 / scaling->factor * 10) / 10; // 255, 127.5
    Finding finding;
    finding.code = "double-scale";
    finding.severity = Severity::note;
    finding.where = input.place();
    finding.expected = {{"max", toJson(back)}};
    finding.actual = {{"min", toJson(s.min)}, {"max", toJson(s.max)}};
    finding.evidence = {{"layer", context.graph().layer(scaling->layer).name},
                        {"map", {{"name", numberText(back) + "*x"}, {"scale", back}, {"offset", 0}}}};
    finding.message =
        Message("double-scale.note",
                "Input {input} is in {low} … {high}, and layer {layer} divides by {back} itself: the data "
                "may have been scaled before.",
                {{"input", input.name},
                 {"low", s.min},
                 {"high", s.max},
                 {"layer", context.graph().layer(scaling->layer).name},
                 {"back", back}});
    out.push_back({std::move(finding), {}});
}

} // namespace

void doubleScale(const Context& context, Candidates& out) {
    for (const auto& input : context.inputs)
        if (!input.isMissing() && input.accepted && !input.training && isFloat(input.tensor.dtype()))
            judge(context, input, out);
}

} // namespace plumbline::rules
