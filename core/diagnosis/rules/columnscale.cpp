// scale with `features`, shift: one column, or a few, are training's times a usual factor, or moved, or lack the
// standardisation that training's have. Where none of these makes a column agree, its values are named as they are
// (layer-drift at the input), and no map.
#include "core/diagnosis/arrays.h"
#include "core/diagnosis/columnlikelihood.h"
#include "core/diagnosis/columnmaps.h"
#include "core/diagnosis/comparison.h"
#include "core/diagnosis/inputmaps.h"
#include "core/diagnosis/lookups.h"
#include "core/diagnosis/rules/rules.h"

#include <algorithm>
#include <span>

namespace plumbline::rules {

namespace {

/// Fewer values do not tell a factor of 10 from one of 12.
constexpr std::size_t fewest = 12;
constexpr double clearly = 2; // multiples of the critical distance: one chance in 10^9 for independent rows
constexpr std::size_t manyColumns = 3;

/// A column of the prediction that is off.
struct OffColumn {
    std::size_t index = 0;
    Statistics here; ///< least, most and mean
    std::optional<ColumnMap> map;
};

std::string columnText(const InputView& input, std::size_t column) {
    const auto& names = !input.columns.empty() ? input.columns : input.training->columns;
    return column < names.size() ? names[column] + " (column " + std::to_string(column) + ")"
                                 : "column " + std::to_string(column);
}

nlohmann::json figures(const Statistics& s) {
    return {{"min", toJson(s.min)}, {"max", toJson(s.max)}, {"mean", toJson(s.mean)}};
}

/// What all findings of columns have: the place, and both sides of the first.
Candidate placed(const InputView& input, std::span<const OffColumn> off, const char* code) {
    Candidate out;
    auto& finding = out.finding;
    finding.code = code;
    finding.severity = Severity::warning;
    finding.where = input.place();
    finding.where.axis = static_cast<std::int64_t>(input.shape().rank() - 1);
    auto columns = nlohmann::json::array();
    for (const auto& column : off) {
        finding.where.features.push_back(static_cast<std::int64_t>(column.index));
        columns.push_back({{"column", column.index},
                           {"expected", figures(input.training->perColumn[column.index])},
                           {"actual", figures(column.here)}});
        if (column.map)
            columns.back()["map"] = {
                {"name", column.map->name()}, {"scale", column.map->scale}, {"offset", column.map->offset}};
    }
    finding.expected = columns.front()["expected"];
    finding.expected["of"] = rowsText(*input.training).text();
    finding.actual = columns.front()["actual"];
    if (off.size() > 1)
        finding.evidence = {{"columns", std::move(columns)}};
    return out;
}

Message::Arguments bothSides(const InputView& input, const OffColumn& column) {
    const auto& there = input.training->perColumn[column.index];
    return {{"input", input.name},    {"column", columnText(input, column.index)},
            {"low", column.here.min}, {"high", column.here.max},
            {"from", there.min},      {"to", there.max}};
}

Candidate withoutMap(const InputView& input, const OffColumn& column) {
    auto out = placed(input, {&column, 1}, "layer-drift");
    out.finding.message =
        Message("layer-drift.column",
                "In input {input}, {column} is in {low} … {high}, training was in {from} … {to}, and no usual "
                "factor brings it there.",
                bothSides(input, column));
    return out;
}

/// Columns with maps of one code: one finding, and one fix that mends them all.
Candidate withMaps(const InputView& input, std::span<const OffColumn> off) {
    const auto& first = *off.front().map;
    auto out = placed(input, off, first.code());
    auto& finding = out.finding;
    std::vector<double> scales(input.training->perColumn.size(), 1), offsets(scales.size(), 0);
    double distance = 0;
    const bool alike = std::ranges::all_of(off, [&](const auto& column) { return column.map->text() == first.text(); });
    for (const auto& column : off) {
        scales[column.index] = column.map->scale;
        offsets[column.index] = column.map->offset;
        distance = std::max(distance, column.map->distance);
    }
    const bool single = off.size() == 1;
    const auto name = alike ? first.name() : "per column";
    finding.evidence["map"] = {{"name", name},
                               {"scale", single ? nlohmann::json(first.scale) : nlohmann::json(scales)},
                               {"offset", single ? nlohmann::json(first.offset) : nlohmann::json(offsets)}};
    finding.evidence["distance"] = distance;
    if (first.kind == ColumnMap::Kind::standard)
        finding.evidence["fitted"] = true;
    finding.threshold = {{"distance", 1}, {"rule", "Kolmogorov-Smirnov at 1 %"}};
    auto arguments = bothSides(input, off.front());
    arguments.emplace_back("map", first.text());
    if (single)
        finding.message = Message(
            finding.code + ".column",
            "In input {input}, {column} is in {low} … {high}, training was in {from} … {to}: {map} brings it there.",
            std::move(arguments));
    else {
        arguments.emplace_back("count", static_cast<std::int64_t>(off.size()));
        arguments.emplace_back("total", static_cast<std::int64_t>(scales.size()));
        std::string others;
        for (const auto& column : off.subspan(1))
            others += (others.empty() ? "" : ", ") + columnText(input, column.index) +
                      (alike ? "" : " by " + column.map->text());
        arguments.emplace_back("others", std::move(others));
        finding.message =
            Message(finding.code + ".columns",
                    "In input {input}, {count} of {total} columns are off: {column} is in {low} … {high}, training was "
                    "in {from} … {to}, and {map} brings it there; likewise {others}.",
                    std::move(arguments));
    }
    out.fixes.push_back(fixes::mapColumns(input.target, name, scales, offsets));
    return out;
}

/// Of columns that are off each in its own way a few rows would have a usual factor fit by chance: none is named.
Candidate together(const InputView& input, std::span<const OffColumn> off) {
    auto out = placed(input, off, "layer-drift");
    for (auto& column : out.finding.evidence["columns"])
        column.erase("map");
    auto arguments = bothSides(input, off.front());
    arguments.emplace_back("count", static_cast<std::int64_t>(off.size()));
    arguments.emplace_back("total", static_cast<std::int64_t>(input.training->perColumn.size()));
    out.finding.message =
        Message("layer-drift.columns",
                "In input {input}, {count} of {total} columns are off, each in its own way: {column} is in "
                "{low} … {high}, training was in {from} … {to}.",
                std::move(arguments));
    return out;
}

void report(const InputView& input, std::vector<OffColumn> off, Candidates& out) {
    const auto nameOf = [](const OffColumn& column) { return column.map ? column.map->name() : std::string(); };
    const bool alike = std::ranges::all_of(off, [&](const auto& one) { return nameOf(one) == nameOf(off.front()); });
    if (off.size() >= manyColumns && !alike) {
        out.push_back(together(input, off));
        return;
    }
    const auto rest = std::ranges::stable_partition(off, [](const auto& one) { return one.map.has_value(); });
    const auto shifts = std::ranges::stable_partition(
        off.begin(), rest.begin(), [](const auto& one) { return one.map->kind != ColumnMap::Kind::shift; });
    // Columns beside it that no map explains say that the table is off in another way: no one column is mended.
    const bool othersOpen = !rest.empty();
    const auto before = out.size();
    if (shifts.begin() != off.begin())
        out.push_back(withMaps(input, {off.begin(), shifts.begin()}));
    if (!shifts.empty())
        out.push_back(withMaps(input, {shifts.begin(), shifts.end()}));
    if (othersOpen)
        for (auto i = before; i < out.size(); ++i)
            out[i].fixes.clear();
    for (const auto& column : rest)
        out.push_back(withoutMap(input, column));
}

void judge(const Context& context, const InputView& input, Candidates& out) {
    const auto columns = input.training->perColumn.size();
    const auto values = toDoubles(input.tensor);
    if (!values || values->size() / columns < fewest)
        return;
    const auto here = columnsOf(input.tensor);
    std::vector<OffColumn> off;
    for (std::size_t c = 0; c < columns; ++c) {
        const auto& training = input.training->perColumn[c];
        if (here[c].sorted.size() < fewest || training.finite() < static_cast<std::int64_t>(fewest) ||
            ksMultiple(here[c], training) <= clearly)
            continue;
        const auto standing = standingOf(here[c].sorted, training);
        if (standing == ColumnStanding::inside)
            continue;
        auto column = columnOf(*values, c, columns);
        const auto map = explainColumn(column, here[c].worth, training, standing);
        const double length = here[c].sorted.back() - here[c].sorted.front();
        // A column that stands still within training's range is a choice, not a fault.
        const bool outside = here[c].sorted.front() > training.max || here[c].sorted.back() < training.min;
        if (!map && (!outside || length == 0))
            continue;
        Statistics statistics;
        statistics.min = here[c].sorted.front();
        statistics.max = here[c].sorted.back();
        for (const auto x : column)
            statistics.mean += x / static_cast<double>(column.size());
        off.push_back({c, statistics, map});
    }
    if (off.empty() || lookupsOf(context.graph()).contains(input.position))
        return;
    // Where more than a third is off it is the input as a whole, and no matter of single columns. So it is where many
    // are, and one scaler that was left out mends all.
    if (off.size() * 3 > columns || (off.size() >= manyColumns && lacksScaler(context, input)))
        return;
    report(input, std::move(off), out);
}

} // namespace

void columnScale(const Context& context, Candidates& out) {
    for (const auto& input : context.inputs) {
        if (input.isMissing() || !input.accepted || !input.training || input.shape().rank() < 2 ||
            input.shape().rank() > 3)
            continue;
        const auto columns = static_cast<std::int64_t>(input.training->perColumn.size());
        if (columns > 1 && columns == input.shape().back())
            judge(context, input, out);
    }
}

} // namespace plumbline::rules
