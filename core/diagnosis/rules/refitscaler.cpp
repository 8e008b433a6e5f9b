// refit-scaler: each column of the prediction is standardised, or stretched to 0..1 or -1..1, by its own rows.
// Training's scaler leaves other rows at other means and other extremes; that all columns have a scaler's own figures
// to the last digits happens to no draw.
#include "core/diagnosis/columnlikelihood.h"
#include "core/diagnosis/comparison.h"
#include "core/diagnosis/figures.h"
#include "core/diagnosis/rules/rules.h"

#include <algorithm>
#include <cmath>

namespace plumbline::rules {

namespace {

constexpr std::int64_t fewestRows = 3, fewestColumns = 2;

enum class Scaler { standard, unit, symmetric };

/// What the scaler leaves of the rows that it was fitted to, but for rounding in a file of few digits.
bool isFittedTo(const Figures& range, Scaler scaler) {
    constexpr double slack = 2e-5;
    const auto near = [](double value, double wanted) { return std::abs(value - wanted) < slack; };
    switch (scaler) {
    case Scaler::standard: return near(range.mean, 0) && near(range.deviation, 1);
    case Scaler::unit: return near(range.min, 0) && near(range.max, 1);
    case Scaler::symmetric: break;
    }
    return near(range.min, -1) && near(range.max, 1);
}

/// The share of moving columns that have the scaler's own figures.
double shareFitted(const std::vector<Figures>& columns, Scaler scaler) {
    double moving = 0, fitted = 0;
    for (const auto& column : columns)
        if (column.max > column.min) {
            ++moving;
            fitted += isFittedTo(column, scaler) ? 1 : 0;
        }
    return moving >= static_cast<double>(fewestColumns) ? fitted / moving : 0;
}

/// A table of zeros and ones reaches both in each column, whatever made it.
bool isBinary(const std::vector<ColumnValues>& columns) {
    return std::ranges::all_of(columns, [](const ColumnValues& column) {
        return std::ranges::all_of(column.sorted, [](double x) { return x == 0 || x == 1 || x == -1; });
    });
}

void judge(const InputView& input, Candidates& out) {
    const auto columns = columnsOf(input.tensor, static_cast<std::size_t>(input.tensor.elements()));
    if (isBinary(columns) || std::ranges::any_of(columns, [](const auto& c) { return c.sorted.empty(); }))
        return;
    std::vector<Figures> here;
    for (const auto& column : columns)
        here.push_back(figuresOfSorted(column.sorted));
    for (const auto scaler : {Scaler::standard, Scaler::unit, Scaler::symmetric}) {
        if (shareFitted(here, scaler) < 0.9)
            continue;
        Finding finding;
        finding.code = "refit-scaler";
        finding.severity = Severity::warning;
        finding.where = input.place();
        const bool standard = scaler == Scaler::standard;
        finding.evidence = {{"scaler", standard ? "z-score" : "min-max"}, {"rows", input.shape()[0]}};
        const auto& there = input.training->statistics;
        finding.expected = {{"min", toJson(there.min)},
                            {"max", toJson(there.max)},
                            {"mean", toJson(there.mean)},
                            {"of", rowsText(*input.training).text()}};
        finding.actual = {{"min", toJson(input.statistics.min)},
                          {"max", toJson(input.statistics.max)},
                          {"mean", toJson(input.statistics.mean)}};
        const Message::Arguments arguments{{"input", input.name},
                                           {"rows", input.shape()[0]},
                                           {"columns", std::ssize(here)},
                                           {"low", std::string(scaler == Scaler::unit ? "0" : "-1")}};
        finding.message =
            standard
                ? Message("refit-scaler",
                          "In input {input} each of {columns} columns has mean 0 and deviation 1 over these {rows} "
                          "rows: the scaler was fitted again to them, in place of training's.",
                          arguments)
                : Message("refit-scaler.range",
                          "In input {input} each of {columns} columns reaches exactly from {low} to 1 over these "
                          "{rows} rows: the scaler was fitted again to them, in place of training's.",
                          arguments);
        out.push_back({std::move(finding), {}});
        return;
    }
}

/// The very rows of training have training's own figures.
bool isTrainingItself(const InputView& input) {
    const auto& there = input.training->statistics;
    return input.shape()[0] == input.training->rows && there.min == input.statistics.min &&
           there.max == input.statistics.max && std::abs(there.mean - input.statistics.mean) < 1e-9;
}

} // namespace

void refitScaler(const Context& context, Candidates& out) {
    for (const auto& input : context.inputs)
        if (!input.isMissing() && input.agreement && !input.isCodes() && input.standing != Standing::outside &&
            input.shape().rank() == 2 && input.shape()[0] >= fewestRows && input.shape()[1] >= fewestColumns &&
            !input.training->law && !isTrainingItself(input) &&
            std::ranges::none_of(out, [&](const Candidate& c) { return c.finding.where.name == input.name; }))
            judge(input, out);
}

} // namespace plumbline::rules
