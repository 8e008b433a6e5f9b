// nan-in-input, inf-in-input: the array itself holds what is not a finite number.
#include "core/diagnosis/arrays.h"
#include "core/diagnosis/columnmatch.h"
#include "core/diagnosis/rules/rules.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace plumbline::rules {

namespace {

constexpr std::size_t mostListed = 100;

bool reachesResult(const Context& context, bool nan) {
    return std::ranges::any_of(context.attempt.outputs, [&](const Tensor& output) {
        if (output.isNull() || !isFloat(output.dtype()))
            return false;
        const auto statistics = statisticsOf(output, HistogramWanted::no);
        return statistics.nan > 0 || (!nan && statistics.infinite() > 0);
    });
}

/// The median of each column where there are few enough, else of all.
std::vector<double> fillsFor(const InputView& input) {
    const auto& training = *input.training;
    const auto columns = input.shape().rank() ? input.shape().back() : 1;
    if (training.perColumn.empty() || static_cast<std::int64_t>(training.perColumn.size()) != columns || columns > 512)
        return {training.statistics.histogram.quantile(0.5)};
    std::vector<double> out;
    for (std::int64_t column = 0; column < columns; ++column)
        out.push_back(medianOf(training, column));
    return out;
}

void judge(const Context& context, const InputView& input, bool nan, Candidates& out) {
    // Text is none of the numbers: another finding says so.
    const auto isText = [&](std::int64_t column) {
        return std::ranges::find(input.text, column, &TextColumn::column) != input.text.end();
    };
    auto bad = nan ? input.statistics.nan : input.statistics.infinite();
    auto firstBad = (nan ? input.statistics.firstNan : input.statistics.firstInf).value_or(0);
    if (nan && bad > 0 && !input.text.empty()) {
        bad = 0;
        firstBad = input.tensor.elements();
        const auto columns = statisticsAlong(input.tensor, input.tensor.rank() - 1);
        for (std::int64_t column = 0; column < std::ssize(columns); ++column) {
            const auto& own = columns[static_cast<std::size_t>(column)];
            if (isText(column) || own.nan == 0)
                continue;
            bad += own.nan;
            const auto at = *own.firstNan * std::ssize(columns) + column; // row-major among the rows of its column
            firstBad = std::min(firstBad, at);
        }
    }
    if (bad == 0)
        return;
    const auto* training = input.training;
    const auto there = !training ? 0 : nan ? training->statistics.nan : training->statistics.infinite();
    const auto first = unflatten(firstBad, input.shape());
    std::set<std::int64_t> rows, columns;
    if (const auto values = toDoubles(input.tensor); values && input.shape().rank() > 0) {
        const auto last = std::max<std::int64_t>(1, input.shape().back());
        const auto row =
            std::max<std::int64_t>(1, input.tensor.elements() / std::max<std::int64_t>(1, input.shape()[0]));
        for (std::size_t i = 0; i < values->size(); ++i)
            if ((nan ? std::isnan((*values)[i]) : std::isinf((*values)[i])) &&
                !isText(static_cast<std::int64_t>(i) % last)) {
                rows.insert(static_cast<std::int64_t>(i) / row);
                columns.insert(static_cast<std::int64_t>(i) % last);
            }
    }
    Finding finding;
    finding.code = nan ? "nan-in-input" : "inf-in-input";
    finding.severity = reachesResult(context, nan) ? Severity::error : there > 0 ? Severity::note : Severity::warning;
    finding.where = input.place();
    finding.where.element = first;
    if (input.shape().rank() == 2 && columns.size() <= mostListed)
        finding.where.features.assign(columns.begin(), columns.end());
    finding.expected = {{nan ? "nan" : "inf", there}};
    finding.actual = {{nan ? "nan" : "inf", bad}};
    std::vector<std::int64_t> listed(rows.begin(), rows.end());
    listed.resize(std::min(listed.size(), mostListed));
    finding.evidence = {{"rows", listed}, {"row_count", rows.size()}};
    const Message::Arguments arguments{{"input", input.name},
                                       {"bad", countText(bad)},
                                       {"kind", std::string(nan        ? "NaN"
                                                            : bad == 1 ? "infinity"
                                                                       : "infinities")},
                                       {"count", countText(input.statistics.count)},
                                       {"element", indexText(first)},
                                       {"there", countText(there)}};
    finding.message =
        training
            ? Message(finding.code + ".training",
                      "Input {input} holds {bad} {kind} among {count} {count|number|numbers}, the first at {element}; "
                      "training holds {there}.",
                      arguments)
            : Message(finding.code,
                      "Input {input} holds {bad} {kind} among {count} {count|number|numbers}, the first at {element}.",
                      arguments);
    std::vector<Fix> candidates;
    if (training && training->statistics.finite() > 0)
        candidates.push_back(nan ? fixes::fillNan(input.target, fillsFor(input))
                                 : fixes::fillInf(input.target, fillsFor(input)));
    out.push_back({std::move(finding), std::move(candidates)});
}

} // namespace

void nonFiniteInput(const Context& context, Candidates& out) {
    for (const auto& input : context.inputs) {
        if (input.isMissing() || !isFloat(input.tensor.dtype()))
            continue;
        judge(context, input, true, out);
        judge(context, input, false, out);
    }
}

} // namespace plumbline::rules
