#include "core/diagnosis/figures.h"

#include <algorithm>
#include <cmath>

namespace plumbline {

Figures figuresOfSorted(const std::vector<double>& sorted) {
    Figures out;
    if (sorted.empty())
        return out;
    const auto n = static_cast<double>(sorted.size());
    for (const auto x : sorted)
        out.mean += x / n;
    for (const auto x : sorted)
        out.deviation += (x - out.mean) * (x - out.mean) / n;
    out.deviation = std::sqrt(out.deviation);
    const auto at = [&](double fraction) {
        return sorted[static_cast<std::size_t>(fraction * static_cast<double>(sorted.size() - 1))];
    };
    out.low = at(0.1);
    out.middle = at(0.5);
    out.high = at(0.9);
    out.min = sorted.front();
    out.max = sorted.back();
    return out;
}

Figures figuresOf(std::vector<double> values) {
    std::ranges::sort(values);
    return figuresOfSorted(values);
}

Figures figuresOf(const Statistics& statistics) {
    const auto& bins = statistics.histogram;
    return {statistics.mean,    statistics.standardDeviation(),
            bins.quantile(0.1), bins.quantile(0.5),
            bins.quantile(0.9), statistics.min,
            statistics.max};
}

} // namespace plumbline
