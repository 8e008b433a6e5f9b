// spatial-size: an axis other than that of the features has a size that the model does not take: a fixed one, or an
// open one with which some layer inside cannot go on (a U-Net's skip).
#include "core/diagnosis/rules/rules.h"
#include "core/diagnosis/sizesolver.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace plumbline::rules {

namespace {

struct Resize {
    std::vector<std::int64_t> axes, from, to;
};

/// At the edges as evenly as it goes; which of the two a resize needs may differ by axis, so one kind each.
std::vector<Fix> fixesFor(const Resize& resize, const InputView& input) {
    std::vector<std::int64_t> before, after, begin;
    bool grows = true, shrinks = true;
    for (std::size_t i = 0; i < resize.axes.size(); ++i) {
        const auto change = resize.to[i] - resize.from[i];
        grows = grows && change >= 0;
        shrinks = shrinks && change <= 0;
        before.push_back(change / 2);
        after.push_back(change - change / 2);
        begin.push_back(-change / 2);
    }
    const auto rank = input.shape().rank();
    if (grows)
        return {fixes::pad(input.target, resize.axes, before, after, rank)};
    if (shrinks)
        return {fixes::crop(input.target, resize.axes, begin, resize.to, rank)};
    return {};
}

/// Beyond a quarter of the size, padding or cropping makes another picture: no fix is proposed.
bool isSlight(const Resize& resize) {
    for (std::size_t i = 0; i < resize.axes.size(); ++i)
        if (std::abs(resize.to[i] - resize.from[i]) * 4 > resize.from[i])
            return false;
    return true;
}

bool isReordered(const InputView& input, const Candidates& out) {
    return std::ranges::any_of(out, [&](const Candidate& c) {
        return c.finding.code == "axis-order" && c.finding.where.index == static_cast<std::int64_t>(input.position);
    });
}

void fixedAxes(const Context& context, const InputView& input, Candidates& out) {
    const auto& declared = input.declared.shape;
    Resize resize;
    for (std::size_t axis = 1; axis < declared.size(); ++axis) {
        if (declared[axis].mayEqual(input.shape()[axis]) || axis == context.featureAxis(input))
            continue;
        resize.axes.push_back(static_cast<std::int64_t>(axis));
        resize.from.push_back(input.shape()[axis]);
        resize.to.push_back(declared[axis].extent());
    }
    if (resize.axes.empty())
        return;
    const auto axis = resize.axes.front();
    Finding finding;
    finding.code = "spatial-size";
    finding.where = input.place();
    finding.where.axis = axis;
    finding.expected = {{"size", resize.to}, {"shape", toJson(declared)}};
    finding.actual = {{"size", resize.from}, {"shape", toJson(input.shape())}};
    auto sizes = nlohmann::json::array();
    for (std::size_t i = 0; i < resize.axes.size(); ++i)
        sizes.push_back(
            {{"input", input.name}, {"axis", resize.axes[i]}, {"given", resize.from[i]}, {"nearest", {resize.to[i]}}});
    finding.evidence = {
        {"sizes", sizes}, {"layer", input.name}, {"operands", {toJson(input.shape()), toJson(declared)}}};
    const auto& failures = context.attempt.alone;
    if (const auto at = failures.find(input.position); at != failures.end() && at->second.layer.isValid())
        finding.evidence["layer"] = context.graph().layer(at->second.layer).name;
    finding.message =
        Message("spatial-size", "Input {input} is {actual} along axis {axis}, the model takes {expected}: {declared}.",
                {{"input", input.name},
                 {"actual", resize.from.front()},
                 {"axis", axis},
                 {"expected", resize.to.front()},
                 {"declared", dimsText(declared)}});
    out.push_back({std::move(finding), isSlight(resize) ? fixesFor(resize, input) : std::vector<Fix>{}});
}

void openAxes(const Context& context, Candidates& out) {
    const bool allFit =
        std::ranges::all_of(context.inputs, [](const InputView& input) { return input.accepted.has_value(); });
    const auto& failure = allFit ? context.attempt.failure : context.attempt.behind;
    if (!failure || !failure->layer.isValid() || context.graph().layer(failure->layer).problem)
        return;
    const auto& id = failure->error.message.id();
    if (failure->error.code != ErrorCode::shape && !id.starts_with("zero-size"))
        return;
    const auto sizes = workingSizes(context);
    for (const auto& input : context.inputs) {
        std::vector<WorkingAxis> wrong;
        for (const auto& axis : sizes)
            if (axis.input == input.position && !axis.isFine() && (axis.below || axis.above))
                wrong.push_back(axis);
        if (wrong.empty())
            continue;
        Resize up, down;
        std::vector<std::int64_t> given;
        std::vector<std::string> nearest;
        for (const auto& axis : wrong) {
            given.push_back(axis.given);
            for (auto* resize : {&up, &down}) {
                const auto& to = resize == &up ? axis.above : axis.below;
                if (!to)
                    continue;
                resize->axes.push_back(static_cast<std::int64_t>(axis.axis));
                resize->from.push_back(axis.given);
                resize->to.push_back(*to);
            }
            const auto text = axis.below && axis.above ? fmt::format("{} and {}", *axis.below, *axis.above)
                                                       : std::to_string(axis.below ? *axis.below : *axis.above);
            if (std::ranges::find(nearest, text) == nearest.end())
                nearest.push_back(text);
        }
        Candidate candidate;
        auto& finding = candidate.finding;
        finding.code = "spatial-size";
        finding.where = input.place();
        finding.where.axis = static_cast<std::int64_t>(wrong.front().axis);
        finding.expected = {{"sizes", sizesToJson(context, wrong)}};
        finding.actual = {{"size", given}, {"shape", toJson(input.shape())}};
        auto operands = nlohmann::json::array();
        std::string shapes;
        for (const auto& operand : failure->operands) {
            operands.push_back(toJson(operand.shape));
            shapes += (shapes.empty() ? "" : " and ") + dimsText(operand.shape);
        }
        const auto& layer = context.graph().layer(failure->layer).name;
        finding.evidence = {{"layer", layer}, {"operands", operands}, {"sizes", sizesToJson(context, wrong)}};
        finding.message =
            Message("spatial-size.inside",
                    "Input {input} of size {given} does not go through the model: layer {layer} meets {shapes}; the "
                    "nearest sizes that work are {nearest}.",
                    {{"input", input.name},
                     {"given", fmt::format("{}", fmt::join(given, " x "))},
                     {"layer", layer},
                     {"shapes", shapes},
                     {"nearest", fmt::format("{}", fmt::join(nearest, " x "))}});
        for (const auto* resize : {&up, &down})
            if (resize->axes.size() == wrong.size())
                std::ranges::move(fixesFor(*resize, input), std::back_inserter(candidate.fixes));
        out.push_back(std::move(candidate));
    }
}

} // namespace

void spatialSize(const Context& context, Candidates& out) {
    for (const auto& input : context.inputs)
        if (!input.isMissing() && !input.accepted && input.tensor.elements() > 0 &&
            input.shape().rank() == input.declared.shape.size() && !isReordered(input, out))
            fixedAxes(context, input, out);
    openAxes(context, out);
}

} // namespace plumbline::rules
