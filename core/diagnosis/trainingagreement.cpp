#include "core/diagnosis/trainingagreement.h"

#include "core/diagnosis/arrays.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>

namespace plumbline {

namespace {

constexpr int drawnBatches = 128, drawnForColumns = 48;
constexpr std::size_t mostValues = 1 << 14; // of a batch, for its distribution: gaps of 1 % show
constexpr std::size_t mostColumns = 1024;
constexpr double margin = 1.15;        // beyond the farthest of the drawn batches
constexpr double oneOfMany = 1.5;      // multiples by which one of many columns may pass its own limit by chance
constexpr std::size_t fewestRows = 20; // of training, to say how far apart rows lie
constexpr std::size_t fewestToSpread = 4;
constexpr std::size_t mostDimensions = 1024; // of a row, for its distance from others

/// A fixed walk over rows: the same reference gives the same limits.
class Walk {
public:
    explicit Walk(std::size_t rows) : m_rows(rows) {}
    std::size_t next() {
        m_state = m_state * 6364136223846793005u + 1442695040888963407u;
        return static_cast<std::size_t>((m_state >> 33) % m_rows);
    }

private:
    std::uint64_t m_state = 0x9e3779b97f4a7c15u;
    std::size_t m_rows;
};

/// At most mostValues, evenly spread.
std::vector<double> thinned(const std::vector<double>& values) {
    const auto step = std::max<std::size_t>(1, (values.size() + mostValues - 1) / mostValues);
    std::vector<double> out;
    for (std::size_t i = 0; i < values.size(); i += step)
        if (std::isfinite(values[i]))
            out.push_back(values[i]);
    return out;
}

/// The share of a sorted list below `x`, or up to it.
double shareBelow(std::span<const float> sorted, float x) {
    return static_cast<double>(std::ranges::lower_bound(sorted, x) - sorted.begin()) /
           static_cast<double>(sorted.size());
}
double shareUpTo(std::span<const float> sorted, float x) {
    return static_cast<double>(std::ranges::upper_bound(sorted, x) - sorted.begin()) /
           static_cast<double>(sorted.size());
}

/// The same, each value of `a` anywhere within `slack` of where it stands.
double distance(std::span<const float> a, std::span<const float> b, float slack) {
    double gap = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        gap = std::max(
            {gap, shareUpTo(a, a[i]) - shareUpTo(b, a[i] + slack), shareBelow(b, a[i] - slack) - shareBelow(a, a[i])});
    return gap;
}

/// The largest gap between the distribution functions of two sorted lists.
double distance(std::span<const float> a, std::span<const float> b) {
    if (a.empty() || b.empty())
        return a.empty() == b.empty() ? 0 : 1;
    double gap = 0;
    std::size_t i = 0, j = 0;
    while (i < a.size() && j < b.size()) {
        const auto x = std::min(a[i], b[j]); // equal values are one step in both
        while (i < a.size() && a[i] == x)
            ++i;
        while (j < b.size() && b[j] == x)
            ++j;
        gap = std::max(gap, std::abs(static_cast<double>(i) / static_cast<double>(a.size()) -
                                     static_cast<double>(j) / static_cast<double>(b.size())));
    }
    return gap;
}

float deviationOf(std::span<const float> values) {
    double mean = 0, squares = 0;
    for (const auto x : values)
        mean += static_cast<double>(x) / static_cast<double>(values.size());
    for (const auto x : values)
        squares += (static_cast<double>(x) - mean) * (static_cast<double>(x) - mean);
    return values.empty() ? 0 : static_cast<float>(std::sqrt(squares / static_cast<double>(values.size())));
}

double squaredDistance(std::span<const float> a, std::span<const float> b) {
    float sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += (a[i] - b[i]) * (a[i] - b[i]);
    return static_cast<double>(sum);
}

void centre(std::span<float> rows, std::size_t count) {
    const auto size = rows.size() / count;
    for (std::size_t k = 0; k < size; ++k) {
        float mean = 0;
        for (std::size_t i = 0; i < count; ++i)
            mean += rows[i * size + k] / static_cast<float>(count);
        for (std::size_t i = 0; i < count; ++i)
            rows[i * size + k] -= mean;
    }
}

/// The participation ratio of the rows' Gram matrix: (sum of eigenvalues)^2 / sum of their squares.
double directions(std::span<const float> rows, std::size_t count) {
    const auto size = rows.size() / count;
    double trace = 0, squares = 0;
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t j = 0; j <= i; ++j) {
            float sum = 0;
            for (std::size_t k = 0; k < size; ++k)
                sum += rows[i * size + k] * rows[j * size + k];
            const auto product = static_cast<double>(sum);
            squares += (i == j ? 1 : 2) * product * product;
            trace += i == j ? product : 0;
        }
    return squares > 0 ? trace * trace / squares : 1;
}

} // namespace

