// feature-count: the axis of features has another number of columns than the model takes. Which one is missing or extra
// is told by the names where both files have them, else by the columns' own laws, and not at all where those cannot
// tell.
#include "core/diagnosis/arrays.h"
#include "core/diagnosis/codes.h"
#include "core/diagnosis/columnmatch.h"
#include "core/diagnosis/inputmaps.h"
#include "core/diagnosis/pictures.h"
#include "core/diagnosis/rules/rules.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace plumbline::rules {

namespace {

/// Indices of the names of `some` that `others` lacks; nothing where names repeat, or too many are unknown to be the
/// same table.
std::vector<std::int64_t> namesOnlyIn(const std::vector<std::string>& some, const std::vector<std::string>& others) {
    std::vector<std::int64_t> out;
    for (std::size_t i = 0; i < some.size(); ++i)
        if (std::ranges::find(others, some[i]) == others.end())
            out.push_back(static_cast<std::int64_t>(i));
    return out;
}

std::optional<ColumnMatch> matchByName(const InputView& input) {
    const auto& here = input.columns;
    if (!input.training || here.empty() || static_cast<std::int64_t>(here.size()) != input.shape().back())
        return std::nullopt;
    const auto& there = input.training->columns;
    const auto missing = namesOnlyIn(there, here), extra = namesOnlyIn(here, there);
    ColumnMatch out;
    out.isMissing = here.size() < there.size();
    const auto gap = out.isMissing ? there.size() - here.size() : here.size() - there.size();
    const auto& rest = out.isMissing ? extra : missing;
    out.columns = out.isMissing ? missing : extra;
    if (there.empty() || !rest.empty() || out.columns.size() != gap)
        return std::nullopt;
    out.certainty = 1;
    out.ratio = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < there.size(); ++i) {
        const auto at = std::ranges::find(here, there[i]) - here.begin();
        out.pairs.push_back({static_cast<std::int64_t>(i), at < std::ssize(here) ? at : -1, 0});
    }
    for (const auto column : extra)
        out.pairs.push_back({-1, column, 0});
    return out;
}

/// Columns of text are the surplus ones where there are as many.
std::optional<ColumnMatch> matchByText(const InputView& input, std::int64_t expected) {
    const auto width = input.shape().back();
    if (input.text.empty() || width - std::ssize(input.text) != expected)
        return std::nullopt;
    ColumnMatch out;
    out.isMissing = false;
    out.certainty = 1;
    out.ratio = std::numeric_limits<double>::infinity();
    for (const auto& column : input.text)
        out.columns.push_back(column.column);
    std::int64_t training = 0;
    for (std::int64_t column = 0; column < width; ++column)
        out.pairs.push_back({std::ranges::binary_search(out.columns, column) ? -1 : training++, column, 0});
    return out;
}

nlohmann::json tableOf(const ColumnMatch& match, const InputView& input) {
    auto columns = nlohmann::json::array();
    const auto nameAt = [](const std::vector<std::string>& names, std::int64_t index) {
        return index >= 0 && index < std::ssize(names) ? nlohmann::json(names[static_cast<std::size_t>(index)])
                                                       : nlohmann::json(nullptr);
    };
    for (const auto& pair : match.pairs)
        columns.push_back({{"training", pair.training >= 0 ? nlohmann::json(pair.training) : nlohmann::json(nullptr)},
                           {"here", pair.here >= 0 ? nlohmann::json(pair.here) : nlohmann::json(nullptr)},
                           {"name", pair.training >= 0 ? nameAt(input.training->columns, pair.training)
                                                       : nameAt(input.columns, pair.here)},
                           {"distance", pair.training >= 0 && pair.here >= 0 ? toJson(pair.distance) : nullptr}});
    nlohmann::json out{{"columns", columns}, {"certainty", match.certainty}};
    if (!match.next.empty())
        out["next"] = {{"columns", match.next}, {"ratio", toJson(match.ratio)}};
    return out;
}

