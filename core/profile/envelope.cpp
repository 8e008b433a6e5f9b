#include "core/profile/envelope.h"

#include "core/formats/data/random.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

// How a band is found. A prediction is judged by 5 figures of every layer at once, and a clean one should be flagged
// less than once in a thousand: each side of each band may be passed with a chance of `level` = 0.0005 / (10 * layers).
// No sample of a few hundred rows shows so rare an event, so the tail is extrapolated: excesses over the threshold of
// the outermost tenth follow a generalised Pareto law (Pickands, 1975); its scale is their mean, its shape by moments
// (Hosking & Wallis, 1987), between 0 (an exponential tail, wider than a normal one) and 0.3. For the mean, the
// deviation and the zeros of a batch the sample is of drawn batches; the minimum and maximum of a batch of n rows
// follow from the rows themselves, since P(max <= x) = P(row's max <= x)^n.

namespace plumbline {

namespace {

constexpr double falseAlarms = 5e-4;
constexpr int drawnBatches = 256;
constexpr std::int64_t mostFittedColumns = 512;
constexpr std::int64_t longestDraw =
    128; ///< rows; deviations of longer batches shrink with the square root (central limit)

/// The value that is passed upwards with chance `level`, which is far below one over the number of values. `sorted`
/// ascends.
double upperTail(std::span<const double> sorted, double level) {
    const auto n = sorted.size();
    const auto k = std::clamp<std::size_t>(n / 10, std::min<std::size_t>(n - 1, 8), n - 1); // excesses used
    if (k == 0)
        return sorted.back();
    const double threshold = sorted[n - 1 - k];
    double mean = 0, square = 0;
    for (auto i = n - k; i < n; ++i) {
        mean += sorted[i] - threshold;
        square += (sorted[i] - threshold) * (sorted[i] - threshold);
    }
    const auto count = static_cast<double>(k);
    mean /= count;
    const double variance = square / count - mean * mean;
    const double noise = 1 / std::sqrt(count);
    const double least = std::min(0.3, 8 / static_cast<double>(n)); // few values cannot show that their tail is light
    const double shape = variance > 0 ? std::clamp(0.5 * (1 - mean * mean / variance) - noise, least, 0.3) : 0;
    const double scale = mean * (1 + 2 * noise) * (1 - shape);
    const double rarity = std::max(1.0, count / static_cast<double>(n) / level);
    const double reach = shape > 1e-3 ? scale / shape * (std::pow(rarity, shape) - 1) : scale * std::log(rarity);
    return std::max(threshold + reach, sorted.back() + 0.1 * (sorted.back() - threshold));
}

std::vector<double> negatedAndReversed(std::span<const double> sorted) {
    std::vector<double> out(sorted.rbegin(), sorted.rend());
    for (double& value : out)
        value = -value;
    return out;
}

double quantile(std::span<const double> sorted, double fraction) {
    const double at = fraction * static_cast<double>(sorted.size() - 1);
    const auto low = static_cast<std::size_t>(at);
    const auto high = std::min(low + 1, sorted.size() - 1);
    return sorted[low] + (at - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

/// A lower bound of the value at `fraction` of the distribution, the sample's own uncertainty allowed for.
double cautiousQuantile(std::span<const double> sorted, double fraction) {
    const auto n = static_cast<double>(sorted.size());
    const double cautious = fraction - 3 * std::sqrt(fraction * (1 - fraction) / n) - 3 / n;
    if (cautious > 0.1)
        return quantile(sorted, cautious);
    return -upperTail(negatedAndReversed(sorted), std::min(fraction, 0.1));
}

struct Bounds {
    double low, centre, high;
};

/// Of figures that were seen as such: rows for a batch of one, drawn batches otherwise.
Bounds boundsOf(std::vector<double> values, double level) {
    std::ranges::sort(values);
    return {-upperTail(negatedAndReversed(values), level), quantile(values, 0.5), upperTail(values, level)};
}

/// Of the maximum over `batch` rows, from the rows' own maxima.
Bounds boundsOfMaximum(std::vector<double> rowMaxima, std::int64_t batch, double level) {
    std::ranges::sort(rowMaxima);
    const auto n = static_cast<double>(batch);
    return {cautiousQuantile(rowMaxima, std::pow(level, 1 / n)), quantile(rowMaxima, std::pow(0.5, 1 / n)),
            upperTail(rowMaxima, level / n)};
}

Envelope::Band band(const Bounds& bounds, double inflation, double floor) {
    Envelope::Band out;
    out.centre = bounds.centre;
    out.above = std::max(floor, inflation * (bounds.high - bounds.centre));
    out.below = std::max(floor, inflation * (bounds.centre - bounds.low));
    out.halfWidth = std::max(out.above, out.below);
    return out;
}

/// Rows of every drawn batch, the same for all layers: what a batch does to one layer it does to the next.
std::vector<std::uint32_t> drawRows(std::int64_t rows, std::int64_t batch, std::uint64_t seed) {
    Random random(seed);
    std::vector<std::uint32_t> out(static_cast<std::size_t>(drawnBatches * batch));
    for (auto& row : out)
        row = static_cast<std::uint32_t>(random.below(static_cast<std::uint64_t>(rows)));
    return out;
}

struct BatchFigures {
    std::vector<double> mean, std, zero;
};

BatchFigures drawnFigures(const std::vector<LayerFigures>& rows, std::span<const std::uint32_t> drawn,
                          std::size_t batch) {
    BatchFigures out;
    for (std::size_t begin = 0; begin < drawn.size(); begin += batch) {
        double mean = 0, square = 0, zero = 0;
        const double shift = rows[drawn[begin]].mean; // keeps the squares of the means small
        for (const auto row : drawn.subspan(begin, batch)) {
            const auto& figures = rows[row];
            const double d = figures.mean - shift;
            mean += d;
            square += figures.std * figures.std + d * d;
            zero += figures.zeroFraction;
        }
        const auto n = static_cast<double>(batch);
        mean /= n;
        out.mean.push_back(shift + mean);
        out.std.push_back(std::sqrt(std::max(0.0, square / n - mean * mean)));
        out.zero.push_back(zero / n);
    }
    return out;
}

std::vector<double> column(const std::vector<LayerFigures>& rows, double LayerFigures::*figure, double sign = 1) {
    std::vector<double> out;
    out.reserve(rows.size());
    for (const auto& row : rows)
        out.push_back(sign * (row.*figure));
    return out;
}

Bounds mirrored(const Bounds& bounds) { return {-bounds.high, -bounds.centre, -bounds.low}; }

/// Elements of one row, as far as the layer's totals tell.
double elementsPerRow(const LayerProfile& layer) {
    return std::max(1.0, static_cast<double>(layer.statistics.count) / static_cast<double>(layer.rows.size()));
}

/// Of all elements, those within `reach` of zero that are not zero.
double shareNearZero(const Statistics& statistics, double reach) {
    const auto total = statistics.histogram.total();
    if (total <= 0)
        return 0;
    const auto from = Histogram::keyOf(static_cast<float>(-reach)), to = Histogram::keyOf(static_cast<float>(reach));
    std::int64_t near = 0;
    for (const auto& [key, count] : statistics.histogram.bins())
        near += key >= from && key <= to && key != Histogram::keyOf(0.0f) && key != Histogram::keyOf(-0.0f) ? count : 0;
    return static_cast<double>(near) / static_cast<double>(total);
}

/// The rows that have a number at all.
std::vector<LayerFigures> aliveRows(const LayerProfile& layer) {
    std::vector<LayerFigures> out;
    std::ranges::copy_if(layer.rows, std::back_inserter(out),
                         [](const LayerFigures& row) { return !std::isnan(row.mean); });
    return out;
}

Envelope::LayerBands layerBands(const LayerProfile& layer, const std::vector<LayerFigures>& rows,
                                std::span<const std::uint32_t> drawn, std::int64_t batch, double level) {
    const auto n = static_cast<double>(batch), sampled = static_cast<double>(rows.size());
    const auto drawnBatch = std::min(batch, longestDraw);
    // Two runs of one kernel on other batch sizes differ in the last bits of the layer's largest elements.
    double scale = 0;
    for (const auto& row : rows)
        scale = std::max({scale, std::fabs(row.min), std::fabs(row.max)});
    // And a figure that never moved, such as a maximum that is 1 in every image, moves a hundredth of the layer's
    // deviation at least: less is nothing that a network notices.
    // What a few rows have in common the next may not have (of R rows, one in R/3 at most: the rule of three).
    // One row alone says no more than an order of magnitude.
    const double floor = std::max({(rows.size() == 1 ? 10 : 1e-5) * scale, 1e-6,
                                   std::max(0.01, 3 / sampled) * layer.statistics.standardDeviation()});
    // An exact zero now and then means nothing: a few elements of the batch, or two in a thousand.
    // So do zeros as many as training's elements that stand within that hundredth of zero, and the luck of a small
    // batch: bytes divided by 255 have them where training has fractions.
    const double near = 2 * shareNearZero(layer.statistics, floor);
    const double zeroFloor = std::max({2e-3, 1 / sampled, 4 / (n * elementsPerRow(layer)),
                                       near > 0 ? near + 3 * std::sqrt(near / (n * elementsPerRow(layer))) : 0});
    // The band's middle is uncertain too: a fresh mean of n rows is off the middle of R rows by sqrt(1/n + 1/R).
    const double few = 1 + 3 / sampled + 12 / (sampled * sampled);
    const double shrink = std::sqrt(static_cast<double>(drawnBatch) / n);
    const double inflation = few * (batch == 1 ? 1.0 : shrink * std::sqrt(1 + n / sampled)) + few / std::sqrt(sampled);

    BatchFigures figures;
    if (batch == 1)
        figures = {column(rows, &LayerFigures::mean), column(rows, &LayerFigures::std),
                   column(rows, &LayerFigures::zeroFraction)};
    else
        figures = drawnFigures(rows, drawn, static_cast<std::size_t>(drawnBatch));
    Envelope::LayerBands out;
    out.known = true;
    auto mean = boundsOf(std::move(figures.mean), level), deviation = boundsOf(std::move(figures.std), level);
    if (batch > 1) {
        const auto row = boundsOf(column(rows, &LayerFigures::mean), level / n);
        const auto spread = boundsOf(column(rows, &LayerFigures::std), level / n);
        mean.high = std::max(mean.high, mean.centre + (row.high - mean.centre) / n);
        mean.low = std::min(mean.low, mean.centre - (mean.centre - row.low) / n);
        const double jump = std::max(row.high - mean.centre, mean.centre - row.low);
        const double squares = deviation.centre * deviation.centre + (spread.high * spread.high + jump * jump) / n;
        deviation.high = std::max(deviation.high, std::sqrt(squares));
    }
    out.mean = band(mean, inflation, floor);
    out.std = band(deviation, inflation, floor);
    out.zeroFraction = band(boundsOf(std::move(figures.zero), level), inflation, zeroFloor);
    const double slack = few + 1 / std::sqrt(sampled);
    out.max = band(boundsOfMaximum(column(rows, &LayerFigures::max), batch, level), slack, floor);
    out.min = band(mirrored(boundsOfMaximum(column(rows, &LayerFigures::min, -1), batch, level)), slack, floor);
    return out;
}

} // namespace

double Envelope::Band::distance(double value) const {
    if (std::isnan(value))
        return std::numeric_limits<double>::infinity();
    const double away = value - centre;
    const double width = away < 0 ? below : above;
    if (away == 0)
        return 0;
    return width > 0 ? std::fabs(away) / width : std::numeric_limits<double>::infinity();
}

void widenByColumns(Envelope::LayerBands& bands, const InputProfile& input, std::int64_t batch) {
    const auto columns = static_cast<std::int64_t>(input.perColumn.size());
    if (!bands.known || columns < 2 || input.sample.isNull() || input.sample.rank() < 2 || input.sample.rank() > 3 ||
        input.sample.shape().back() != columns || columns > mostFittedColumns)
        return;
    const auto cast = input.sample.cast(DType::float64);
    const auto dense = cast ? cast->contiguous() : cast;
    if (!dense)
        return;
    const auto values = dense->span<double>();
    const auto steps = input.sample.rank() == 3 ? input.sample.shape()[1] : 1;
    const double level = falseAlarms / (10.0 * static_cast<double>(batch * steps * columns));
    for (const double sign : {1.0, -1.0}) {
        const double edge = sign > 0 ? input.statistics.max : -input.statistics.min;
        double reach = edge;
        int fitted = 0;
        for (std::int64_t c = 0; c < columns; ++c) {
            const auto& whole = input.perColumn[static_cast<std::size_t>(c)];
            std::vector<double> column;
            for (auto i = static_cast<std::size_t>(c); i < values.size(); i += static_cast<std::size_t>(columns))
                if (std::isfinite(values[i]))
                    column.push_back(sign * values[i]);
            std::ranges::sort(column);
            const auto atEdge = column.end() - std::ranges::lower_bound(column, edge);
            if ((sign > 0 ? whole.max : -whole.min) != edge || column.size() < 8 ||
                atEdge > 1 + std::ssize(column) / 100)
                continue;
            ++fitted;
            reach = std::max(reach, upperTail(column, level));
        }
        if (fitted < 2)
            continue;
        auto& band = sign > 0 ? bands.max : bands.min;
        auto& side = sign > 0 ? band.above : band.below;
        side = std::max(side, reach - sign * band.centre);
        band.halfWidth = std::max(band.above, band.below);
    }
}

Envelope envelopeFor(const Profile& profile, std::int64_t batch, std::uint64_t seed) {
    Envelope out;
    out.batch = std::max<std::int64_t>(1, batch);
    out.layers.resize(profile.layers.size());
    const auto judged =
        std::ranges::count_if(profile.layers, [](const LayerProfile& layer) { return !layer.rows.empty(); });
    const double level = falseAlarms / (10.0 * static_cast<double>(std::max<std::ptrdiff_t>(judged, 1)));
    std::vector<std::uint32_t> drawn;
    std::size_t drawnFrom = 0;
    for (std::size_t i = 0; i < profile.layers.size(); ++i) {
        const auto& layer = profile.layers[i];
        const auto rows = aliveRows(layer);
        if (rows.empty())
            continue; // nothing is known of it
        if (out.batch > 1 && drawnFrom != rows.size()) {
            drawnFrom = rows.size();
            drawn = drawRows(static_cast<std::int64_t>(drawnFrom), std::min(out.batch, longestDraw), seed);
        }
        out.layers[i] = layerBands(layer, rows, drawn, out.batch, level);
    }
    return out;
}

Envelope united(const Envelope& a, const Envelope& b) {
    const auto widen = [](Envelope::Band& band, const Envelope::Band& other) {
        band.below = std::max(band.below, band.centre - (other.centre - other.below));
        band.above = std::max(band.above, other.centre + other.above - band.centre);
        band.halfWidth = std::max(band.below, band.above);
    };
    auto out = a;
    for (std::size_t i = 0; i < std::min(out.layers.size(), b.layers.size()); ++i) {
        auto& bands = out.layers[i];
        const auto& others = b.layers[i];
        if (!bands.known)
            bands = others;
        else if (others.known) {
            widen(bands.mean, others.mean);
            widen(bands.std, others.std);
            widen(bands.min, others.min);
            widen(bands.max, others.max);
            widen(bands.zeroFraction, others.zeroFraction);
        }
    }
    return out;
}

Divergence divergenceOf(const Envelope::LayerBands& bands, const Statistics& actual) {
    Divergence worst;
    const auto judge = [&](const char* figure, const Envelope::Band& judged, double value) {
        const double multiple = judged.distance(value);
        if (worst.figure.empty() || multiple > worst.multiple)
            worst = {
                multiple, figure, judged.centre, value, judged.centre - judged.below, judged.centre + judged.above};
    };
    if (!bands.known || actual.count == 0)
        return worst;
    const bool finite = actual.finite() > 0;
    const double none = std::numeric_limits<double>::quiet_NaN();
    judge("mean", bands.mean, finite ? actual.mean : none);
    if (finite) {
        judge("std", bands.std, actual.standardDeviation());
        judge("min", bands.min, actual.min);
        judge("max", bands.max, actual.max);
        judge("zero", bands.zeroFraction, static_cast<double>(actual.zero) / static_cast<double>(actual.count));
    }
    return worst;
}

} // namespace plumbline