double Agreement::worst() const { return std::max({figures, distribution, columns}); }

TrainingAgreement::TrainingAgreement(const InputProfile& training, const Envelope::LayerBands& bands,
                                     std::int64_t batch)
    : m_bands(bands), m_sample(sampledRows(training.sample)) {
    m_below.assign(65537, 0.0);
    const auto total = static_cast<double>(std::max<std::int64_t>(1, training.statistics.histogram.total()));
    for (const auto& [key, count] : training.statistics.histogram.bins())
        m_below[std::size_t{key} + 1] = static_cast<double>(count) / total;
    for (std::size_t key = 1; key < m_below.size(); ++key)
        m_below[key] += m_below[key - 1];
    m_deviation = training.statistics.standardDeviation();
    if (m_sample.isEmpty())
        return;
    if (m_sample.columns > 1 && m_sample.columns <= mostColumns)
        for (std::size_t column = 0; column < m_sample.columns; ++column)
            m_columns.push_back(m_sample.sortedColumn(column));
    drawLimits(training, batch);

    const auto size = m_sample.rowSize();
    m_centre.assign(size, 0);
    m_width.assign(size, 0);
    const auto rows = static_cast<double>(m_sample.rows);
    const auto floor = 0.01 * std::max(training.statistics.standardDeviation(), 1e-12);
    for (std::size_t k = 0; k < size; ++k) {
        double mean = 0, squares = 0;
        for (std::size_t row = 0; row < m_sample.rows; ++row) {
            const auto x = static_cast<double>(m_sample.row(row)[k]);
            mean += std::isfinite(x) ? x / rows : 0;
        }
        for (std::size_t row = 0; row < m_sample.rows; ++row) {
            const auto x = static_cast<double>(m_sample.row(row)[k]);
            squares += std::isfinite(x) ? (x - mean) * (x - mean) / rows : 0;
        }
        m_centre[k] = static_cast<float>(mean);
        m_width[k] = static_cast<float>(std::max(std::sqrt(squares), floor));
    }
    m_points = standardised(m_sample);
    const auto points = std::span(m_points);
    const auto dimensions = m_points.size() / m_sample.rows;
    if (m_sample.rows < fewestRows)
        return;
    // Rows beside each other in the file may overlap (windows of one series): their nearness says nothing.
    const auto block = std::max<std::size_t>(1, m_sample.rows / 20);
    std::vector<double> nearest;
    for (std::size_t i = 0; i < m_sample.rows; i += std::max<std::size_t>(1, m_sample.rows / 128)) {
        double best = INFINITY;
        for (std::size_t j = 0; j < m_sample.rows; ++j)
            if (j + block <= i || i + block <= j)
                best = std::min(best, squaredDistance(points.subspan(i * dimensions, dimensions),
                                                      points.subspan(j * dimensions, dimensions)));
        nearest.push_back(best);
    }
    std::ranges::sort(nearest);
    m_nearest = nearest[nearest.size() * 19 / 20];
}

