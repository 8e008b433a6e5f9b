#include "core/diagnosis/columnmaps.h"

#include "core/diagnosis/columnlikelihood.h"
#include "core/diagnosis/figures.h"

#include <algorithm>
#include <utility>

namespace plumbline {

namespace {

constexpr double clearlyBetter = 1.5; // distances of two factors
constexpr double alike = 1.4;         // spreads of two columns of one law

std::vector<double> mappedColumn(std::vector<double> values, double scale, double offset) {
    for (auto& x : values)
        x = x * scale + offset;
    return values;
}

/// Kolmogorov-Smirnov distance from training's column in multiples of its critical value.
double distanceOf(std::vector<double> values, const Statistics& training, double worth) {
    ColumnValues column;
    std::ranges::sort(values);
    column.sorted = std::move(values);
    column.worth = worth;
    return ksMultiple(column, training);
}

/// Training went through a scaler, and this column did not: its own mean and deviation bring it there.
std::optional<ColumnMap> standardised(const std::vector<double>& values, double worth, const Statistics& training) {
    constexpr double slack = 0.25;           // of training's mean and deviation from 0 and 1
    constexpr double otherWidth = 2;         // a column that only moved is a matter of its own
    constexpr std::size_t fewestFitted = 30; // fewer say nothing of a shape once it is stretched to fit
    if (values.size() < fewestFitted || std::abs(training.mean) > slack ||
        std::abs(training.standardDeviation() - 1) > slack)
        return std::nullopt;
    const auto figures = figuresOf(values);
    const double mean = figures.mean, deviation = figures.deviation;
    if (!(deviation > otherWidth || (deviation > 0 && deviation * otherWidth < 1)))
        return std::nullopt;
    const ColumnMap map{ColumnMap::Kind::standard, 1 / deviation, -mean / deviation,
                        distanceOf(mappedColumn(values, 1 / deviation, -mean / deviation), training, worth)};
    return map.distance <= 1 ? std::optional(map) : std::nullopt;
}

} // namespace

std::vector<double> columnOf(const std::vector<double>& values, std::size_t column, std::size_t columns) {
    std::vector<double> out;
    for (std::size_t i = column; i < values.size(); i += columns)
        if (std::isfinite(values[i]))
            out.push_back(values[i]);
    return out;
}

namespace {

double spreadOf(const std::vector<double>& sorted) {
    return sorted[sorted.size() * 9 / 10] - sorted[sorted.size() / 10];
}

double spreadOf(const Statistics& training) {
    return training.histogram.quantile(0.9) - training.histogram.quantile(0.1);
}

} // namespace

ColumnStanding standingOf(const std::vector<double>& sorted, const Statistics& training) {
    const double slack = std::max(training.max - training.min, 1e-12) / 2;
    const auto outside =
        std::ranges::count_if(sorted, [&](double x) { return x < training.min - slack || x > training.max + slack; });
    if (outside * 2 > std::ssize(sorted))
        return ColumnStanding::beyond;
    const double spread = spreadOf(sorted);
    return spread > 0 && spread * 8 < spreadOf(training) ? ColumnStanding::narrow : ColumnStanding::inside;
}

std::optional<ColumnMap> explainColumn(const std::vector<double>& values, double worth, const Statistics& training,
                                       ColumnStanding standing) {
    if (training.max == training.min)
        return std::nullopt; // no map is told by a column that stands still
    auto sorted = values;
    std::ranges::sort(sorted);
    ColumnMap best, next;
    for (const double factor : {10.0, 100.0, 1000.0, 1e4, 1e6, 255.0, 60.0, 3600.0, 24.0})
        for (const double scale : {1 / factor, factor}) {
            const double distance = distanceOf(mappedColumn(values, scale, 0), training, worth);
            const ColumnMap map{ColumnMap::Kind::factor, scale, 0, distance};
            if (distance < best.distance)
                next = std::exchange(best, map);
            else if (distance < next.distance)
                next = map;
        }
    if (standing == ColumnStanding::narrow) {
        const double ratio = best.scale * spreadOf(sorted) / std::max(spreadOf(training), 1e-300);
        const bool alone = next.distance > 1 || next.distance >= best.distance * clearlyBetter;
        return best.distance <= 1 && ratio < alike && ratio * alike > 1 && alone ? std::optional(best) : std::nullopt;
    }
    const double offset = training.histogram.quantile(0.5) - sorted[sorted.size() / 2];
    const double moved = distanceOf(mappedColumn(values, 1, offset), training, worth);
    const double width = spreadOf(sorted) / std::max(spreadOf(training), 1e-300);
    const bool isAsWide = width < alike && width * alike > 1; // what only moved is as wide as it was
    if (best.distance > 1 && moved <= 1 && isAsWide)
        return ColumnMap{ColumnMap::Kind::shift, 1, offset, moved};
    // Where two factors fit nearly alike, neither is named.
    if (next.distance <= 1 && next.distance < best.distance * clearlyBetter)
        return std::nullopt;
    return best.distance <= 1 ? std::optional(best) : standardised(values, worth, training);
}

} // namespace plumbline
