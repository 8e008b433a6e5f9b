// missing-batch-axis, missing-axis, extra-axis, axis-order: the array's axes are not those that the model takes.
// The readings that the shapes allow stand in axisreadings.h; a fix is shown only when the run with it goes through.
#include "core/diagnosis/arrays.h"
#include "core/diagnosis/axisreadings.h"
#include "core/diagnosis/codes.h"
#include "core/diagnosis/columnmatch.h"
#include "core/diagnosis/rules/rules.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace plumbline::rules {

namespace {

using Kind = AxisReading::Kind;

/// For np.reshape: any number of rows, but for a sample that becomes one.
std::vector<std::int64_t> extentsOf(const AxisReading& reading) {
    auto extents = reading.result.extents();
    if (reading.kind != Kind::missingBatch)
        extents[0] = -1;
    return extents;
}

Fix fixFor(const AxisReading& reading, const InputView& input) {
    if (reading.kind == Kind::order)
        return fixes::transpose(input.target, reading.permutation);
    if (!reading.isReshape && reading.axes.size() == 1)
        return reading.kind == Kind::extraAxis ? fixes::removeAxis(input.target, reading.axes[0])
                                               : fixes::insertAxis(input.target, reading.axes[0]);
    return fixes::reshape(input.target, extentsOf(reading));
}

/// All that stands along the axis is the same: a grey picture kept in three channels.
bool isRepeated(const Tensor& array, std::size_t axis) {
    const auto first = toDoubles(array.sliced(axis, 0, 1));
    for (std::int64_t i = 1; first && i < array.shape()[axis]; ++i)
        if (const auto other = toDoubles(array.sliced(axis, i, 1)); !other || *other != *first)
            return false;
    return first.has_value();
}

/// Channels of a picture, where the model takes pictures without.
bool isOfChannels(const AxisReading& reading, const InputView& input) {
    constexpr std::int64_t smallest = 4; // on each side of a picture
    const auto axis = reading.axes.front();
    const auto extent = input.shape()[axis];
    return input.shape().rank() == 4 && (extent == 3 || extent == 4) && reading.result[1] >= smallest &&
           reading.result[2] >= smallest;
}

/// What is chosen from an axis along which more than one element stands; nothing where any would be a guess.
std::vector<Fix> fixesOfMore(const AxisReading& reading, const InputView& input) {
    const auto axis = reading.axes.front();
    const auto rank = input.shape().rank();
    const auto colours = std::min<std::int64_t>(3, input.shape()[axis]); // alpha is no colour
    if (!isOfChannels(reading, input))
        return isRepeated(input.tensor, axis) ? std::vector{fixes::take(input.target, axis, 0, rank)}
                                              : std::vector<Fix>{};
    if (isRepeated(input.tensor.sliced(axis, 0, colours), axis))
        return {fixes::take(input.target, axis, 0, rank)};
    return axis + 1 == rank ? std::vector{fixes::luminance(input.target, axis, false)} : std::vector<Fix>{};
}

/// A grey picture without an axis of channels, for a model of coloured ones: its one channel stands for all three.
std::optional<Fix> greyFix(const AxisReading& reading, const Dims& expected, const InputView& input) {
    constexpr std::int64_t colours = 3;
    const auto last = reading.result.rank() - 1;
    const bool isPicture = reading.kind == Kind::missingAxis || reading.kind == Kind::missingBatch;
    if (!isPicture || reading.isReshape || reading.mismatches != 1 || last != 3 || reading.result[last] != 1 ||
        reading.axes.back() != last || expected[last] != Dim(colours))
        return std::nullopt;
    return fixes::repeat(input.target, last, colours, extentsOf(reading));
}

void sayMore(const AxisReading& reading, const InputView& input, Finding& finding) {
    auto arguments = finding.message.arguments();
    arguments.emplace_back("count", input.shape()[reading.axes.front()]);
    const bool channels = isOfChannels(reading, input);
    finding.evidence["channels"] = channels;
    finding.message =
        channels
            ? Message("extra-axis.channels",
                      "Input {input} has shape {actual}: axis {axis}, {count} channels of colour, is one too many; "
                      "the model takes grey pictures, {expected}.",
                      std::move(arguments))
            : Message("extra-axis.more",
                      "Input {input} has shape {actual}: axis {axis} of {count} elements is one too many, the model "
                      "takes {expected}.",
                      std::move(arguments));
}

Finding describe(const AxisReading& reading, const InputView& input) {
    Finding finding;
    finding.where = input.place();
    finding.expected = {{"shape", toJson(input.declared.shape)}, {"rank", input.declared.shape.size()}};
    finding.actual = {{"shape", toJson(input.shape())}, {"rank", input.shape().rank()}};
    const Message::Arguments arguments{{"input", input.name},
                                       {"actual", input.shape().text()},
                                       {"expected", dimsText(input.declared.shape)},
                                       {"axis", static_cast<std::int64_t>(reading.axes.empty() ? 0 : reading.axes[0])},
                                       {"order", fmt::format("({})", fmt::join(reading.permutation, ", "))},
                                       {"result", reading.result.text()}};
    if (!reading.axes.empty())
        finding.where.axis = static_cast<std::int64_t>(reading.axes[0]);
    switch (reading.kind) {
    case Kind::missingBatch:
        finding.code = "missing-batch-axis";
        finding.message = Message(finding.code,
                                  "Input {input} is a single sample of shape {actual}: the batch axis is missing, the "
                                  "model takes {expected}.",
                                  arguments);
        break;
    case Kind::missingAxis:
        finding.code = "missing-axis";
        finding.message =
            Message(finding.code, "Input {input} has shape {actual}: axis {axis} of {expected} is missing.", arguments);
        break;
    case Kind::extraAxis:
        finding.code = "extra-axis";
        finding.message = Message(
            finding.code, "Input {input} has shape {actual}: axis {axis} is one too many, the model takes {expected}.",
            arguments);
        if (reading.holdsMore)
            sayMore(reading, input, finding);
        break;
    case Kind::order:
        finding.code = "axis-order";
        finding.evidence["permutation"] = reading.permutation;
        finding.message = Message(finding.code,
                                  "Input {input} has its axes in another order: {actual} where the model takes "
                                  "{expected}; in the order {order} it is {result}.",
                                  arguments);
        break;
    }
    return finding;
}

Finding describeRankAlone(const InputView& input) {
    const bool few = input.shape().rank() < input.declared.shape.size();
    Finding finding;
    finding.code = few ? "missing-axis" : "extra-axis";
    finding.where = input.place();
    finding.expected = {{"shape", toJson(input.declared.shape)}, {"rank", input.declared.shape.size()}};
    finding.actual = {{"shape", toJson(input.shape())}, {"rank", input.shape().rank()}};
    finding.message =
        Message(finding.code + ".rank",
                "Input {input} has {actual} {actual|axis|axes}, {shape}; the model takes {expected}, {declared}.",
                {{"input", input.name},
                 {"actual", static_cast<std::int64_t>(input.shape().rank())},
                 {"shape", input.shape().text()},
                 {"expected", static_cast<std::int64_t>(input.declared.shape.size())},
                 {"declared", dimsText(input.declared.shape)}});
    return finding;
}

/// The framework puts the last axis right by itself. Right, where the samples stay what training has; else the array
/// was one sample, and runs as many.
void repaired(const Context& context, const InputView& input, const Dims& expected,
              const std::vector<AxisReading>& readings, Candidates& out) {
    for (const auto& reading : readings) {
        if (reading.mismatches > 0 || reading.kind != Kind::missingBatch || reading.isReshape)
            continue;
        const bool asTraining = input.training && !fits(expected, *input.accepted);
        const bool looksSingle = input.shape().back() == 1 && reading.result != *input.accepted;
        if (!asTraining && !looksSingle)
            continue;
        auto finding = describe(reading, input);
        // It runs on what training never had, or comes to grief inside.
        finding.severity = context.attempt.isComplete() ? Severity::warning : Severity::error;
        finding.message = Message(
            "missing-batch-axis.silent",
            "Input {input} of shape {actual} is taken as {count} {count|sample|samples} of {row}: the batch axis of "
            "a single sample is missing, the model takes {expected}.",
            {{"input", input.name},
             {"actual", input.shape().text()},
             {"count", input.accepted->operator[](0)},
             {"row", Shape(std::vector(input.accepted->begin() + 1, input.accepted->end())).text()},
             {"expected", dimsText(input.declared.shape)}});
        out.push_back({std::move(finding), {fixFor(reading, input)}});
        return;
    }
    const bool appended = input.accepted->rank() > input.shape().rank();
    AxisReading reading;
    reading.kind = appended ? Kind::missingAxis : Kind::extraAxis;
    reading.axes = {std::max(input.accepted->rank(), input.shape().rank()) - 1};
    reading.result = *input.accepted;
    auto finding = describe(reading, input);
    finding.severity = Severity::note;
    finding.message =
        Message(finding.code + ".repaired",
                "Input {input} has shape {actual} for {expected}: Keras {verb} the last axis of 1 by itself.",
                {{"input", input.name},
                 {"actual", input.shape().text()},
                 {"expected", dimsText(input.declared.shape)},
                 {"verb", std::string(appended ? "appends" : "drops")}});
    out.push_back({std::move(finding), {fixFor(reading, input)}});
}

/// An array of the right rank whose axes may be exchanged, or whose columns may be missing: (10, 9) for ten columns.
/// Ten rows of nine are as likely as nine rows of ten; the columns' own laws tell, and where they do not, nothing is
/// exchanged.
bool isAxisOrder(const InputView& input, const AxisReading& reading) {
    const auto rank = input.shape().rank();
    if (rank != 2)
        return true;
    if (input.declared.shape[1] == Dim(1) && isOneHot(input.tensor))
        return false; // a class as its one-hot row
    const auto gap = std::abs(input.shape()[1] - reading.result[1]);
    const auto transposed = input.tensor.transposed(reading.permutation);
    const auto verdict = input.training ? columnsAgree(transposed, *input.training) : std::nullopt;
    return verdict ? *verdict : gap > 2 || input.shape()[0] == 1;
}

/// The best of the readings, with the steps that they suggest.
Candidate bestReading(const InputView& input, const Dims& expected) {
    const auto readings = axisReadings(expected, input.shape());
    Candidate candidate;
    for (const auto& reading : readings) {
        if (reading.kind == Kind::order && !isAxisOrder(input, reading))
            continue;
        // A reading that leaves more than one extent wrong explains nothing.
        if (reading.mismatches > 1 || (!candidate.fixes.empty() && reading.mismatches > readings.front().mismatches))
            break;
        if (candidate.fixes.empty() && candidate.finding.code.empty())
            candidate.finding = describe(reading, input);
        if (reading.holdsMore) {
            if (!candidate.fixes.empty())
                break; // an axis of one element goes before one that holds more
            // Of several axes that could go none is named, but for the channels of a picture.
            const bool alone = 1 == std::ranges::count_if(readings, [](const AxisReading& r) { return r.holdsMore; });
            if (!alone && !isOfChannels(reading, input))
                candidate.finding = describeRankAlone(input);
            else
                candidate.fixes = fixesOfMore(reading, input);
            break;
        }
        candidate.fixes.push_back(fixFor(reading, input));
        if (auto grey = greyFix(reading, expected, input))
            candidate.fixes.push_back(std::move(*grey));
        if (reading.mismatches > 0 || candidate.fixes.size() == 3)
            break;
    }
    return candidate;
}

} // namespace

void axes(const Context& context, Candidates& out) {
    for (const auto& input : context.inputs) {
        if (input.isMissing() || input.tensor.elements() == 0)
            continue;
        const auto expected = expectedShape(input.declared, input.training);
        const bool sameRank = input.shape().rank() == expected.size();
        if (sameRank && input.accepted)
            continue;
        if (input.accepted) {
            repaired(context, input, expected, axisReadings(expected, input.shape()), out);
            continue;
        }
        auto candidate = bestReading(input, expected);
        if (candidate.finding.code.empty()) // a size of its own, where the model leaves it open
            candidate = bestReading(input, input.declared.shape);
        if (!candidate.finding.code.empty())
            out.push_back(std::move(candidate));
        else if (!sameRank)
            out.push_back({describeRankAlone(input), {}});
    }
}

} // namespace plumbline::rules
