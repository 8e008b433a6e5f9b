#include "core/profile/lawrecognition.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace plumbline {

namespace {

constexpr std::int64_t leastElements = 1000;
constexpr std::int64_t leastRows = 100;
constexpr double error = 1e-3; ///< how often a true draw of the law is not recognised

/// The largest distance between the two distribution functions over the edges of bins, times sqrt(n).
double kolmogorov(const Statistics& statistics, const Law& law) {
    const auto n = static_cast<double>(statistics.histogram.total());
    std::int64_t below = 0;
    double largest = 0;
    for (const auto& [key, count] : statistics.histogram.bins()) {
        const auto gap = [&](double edge) { return std::fabs(static_cast<double>(below) / n - cumulative(law, edge)); };
        largest = std::max(largest, gap(Histogram::lowerEdge(key)));
        below += count;
        largest = std::max(largest, gap(Histogram::upperEdge(key)));
    }
    return largest * std::sqrt(n);
}

/// P(sqrt(n) D > bound) <= 2 exp(-2 bound^2) (Massart).
double kolmogorovBound(std::size_t tests) {
    return std::sqrt(std::log(2.0 * static_cast<double>(std::max<std::size_t>(tests, 1)) / error) / 2);
}

bool insideRange(const Statistics& statistics, const Law& law) {
    return law.kind == Law::Kind::normal || (statistics.min >= law.a && statistics.max <= law.b);
}

/// Columns shifted and scaled by their own numbers: no draw has a mean of exactly 0 or reaches exactly both of its
/// ends.
bool looksPrepared(const std::vector<Statistics>& columns, const Law& law) {
    if (columns.empty())
        return false;
    const auto prepared = std::ranges::count_if(columns, [&](const Statistics& s) {
        if (law.kind == Law::Kind::normal) {
            const double scale = std::sqrt(static_cast<double>(s.finite()));
            return std::fabs(s.mean) * scale < 1e-3 && std::fabs(s.standardDeviation() - 1) * scale < 1e-3;
        }
        return s.min == law.a && s.max == law.b;
    });
    return prepared * 2 > static_cast<std::ptrdiff_t>(columns.size());
}

bool follows(const InputProfile& profile, const Law& law) {
    const auto& columns = profile.perColumn;
    if (!insideRange(profile.statistics, law) || looksPrepared(columns, law) ||
        kolmogorov(profile.statistics, law) > kolmogorovBound(1))
        return false;
    return std::ranges::all_of(columns, [&](const Statistics& column) {
        return column.finite() > 0 && kolmogorov(column, law) <= kolmogorovBound(columns.size());
    });
}

/// Pearson's statistic of equal chances against its mean and standard deviation: for k - 1 degrees of freedom they are
/// k - 1 and sqrt(2(k - 1)).
bool equallyOften(const Histogram& histogram, double values) {
    const auto expected = static_cast<double>(histogram.total()) / values;
    double sum = (values - static_cast<double>(histogram.bins().size())) * expected; // values never seen
    for (const auto& [key, count] : histogram.bins())
        sum += (static_cast<double>(count) - expected) * (static_cast<double>(count) - expected) / expected;
    const double freedom = values - 1;
    // Wilson & Hilferty: the cube root of chi-square over its mean is nearly normal; 3.1 deviations are 1 in 1000.
    const double cube = std::cbrt(sum / freedom);
    return (cube - (1 - 2 / (9 * freedom))) / std::sqrt(2 / (9 * freedom)) < 3.1;
}

std::optional<Law> integersLaw(const InputProfile& profile) {
    const auto& all = profile.statistics;
    const double low = all.min, high = all.max + 1, values = high - low;
    // Up to 256 every integer has a bin of its own; twenty draws a value are what chi-square needs to speak.
    if (all.min < -256 || all.max > 256 || values < 2 || static_cast<double>(all.finite()) < 20 * values)
        return std::nullopt;
    if (!equallyOften(all.histogram, values))
        return std::nullopt;
    for (const auto& column : profile.perColumn)
        if (static_cast<double>(column.finite()) >= 20 * values && !equallyOften(column.histogram, values))
            return std::nullopt;
    return Law{Law::Kind::integers, low, high};
}

} // namespace

double cumulative(const Law& law, double x) {
    if (law.kind == Law::Kind::normal)
        return 0.5 * std::erfc(-(x - law.a) / (law.b * std::sqrt(2.0)));
    return std::clamp((x - law.a) / (law.b - law.a), 0.0, 1.0);
}

std::optional<Law> recognizeLaw(const InputProfile& profile) {
    const auto& all = profile.statistics;
    if (all.nan > 0 || all.infinite() > 0 || all.count < leastElements || profile.rows < leastRows ||
        !profile.columns.empty())
        return std::nullopt;
    if (profile.wholeNumbers)
        return integersLaw(profile);
    for (const Law& law : {Law{Law::Kind::normal, 0, 1}, Law{Law::Kind::uniform, 0, 1}, Law{Law::Kind::uniform, -1, 1}})
        if (follows(profile, law))
            return law;
    return std::nullopt;
}

} // namespace plumbline
