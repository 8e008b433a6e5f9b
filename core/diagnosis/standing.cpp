#include "core/diagnosis/standing.h"

#include <algorithm>
#include <limits>

namespace plumbline {

namespace {

constexpr double dependent = 0.5; // of the spread that drawn rows have

/// Columns of one quantity (pixels, steps) share a range, and any of them may take what others have.
bool haveRangesOfTheirOwn(const InputProfile& training) {
    constexpr double apart = 4;
    std::vector<double> ranges;
    for (const auto& column : training.perColumn)
        ranges.push_back(column.max - column.min);
    std::ranges::nth_element(ranges, ranges.begin() + std::ssize(ranges) / 2);
    return training.statistics.max - training.statistics.min > apart * ranges[ranges.size() / 2];
}

/// A column apart, where the whole array's range hides it: most of its values beyond training's by half its width.
bool leavesColumns(const Tensor& array, const InputProfile& training) {
    const auto& there = training.perColumn;
    if (there.size() < 2 || array.rank() < 2 || static_cast<std::size_t>(array.shape().back()) != there.size() ||
        !haveRangesOfTheirOwn(training))
        return false;
    const auto rows = sampledRows(array);
    if (rows.columns != there.size())
        return false;
    for (std::size_t column = 0; column < there.size(); ++column) {
        const auto values = rows.sortedColumn(column);
        const auto& range = there[column];
        if (values.empty() || range.finite() == 0)
            continue;
        const double slack = std::max(range.max - range.min, 1e-6 * std::max(1.0, std::abs(range.max))) / 2;
        const auto beyond = std::ranges::count_if(values, [&](float x) {
            return static_cast<double>(x) < range.min - slack || static_cast<double>(x) > range.max + slack;
        });
        if (beyond * 2 > std::ssize(values))
            return true;
    }
    return false;
}

/// Values in number where training never had any, be they in reach of what its tails might hold.
bool leavesRange(const Tensor& array, const Statistics& training) {
    constexpr double many = 0.1;
    const auto rows = sampledRows(array);
    const auto beyond = std::ranges::count_if(rows.values, [&](float x) {
        return static_cast<double>(x) < training.min || static_cast<double>(x) > training.max;
    });
    return static_cast<double>(beyond) > many * static_cast<double>(rows.values.size());
}

Standing ofCodes(const Tensor& array, std::int64_t rows, const InputProfile& training,
                 const TrainingAgreement& agreement, CodeForm form) {
    const auto codes = codesOf(array, form);
    const CodeFrequencies frequencies(training, form);
    if (codes.empty() || frequencies.isEmpty())
        return Standing::unknown;
    if (frequencies.unseen(codes) > frequencies.expectedUnseen(codes.size()))
        return Standing::outside;
    const auto frequency = agreement.of(array); // its figures are no quantities
    const bool agrees = frequency.distribution <= 1 && frequency.columns <= 1;
    return agrees && rows * 2 >= array.shape()[0] ? Standing::drawn : Standing::inside;
}

} // namespace

Envelope::LayerBands widened(Envelope::LayerBands bands, double factor) {
    for (auto* band : {&bands.mean, &bands.std, &bands.min, &bands.max, &bands.zeroFraction})
        for (auto* width : {&band->below, &band->above, &band->halfWidth})
            *width *= factor;
    return bands;
}

Envelope::LayerBands rangeAlone(Envelope::LayerBands bands) {
    constexpr double any = std::numeric_limits<double>::infinity();
    for (auto* band : {&bands.mean, &bands.std, &bands.zeroFraction})
        band->below = band->above = band->halfWidth = any;
    bands.min.above = any;
    bands.max.below = any;
    return bands;
}

Standing standingOf(const Tensor& array, std::int64_t rows, const InputProfile& training,
                    const Envelope::LayerBands& bands, const TrainingAgreement& agreement,
                    std::optional<CodeForm> form) {
    if (!bands.known || array.isNull() || array.rank() == 0 || array.elements() == 0)
        return Standing::unknown;
    if (form && !codesOf(array, *form).empty())
        return ofCodes(array, rows, training, agreement, *form);
    const auto statistics = statisticsOf(array, HistogramWanted::no);
    if (statistics.finite() == 0)
        return Standing::unknown;
    if (divergenceOf(rangeAlone(bands), statistics).multiple > 1 || leavesRange(array, training.statistics) ||
        leavesColumns(array, training))
        return Standing::outside;
    if (rows * 2 < array.shape()[0] || !agreement.of(array).holds())
        return Standing::inside;
    if (const auto spread = agreement.spread(array); spread && *spread < dependent)
        return Standing::inside;
    return Standing::drawn;
}

} // namespace plumbline
