#include "core/diagnosis/columnlikelihood.h"

#include "core/diagnosis/arrays.h"
#include "core/diagnosis/repeatedrows.h"

#include <algorithm>
#include <cmath>

namespace plumbline {

namespace {

// Data drift a little between training and prediction. Beyond these counts a difference so small would be taken for a
// proof.
constexpr double largestTraining = 2000, largestPrediction = 256;
constexpr double prior = 0.5; // Jeffreys
constexpr int quantilesAColumn = 8;
constexpr double elsewhere = 20; // nats that it costs to stand where training's column never was: one chance in 10^8

double effectiveSize(const std::vector<double>& series) {
    const auto n = static_cast<double>(series.size());
    if (series.size() < 8)
        return n;
    double mean = 0, square = 0, lagged = 0;
    for (const auto x : series)
        mean += x / n;
    for (std::size_t i = 0; i < series.size(); ++i) {
        square += (series[i] - mean) * (series[i] - mean);
        if (i > 0)
            lagged += (series[i] - mean) * (series[i - 1] - mean);
    }
    const double r = square > 0 ? std::clamp(lagged / square, 0.0, 0.99) : 0;
    return std::max(1.0, n * (1 - r) / (1 + r));
}

} // namespace

std::vector<ColumnValues> columnsOf(const Tensor& tensor, std::size_t most) {
    const auto columns = tensor.rank() ? static_cast<std::size_t>(tensor.shape().back()) : 0;
    std::vector<ColumnValues> out(columns);
    const auto values = toDoubles(tensor);
    if (!values || columns == 0)
        return out;
    const auto rows = values->size() / columns;
    const auto independent = independentRows(rowKeys(tensor)).even;
    const double share = static_cast<double>(independent) / static_cast<double>(tensor.shape()[0]);
    const auto step = std::max<std::size_t>(1, (rows + most - 1) / most);
    for (std::size_t column = 0; column < columns; ++column) {
        auto& one = out[column];
        for (std::size_t row = 0; row < rows; row += step) {
            const auto x = (*values)[row * columns + column];
            std::isfinite(x) ? one.sorted.push_back(x) : void(++one.nan);
        }
        one.worth = std::max(1.0, share * effectiveSize(one.sorted));
        std::ranges::sort(one.sorted);
    }
    return out;
}

std::vector<double> commonEdges(const std::vector<const Statistics*>& columns) {
    // At the edges of the histogram's bins, where its counts are exact: inside a bin a column of zeros and ones would
    // not be like itself.
    const auto binOf = [](double x) { return Histogram::keyOf(static_cast<float>(x)); };
    std::vector<double> edges;
    for (const auto* column : columns) {
        if (column->finite() == 0)
            continue;
        edges.push_back(Histogram::lowerEdge(binOf(column->min)));
        for (int i = 1; i < quantilesAColumn; ++i)
            edges.push_back(
                Histogram::lowerEdge(binOf(column->histogram.quantile(static_cast<double>(i) / quantilesAColumn))));
        edges.push_back(std::nextafter(Histogram::upperEdge(binOf(column->max)), INFINITY));
    }
    std::ranges::sort(edges);
    const auto last = std::ranges::unique(edges);
    edges.erase(last.begin(), last.end());
    return edges;
}

bool standsElsewhere(const ColumnValues& values, const Statistics& training) {
    if (values.sorted.empty() || training.finite() == 0)
        return false;
    const double width = training.max - training.min;
    const auto from = std::ranges::lower_bound(values.sorted, training.min - width);
    const auto to = std::ranges::upper_bound(values.sorted, training.max + width);
    return 2 * std::max<std::ptrdiff_t>(0, to - from) < std::ssize(values.sorted);
}

double logLikelihood(const ColumnValues& values, const std::vector<double>& edges, const Statistics* training) {
    // Bins: below the first edge, between edges, from the last edge on, and one for what is not finite.
    const auto finite = static_cast<double>(values.sorted.size());
    const double total = finite + values.nan;
    if (total == 0)
        return 0;
    const double weight = std::min(finite > 0 ? values.worth * total / finite : total, largestPrediction) / total;
    const double rows = training ? static_cast<double>(training->count) : 0;
    const double trust = rows > 0 ? std::min(rows, largestTraining) / rows : 0;
    const double trainingFinite = training ? static_cast<double>(training->finite()) : 0;
    double sum = 0, mass = 0, counted = 0;
    const auto bin = [&](double here, double there) {
        const double a = prior + there * trust, c = here * weight;
        if (c > 0)
            sum += std::lgamma(a + c) - std::lgamma(a);
        mass += a;
        counted += c;
    };
    double below = 0, belowThere = 0;
    for (const auto edge : edges) {
        const auto upTo = static_cast<double>(std::ranges::lower_bound(values.sorted, edge) - values.sorted.begin());
        const double there = training ? training->histogram.cumulative(edge) * trainingFinite : 0;
        bin(upTo - below, std::max(0.0, there - belowThere));
        below = upTo;
        belowThere = there;
    }
    bin(finite - below, std::max(0.0, trainingFinite - belowThere));
    bin(values.nan, rows - trainingFinite);
    const double likelihood = sum - (std::lgamma(mass + counted) - std::lgamma(mass));
    return training && standsElsewhere(values, *training) ? likelihood - elsewhere : likelihood;
}

double ksMultiple(const ColumnValues& values, const Statistics& training) {
    if (values.sorted.empty() || training.finite() == 0)
        return 0;
    const auto n = static_cast<double>(values.sorted.size());
    double distance = 0;
    for (std::size_t i = 0; i < values.sorted.size(); ++i) {
        // Ties are one step: in training, too, the values up to and including this one count.
        const auto x = values.sorted[i];
        if (i + 1 < values.sorted.size() && values.sorted[i + 1] == x)
            continue;
        const auto first = static_cast<double>(std::ranges::lower_bound(values.sorted, x) - values.sorted.begin());
        const double above = training.histogram.cumulative(std::nextafter(static_cast<float>(x), INFINITY));
        const double under = training.histogram.cumulative(x);
        distance = std::max({distance, static_cast<double>(i + 1) / n - above, under - first / n});
    }
    const double worth = std::max(1.0, values.worth);
    return distance / (1.63 * std::sqrt(1 / worth + 1 / static_cast<double>(training.finite())));
}

double ksMultiple(const Statistics& a, const Statistics& b) {
    if (a.finite() == 0 || b.finite() == 0)
        return a.finite() == b.finite() ? 0 : INFINITY;
    double distance = 0;
    for (const auto* one : {&a, &b})
        for (const auto& [key, count] : one->histogram.bins()) {
            const double edge = Histogram::upperEdge(key);
            distance = std::max(distance, std::abs(a.histogram.cumulative(edge) - b.histogram.cumulative(edge)));
        }
    const double n = std::min(static_cast<double>(a.finite()), largestTraining);
    const double m = std::min(static_cast<double>(b.finite()), largestTraining);
    return distance / (1.63 * std::sqrt(1 / n + 1 / m));
}

} // namespace plumbline
