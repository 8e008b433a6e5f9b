// scale with `features`, shift: one column, or a few, are training's times a usual factor, or moved. Where neither
// makes the column agree, its values are named as they are (layer-drift at the input), and no map.
#include "core/diagnosis/arrays.h"
#include "core/diagnosis/columnlikelihood.h"
#include "core/diagnosis/inputmaps.h"
#include "core/diagnosis/lookups.h"
#include "core/diagnosis/rules/rules.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace plumbline::rules {

namespace {

/// Fewer values do not tell a factor of 10 from one of 12.
constexpr std::size_t fewest = 12;
constexpr double clearlyBetter = 1.5; // distances of two factors
constexpr double clearly = 2;         // multiples of the critical distance: one chance in 10^9 for independent rows

constexpr std::size_t manyColumns = 3;

struct ColumnMap {
    double scale = 1, offset = 0, distance = INFINITY;
    bool isShift = false;
};

std::vector<double> columnOf(const std::vector<double>& values, std::size_t column, std::size_t columns) {
    std::vector<double> out;
    for (std::size_t i = column; i < values.size(); i += columns)
        if (std::isfinite(values[i]))
            out.push_back(values[i]);
    return out;
}

std::vector<double> mappedColumn(std::vector<double> values, double scale, double offset) {
    for (auto& x : values)
        x = x * scale + offset;
    return values;
}

/// Most of the column lies where training never was by half its whole range, or all of it in a tenth of training's
/// spread.
bool isOff(const std::vector<double>& sorted, const Statistics& training) {
    const double slack = std::max(training.max - training.min, 1e-12) / 2;
    const auto outside =
        std::ranges::count_if(sorted, [&](double x) { return x < training.min - slack || x > training.max + slack; });
    if (outside * 2 > std::ssize(sorted))
        return true;
    const auto n = sorted.size();
    const double spread = sorted[n * 9 / 10] - sorted[n / 10];
    const double theirs = training.histogram.quantile(0.9) - training.histogram.quantile(0.1);
    return spread > 0 && spread * 8 < theirs;
}

std::optional<ColumnMap> explain(const std::vector<double>& values, double worth, const Statistics& training) {
    if (training.max == training.min)
        return std::nullopt; // no map is told by a column that stands still
    ColumnMap best, next;
    for (const double factor : {10.0, 100.0, 1000.0, 1e4, 1e6, 255.0, 60.0, 3600.0, 24.0})
        for (const double scale : {1 / factor, factor}) {
            const double distance = TrainingAgreement::ofColumn(mappedColumn(values, scale, 0), training, worth);
            if (distance < best.distance)
                next = std::exchange(best, {scale, 0, distance, false});
            else if (distance < next.distance)
                next = {scale, 0, distance, false};
        }
    auto sorted = values;
    std::ranges::sort(sorted);
    const double offset = training.histogram.quantile(0.5) - sorted[sorted.size() / 2];
    const double moved = TrainingAgreement::ofColumn(mappedColumn(values, 1, offset), training, worth);
    if (best.distance > 1 && moved <= 1)
        return ColumnMap{1, offset, moved, true};
    // Where two factors fit nearly alike, neither is named.
    if (next.distance <= 1 && next.distance < best.distance * clearlyBetter)
        return std::nullopt;
    return best.distance <= 1 ? std::optional(best) : std::nullopt;
}

std::string columnText(const InputView& input, std::size_t column) {
    const auto& names = !input.columns.empty() ? input.columns : input.training->columns;
    return column < names.size() ? names[column] + " (column " + std::to_string(column) + ")"
                                 : "column " + std::to_string(column);
}

Candidate describe(const InputView& input, std::size_t column, std::size_t columns, const Statistics& here,
                   const std::optional<ColumnMap>& map) {
    const auto& there = input.training->perColumn[column];
    Candidate out;
    auto& finding = out.finding;
    finding.code = !map ? "layer-drift" : map->isShift ? "shift" : "scale";
    finding.severity = Severity::warning;
    finding.where = input.place();
    finding.where.axis = static_cast<std::int64_t>(input.shape().rank() - 1);
    finding.where.features = {static_cast<std::int64_t>(column)};
    finding.expected = {{"min", toJson(there.min)}, {"max", toJson(there.max)}, {"mean", toJson(there.mean)}};
    finding.actual = {{"min", toJson(here.min)}, {"max", toJson(here.max)}, {"mean", toJson(here.mean)}};
    Message::Arguments arguments{{"input", input.name}, {"column", columnText(input, column)},
                                 {"low", here.min},     {"high", here.max},
                                 {"from", there.min},   {"to", there.max}};
    if (!map) {
        finding.message =
            Message("layer-drift.column",
                    "In input {input} {column} is in {low} … {high}, training was in {from} … {to}, and no usual "
                    "factor brings it there.",
                    std::move(arguments));
        return out;
    }
    const bool divides = map->scale < 1;
    const auto text = map->isShift ? (map->offset < 0 ? "x - " : "x + ") + numberText(std::abs(map->offset))
                      : divides    ? "x / " + numberText(1 / map->scale)
                                   : "x * " + numberText(map->scale);
    finding.evidence = {
        {"map", {{"name", map->isShift ? "shift" : text}, {"scale", map->scale}, {"offset", map->offset}}},
        {"distance", map->distance}};
    finding.threshold = {{"distance", 1}, {"rule", "Kolmogorov-Smirnov at 1 %"}};
    arguments.emplace_back("map", text);
    finding.message =
        Message(finding.code + ".column",
                "In input {input} {column} is in {low} … {high}, training was in {from} … {to}: {map} brings it there.",
                std::move(arguments));
    std::vector<double> scales(columns, 1), offsets(columns, 0);
    scales[column] = map->scale;
    offsets[column] = map->offset;
    out.fixes.push_back(fixes::mapColumns(input.target, finding.evidence["map"]["name"], scales, offsets));
    return out;
}

bool haveOneMap(const Candidates& found) {
    const auto mapOf = [](const Candidate& c) { return c.finding.evidence.value("map", nlohmann::json()); };
    return std::ranges::all_of(found, [&](const Candidate& c) { return mapOf(c) == mapOf(found.front()); });
}

/// Of columns that are off each in its own way a few rows would have a usual factor fit by chance: none is named.
Candidate together(const InputView& input, const Candidates& found) {
    Finding finding = found.front().finding;
    finding.code = "layer-drift";
    finding.threshold = nlohmann::json::object();
    finding.where.features.clear();
    auto columns = nlohmann::json::array();
    for (const auto& [other, fixes] : found) {
        const auto column = other.where.features.front();
        finding.where.features.push_back(column);
        columns.push_back({{"column", column}, {"expected", other.expected}, {"actual", other.actual}});
    }
    finding.evidence = {{"columns", std::move(columns)}};
    auto arguments = found.front().finding.message.arguments();
    arguments.emplace_back("count", static_cast<std::int64_t>(found.size()));
    arguments.emplace_back("total", static_cast<std::int64_t>(input.training->perColumn.size()));
    finding.message =
        Message("layer-drift.columns",
                "In input {input} {count} of {total} columns are off, each in its own way: {column} is in "
                "{low} … {high}, training was in {from} … {to}.",
                std::move(arguments));
    return {std::move(finding), {}};
}

void judge(const Context& context, const InputView& input, Candidates& out) {
    const auto columns = input.training->perColumn.size();
    const auto values = toDoubles(input.tensor);
    if (!values || values->size() / columns < fewest)
        return;
    const auto here = columnsOf(input.tensor);
    Candidates found;
    for (std::size_t c = 0; c < columns; ++c) {
        const auto& training = input.training->perColumn[c];
        if (here[c].sorted.size() < fewest || training.finite() < static_cast<std::int64_t>(fewest) ||
            ksMultiple(here[c], training) <= clearly || !isOff(here[c].sorted, training))
            continue;
        auto column = columnOf(*values, c, columns);
        const auto map = explain(column, here[c].worth, training);
        const double spread = here[c].sorted.back() - here[c].sorted.front();
        // A column that stands still within training's range is a choice, not a fault.
        const bool outside = here[c].sorted.front() > training.max || here[c].sorted.back() < training.min;
        if (!map && (!outside || spread == 0))
            continue;
        Statistics statistics;
        statistics.min = here[c].sorted.front();
        statistics.max = here[c].sorted.back();
        for (const auto x : column)
            statistics.mean += x / static_cast<double>(column.size());
        found.push_back(describe(input, c, columns, statistics, map));
    }
    if (found.empty() || lookupsOf(context.graph()).contains(input.position))
        return;
    // Where more than a third is off it is the input as a whole, and no matter of single columns. So it is where many
    // are, and one scaler that was left out mends all.
    if (found.size() * 3 > columns || (found.size() >= manyColumns && lacksScaler(input)))
        return;
    if (found.size() >= manyColumns && !haveOneMap(found))
        out.push_back(together(input, found));
    else
        std::ranges::move(found, std::back_inserter(out));
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
