// index-range: an input that looks up a table (an embedding) holds an index that the table does not have.
#include "core/diagnosis/arrays.h"
#include "core/diagnosis/codes.h"
#include "core/diagnosis/lookups.h"
#include "core/diagnosis/rules/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace plumbline::rules {

namespace {

constexpr std::size_t mostListed = 100;

/// How much likelier the codes within the table are under training's frequencies once 1 is taken off each, in nats, and
/// by how much chance alone may move that.
std::pair<double, double> gainOfShift(const InputView& input, const std::vector<double>& values, std::int64_t classes) {
    const CodeFrequencies frequencies(*input.training, CodeForm::indices);
    double gain = 0, squares = 0;
    for (const auto x : values)
        if (x >= 1 && x < static_cast<double>(classes)) {
            const auto code = static_cast<std::int64_t>(x);
            const double one = frequencies.logLikelihood({code - 1}) - frequencies.logLikelihood({code});
            gain += one;
            squares += one * one;
        }
    return {gain, std::sqrt(squares)};
}

/// Codes counted from 1: up to one beyond the last, and none is 0 where from 0 some would be. Any other step would pick
/// another class, so that nothing else is proposed. In rows of several codes 0 may be padding, which whole sentences
/// lack: there training's frequencies have to speak for it; of labels it is enough that they do not speak against it.
bool isCountedFromOne(const InputView& input, const std::vector<double>& values, std::int64_t classes) {
    constexpr double unlikely = 0.05;       // that labels counted from 0 hold no 0 by chance
    constexpr double forIt = 3, chance = 3; // nats, and deviations of what chance gives
    const auto beyond = static_cast<double>(classes);
    if (input.statistics.min < 1 || input.statistics.max != beyond ||
        (input.training && input.training->statistics.min != 0))
        return false;
    if (std::ranges::count(values, beyond) <= 1 &&
        std::pow(1 - 1 / beyond, static_cast<double>(values.size())) >= unlikely)
        return false;
    const bool isSequence = input.tensor.elements() > input.shape()[0];
    if (!input.training)
        return !isSequence;
    const auto [gain, deviation] = gainOfShift(input, values, classes);
    return isSequence ? gain > forIt + chance * deviation : gain > -chance * std::max(1.0, deviation);
}

void judge(const Context& context, const InputView& input, const Lookup& table, Candidates& out) {
    const auto values = toDoubles(input.tensor);
    if (!values)
        return;
    const auto rowSize = std::max<std::int64_t>(
        1, input.tensor.elements() / std::max<std::int64_t>(1, input.shape().rank() ? input.shape()[0] : 1));
    std::vector<std::int64_t> rows;
    std::set<double> found; // the values themselves, as they are met
    std::int64_t count = 0, first = -1;
    for (std::size_t i = 0; i < values->size(); ++i) {
        const auto index = std::trunc((*values)[i]);
        if (std::isnan(index) || (index >= 0 && index < static_cast<double>(table.rows)))
            continue;
        const auto row = static_cast<std::int64_t>(i) / rowSize;
        if (count++ == 0)
            first = static_cast<std::int64_t>(i);
        if ((rows.empty() || rows.back() != row) && rows.size() < mostListed)
            rows.push_back(row);
        if (found.size() < mostListed)
            found.insert((*values)[i]);
    }
    if (count == 0)
        return;
    Finding finding;
    finding.code = "index-range";
    finding.where = input.place();
    finding.where.element = unflatten(first, input.shape());
    finding.expected = {{"min", 0}, {"max", table.rows - 1}};
    finding.actual = {{"min", toJson(input.statistics.min)}, {"max", toJson(input.statistics.max)}, {"count", count}};
    finding.evidence = {{"rows", rows}, {"values", found}, {"layer", context.graph().layer(table.layer).name}};
    const bool once = count == 1;
    finding.message = Message(
        once ? "index-range" : "index-range.many",
        once ? "Input {input} holds the index {value} at {element}; layer {layer} has {rows} {rows|row|rows}, so 0 to "
               "{last} "
               "is accepted."
             : "Input {input} holds {count} indices out of range, the first {value} at {element}; layer {layer} "
               "has {rows} {rows|row|rows}, so 0 to {last} is accepted.",
        {{"input", input.name},
         {"count", count},
         {"value", input.tensor.elementText(first)},
         {"element", indexText(*finding.where.element)},
         {"layer", context.graph().layer(table.layer).name},
         {"rows", table.rows},
         {"last", table.rows - 1}});
    std::vector<Fix> candidates;
    if (isCountedFromOne(input, *values, table.rows)) {
        finding.evidence["counted_from"] = 1;
        const bool whole = isInteger(input.tensor.dtype());
        auto fix =
            fixes::map(input.target, "x-1", "x - 1", 1, -1, whole ? std::optional(input.tensor.dtype()) : std::nullopt);
        if (whole)
            fix.numpy = fmt::format("{0} = {0} - 1", input.target.variable);
        candidates.push_back(std::move(fix));
    }
    out.push_back({std::move(finding), std::move(candidates)});
}

} // namespace

void indexRange(const Context& context, Candidates& out) {
    for (const auto& [position, table] : lookupsOf(context.graph()))
        if (const auto& input = context.inputs[position]; !input.isMissing())
            judge(context, input, table, out);
    const auto& failure = context.attempt.failure;
    if (!failure || !failure->error.message.id().starts_with("index-range") || !failure->layer.isValid() ||
        std::ranges::any_of(out, [](const Candidate& c) { return c.finding.code == "index-range"; }))
        return;
    Finding finding;
    finding.code = "index-range";
    finding.where = context.layerPlace(failure->layer);
    finding.message = failure->error.message;
    finding.expected = {{"accepted", failure->error.expected}};
    finding.actual = {{"found", failure->error.actual}};
    for (const auto& [key, value] : failure->error.message.arguments())
        if (key == "row")
            finding.evidence["rows"] = {std::get<std::int64_t>(value)};
    out.push_back({std::move(finding), {}});
}

} // namespace plumbline::rules