void TrainingAgreement::drawLimits(const InputProfile& training, std::int64_t batch) {
    const auto size = m_sample.rowSize();
    Walk walk(m_sample.rows);
    const auto batchRows = static_cast<std::size_t>(std::clamp<std::int64_t>(batch, 1, 256));
    const auto step = std::max<std::size_t>(1, batchRows * size / 4096);
    m_columnLimits.assign(m_columns.size(), 0);
    const auto rows = training.sample.shape()[0];
    for (int b = 0; b < drawnBatches; ++b) {
        std::vector<double> drawn;
        std::vector<std::size_t> taken;
        for (std::size_t k = 0; k < batchRows; ++k) {
            taken.push_back(walk.next());
            const auto* row = m_sample.row(taken.back());
            for (auto i = k % step; i < size; i += step)
                if (std::isfinite(row[i]))
                    drawn.push_back(static_cast<double>(row[i]));
        }
        m_limit = std::max(m_limit, pooledDistance(std::move(drawn)));
        double mean = 0;
        for (std::size_t column = 0; b < drawnForColumns && column < m_columns.size(); ++column) {
            std::vector<float> values;
            for (const auto row : taken)
                for (std::size_t s = 0; s < m_sample.steps; ++s)
                    if (const auto x = m_sample.row(row)[s * m_sample.columns + column]; std::isfinite(x))
                        values.push_back(x);
            std::ranges::sort(values);
            const auto gap = distance(values, m_columns[column]);
            m_columnLimits[column] = std::max(m_columnLimits[column], gap);
            mean += gap / static_cast<double>(m_columns.size());
        }
        m_meanLimit = std::max(m_meanLimit, mean);
    }
    // A reference of few rows knows its own law as badly as the prediction's.
    const double few =
        std::sqrt(1 + static_cast<double>(batchRows) / static_cast<double>(std::max<std::int64_t>(rows, 1)));
    m_limit = std::max(0.02, m_limit * margin * few);
    for (auto& limit : m_columnLimits)
        limit = std::max(0.05, limit * margin * few);
    m_meanLimit = std::max(0.02, m_meanLimit * margin * few);
}

double TrainingAgreement::pooledDistance(std::vector<double> values, double slack) const {
    std::ranges::sort(values);
    const auto n = static_cast<double>(values.size());
    double gap = 0;
    for (std::size_t i = 0; i < values.size();) {
        auto end = i;
        while (end < values.size() && values[end] == values[i])
            ++end;
        // Inside one bin of the histogram values cannot be told apart: the gap is taken at the bin's edges.
        const auto key = Histogram::keyOf(static_cast<float>(values[i]));
        while (end < values.size() && Histogram::keyOf(static_cast<float>(values[end])) == key)
            ++end;
        const auto low = slack > 0 ? Histogram::keyOf(static_cast<float>(values[i] - slack)) : key;
        const auto high = slack > 0 ? Histogram::keyOf(static_cast<float>(values[i] + slack)) : key;
        const double under = m_below[low], upTo = m_below[std::size_t{high} + 1];
        gap = std::max({gap, static_cast<double>(end) / n - upTo, under - static_cast<double>(i) / n});
        i = end;
    }
    return gap;
}

double TrainingAgreement::columnsOf(const SampledRows& rows, double fit) const {
    if (m_columns.empty() || rows.columns != m_columns.size())
        return 0;
    double worst = 0, mean = 0;
    for (std::size_t column = 0; column < m_columns.size(); ++column) {
        const auto values = rows.sortedColumn(column);
        const auto gap = fit > 0 && !values.empty() ? distance(values, m_columns[column],
                                                               static_cast<float>(fit) * deviationOf(m_columns[column]))
                                                    : distance(values, m_columns[column]);
        worst = std::max(worst, gap / m_columnLimits[column] / oneOfMany);
        mean += gap / static_cast<double>(m_columns.size());
    }
    return std::max(worst, mean / m_meanLimit);
}