/// "column 7, volume," or "columns 2 and 5"
std::string columnsText(const std::vector<std::int64_t>& columns, const std::vector<std::string>& names) {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < columns.size(); ++i)
        parts.push_back(i < names.size() ? fmt::format("{} ({})", columns[i], names[i]) : std::to_string(columns[i]));
    if (columns.size() == 1)
        return names.empty() ? "column " + parts[0] : fmt::format("column {}, {},", columns[0], names[0]);
    return fmt::format("columns {} and {}", fmt::join(parts.begin(), parts.end() - 1, ", "), parts.back());
}

void describeMatch(const ColumnMatch& match, const char* by, const InputView& input, Candidate& candidate) {
    auto& finding = candidate.finding;
    const auto& names = match.isMissing ? input.training->columns : input.columns;
    std::vector<std::string> named;
    for (const auto column : match.columns)
        if (column < std::ssize(names))
            named.push_back(names[static_cast<std::size_t>(column)]);
    finding.where.features = match.columns;
    finding.evidence["columns"] = match.columns;
    finding.evidence["names"] = named;
    finding.evidence["distinguishable"] = true;
    finding.evidence["by"] = by;
    const bool isText = !match.isMissing && std::ranges::all_of(match.columns, [&](std::int64_t column) {
        return std::ranges::find(input.text, column, &TextColumn::column) != input.text.end();
    });
    if (isText)
        finding.evidence["text"] = input.text.front().first;
    auto arguments = finding.message.arguments();
    arguments.emplace_back("columns", columnsText(match.columns, named));
    arguments.emplace_back("verb", std::string(match.columns.size() == 1 ? "is" : "are"));
    arguments.emplace_back("what", match.isMissing             ? std::string("missing")
                                   : isText && !input.training ? "text"
                                   : isText                    ? "text and not training's"
                                                               : "not training's");
    finding.message = Message("feature-count.named",
                              "Input {input} has {actual} {features}, {reference} {expected}: {columns} {verb} {what}.",
                              std::move(arguments));
    const auto axis = input.shape().rank() - 1;
    if (!match.isMissing) {
        candidate.fixes.push_back(fixes::dropColumns(input.target, axis, match.columns));
        return;
    }
    std::vector<double> medians;
    for (const auto column : match.columns)
        medians.push_back(medianOf(*input.training, column));
    candidate.fixes.push_back(fixes::insertColumns(input.target, axis, match.columns, medians));
}

/// A class as a number where its one-hot row is asked for, or the other way round.
bool describeClasses(const InputView& input, std::int64_t expected, Candidate& candidate) {
    const auto actual = input.shape().back();
    const auto axis = input.shape().rank() - 1;
    auto& finding = candidate.finding;
    const Message::Arguments arguments{{"input", input.name}, {"actual", actual}, {"expected", expected}};
    const auto* training = input.training;
    if (expected == 1 && isOneHot(input.tensor) && (!training || training->wholeNumbers)) {
        finding.evidence["form"] = "one-hot";
        finding.message = Message("feature-count.one-hot",
                                  "Input {input} is one-hot, {actual} columns of which each row has a 1 in one; the "
                                  "model takes the number of the class, {expected} column.",
                                  arguments);
        candidate.fixes = {fixes::argmax(input.target, axis)};
        return true;
    }
    const auto values = actual == 1 && expected > 1 && training && !training->sample.isNull() &&
                                training->sample.shape().back() == expected && isOneHot(training->sample)
                            ? toDoubles(input.tensor)
                            : Result<std::vector<double>>(std::vector<double>{-1});
    if (!values || !isWhole(*values) ||
        std::ranges::any_of(*values, [&](double x) { return !(x >= 0 && x < static_cast<double>(expected)); }))
        return false;
    finding.evidence["form"] = "class number";
    finding.message = Message("feature-count.class",
                              "Input {input} holds the number of a class in {actual} column, training is one-hot: "
                              "{expected} columns of which each row has a 1 in one.",
                              arguments);
    candidate.fixes = {fixes::oneHot(input.target, expected)};
    return true;
}

/// Pictures whose channels are others than the model's.
bool describeChannels(const Context& context, const InputView& input, std::int64_t expected, Candidate& candidate) {
    const auto step = channelStep(context, input, expected);
    if (!step)
        return false;
    auto& finding = candidate.finding;
    finding.where.features = step->surplus;
    finding.evidence["columns"] = step->surplus;
    finding.evidence["distinguishable"] = !step->surplus.empty();
    finding.evidence["channels"] = {{"expected", expected}, {"actual", input.shape().back()}};
    const auto actual = input.shape().back();
    finding.message = Message("feature-count.channels",
                              "Input {input} has {actual} {channels}, the model takes {expected}: it is {what}.",
                              {{"input", input.name},
                               {"actual", actual},
                               {"channels", std::string(actual == 1 ? "channel" : "channels")},
                               {"expected", expected},
                               {"what", step->text}});
    candidate.fixes = {step->fix};
    return true;
}

void judge(const Context& context, const InputView& input, Candidates& out) {
    const auto axis = context.featureAxis(input);
    const bool isLast = axis + 1 == input.declared.shape.size();
    const auto expected = input.declared.shape[axis].extent(), actual = input.shape()[axis];
    Candidate candidate;
    auto& finding = candidate.finding;
    finding.code = "feature-count";
    finding.where = input.place();
    finding.where.axis = static_cast<std::int64_t>(axis);
    finding.expected = {{"features", expected}, {"shape", toJson(input.declared.shape)}};
    finding.actual = {{"features", actual}, {"shape", toJson(input.shape())}};
    finding.evidence = {
        {"columns", nlohmann::json::array()}, {"names", nlohmann::json::array()}, {"distinguishable", false}};
    const auto* training = input.training;
    const bool usable = isLast && training && training->shape.rank() > 0 && training->shape.back() == expected;
    const Message::Arguments arguments{{"input", input.name},
                                       {"actual", actual},
                                       {"features", std::string(actual == 1 ? "feature" : "features")},
                                       {"expected", expected},
                                       {"reference", std::string(usable ? "training has" : "the model takes")}};
    finding.message =
        Message("feature-count", "Input {input} has {actual} {features}, {reference} {expected}.", arguments);
    if ((isLast && describeClasses(input, expected, candidate)) ||
        describeChannels(context, input, expected, candidate)) {
        out.push_back(std::move(candidate));
        return;
    }
    const auto named = usable ? matchByName(input) : std::nullopt;
    const auto byText = named ? std::nullopt : matchByText(input, expected);
    const auto matched = named    ? named
                         : byText ? byText
                         : usable ? matchColumns(input.tensor, *training)
                                  : std::nullopt;
    if (matched && usable)
        finding.evidence["matching"] = tableOf(*matched, input);
    if (named || byText || (matched && matched->isCertain())) {
        describeMatch(*matched, named ? "name" : byText ? "text" : "distribution", input, candidate);
    } else if (usable) {
        auto more = arguments;
        more.emplace_back("which", std::string(actual < expected ? "missing" : "extra"));
        more.emplace_back("rows", input.shape().rank() > 1 ? input.shape()[0] : 1);
        finding.message =
            Message("feature-count.unknown",
                    "Input {input} has {actual} {features}, {reference} {expected}: which one is {which} cannot be "
                    "known from the data, training's columns are too much alike for {rows} {rows|row|rows} to tell.",
                    std::move(more));
        if (std::abs(actual - expected) > 1)
            finding.message = Message("feature-count.unknown-many",
                                      "Input {input} has {actual} {features}, {reference} {expected}: which ones are "
                                      "{which} cannot be known from the data.",
                                      finding.message.arguments());
    }
    out.push_back(std::move(candidate));
}

} // namespace

void featureCount(const Context& context, Candidates& out) {
    for (const auto& input : context.inputs) {
        const auto& declared = input.declared.shape;
        if (input.isMissing() || input.accepted || declared.size() < 2 || declared.size() != input.shape().rank() ||
            input.tensor.elements() == 0 ||
            declared[context.featureAxis(input)].mayEqual(input.shape()[context.featureAxis(input)]))
            continue;
        // Another order of the axes says it all.
        if (std::ranges::any_of(out, [&](const Candidate& other) {
                return other.finding.code == "axis-order" &&
                       other.finding.where.index == static_cast<std::int64_t>(input.position);
            }))
            continue;
        judge(context, input, out);
    }
}

} // namespace plumbline::rules