Agreement TrainingAgreement::of(const Tensor& array, double step, double fit) const {
    Agreement out;
    auto bands = m_bands;
    if (step > 0) {
        for (auto* band : {&bands.mean, &bands.std, &bands.min, &bands.max}) {
            band->below += step;
            band->above += step;
        }
        // What of training lies within a step of zero is an exact zero on the grid.
        const auto reach = static_cast<float>(step);
        const auto share = [&](std::uint16_t from, std::uint16_t to) {
            return m_below[std::size_t{to} + 1] - m_below[from];
        };
        bands.zeroFraction.above += share(Histogram::keyOf(-reach), Histogram::keyOf(reach)) -
                                    share(Histogram::keyOf(-0.0f), Histogram::keyOf(0.0f));
    }
    out.figures = divergenceOf(bands, statisticsOf(array, HistogramWanted::no)).multiple;
    const auto values = toDoubles(array);
    out.distribution = values && m_limit > 0
                           ? pooledDistance(thinned(*values), std::max(step / 2 * 1.01, fit * m_deviation)) /
                                 m_limit // rounded to the grid
                           : INFINITY;
    if (step == 0)
        out.columns = columnsOf(sampledRows(array), fit);
    return out;
}

std::vector<float> TrainingAgreement::standardised(const SampledRows& rows) const {
    const auto size = rows.rowSize();
    const auto step = std::max<std::size_t>(1, (size + mostDimensions - 1) / mostDimensions);
    std::vector<float> out;
    for (std::size_t row = 0; row < rows.rows; ++row)
        for (std::size_t k = 0; k < size; k += step) {
            const auto x = (rows.row(row)[k] - m_centre[k]) / m_width[k];
            out.push_back(std::isfinite(x) ? x : 0);
        }
    return out;
}

std::optional<double> TrainingAgreement::joint(const Tensor& array) const {
    const auto rows = sampledRows(array, 64);
    if (m_nearest <= 0 || rows.rowSize() != m_sample.rowSize() || rows.isEmpty())
        return std::nullopt;
    const auto points = standardised(rows);
    const auto dimensions = points.size() / rows.rows;
    std::vector<double> nearest;
    for (std::size_t i = 0; i < rows.rows; ++i) {
        double best = INFINITY;
        for (std::size_t j = 0; j < m_sample.rows; ++j)
            best = std::min(best, squaredDistance(std::span(points).subspan(i * dimensions, dimensions),
                                                  std::span(m_points).subspan(j * dimensions, dimensions)));
        nearest.push_back(best);
    }
    std::ranges::nth_element(nearest, nearest.begin() + std::ssize(nearest) / 2);
    return std::sqrt(nearest[nearest.size() / 2] / m_nearest);
}

std::optional<double> TrainingAgreement::spread(const Tensor& array, bool centred) const {
    const auto rows = sampledRows(array, 64);
    if (rows.rows < fewestToSpread || m_sample.rows < fewestToSpread || rows.rowSize() != m_sample.rowSize())
        return std::nullopt;
    constexpr float most = 4; // deviations: a column far off is no direction that all rows share
    auto points = standardised(rows);
    for (auto& x : points)
        x = std::abs(x) > most ? 0 : x;
    if (centred)
        centre(points, rows.rows);
    const auto here = directions(points, rows.rows);
    const auto dimensions = m_points.size() / m_sample.rows;
    Walk walk(m_sample.rows);
    double least = INFINITY;
    for (int b = 0; b < 8; ++b) {
        std::vector<float> drawn;
        for (std::size_t k = 0; k < rows.rows; ++k) {
            const auto at = m_points.begin() + static_cast<std::ptrdiff_t>(walk.next() * dimensions);
            drawn.insert(drawn.end(), at, at + static_cast<std::ptrdiff_t>(dimensions));
        }
        least = std::min(least, directions(drawn, rows.rows));
    }
    return here / least;
}

} // namespace plumbline
