#include "core/diagnosis/columnmatch.h"

#include "core/diagnosis/columnlikelihood.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace plumbline {

namespace {

constexpr std::int64_t mostSkipped = 8, mostColumns = 512;
constexpr double never = -std::numeric_limits<double>::infinity();

double addLogs(double a, double b) {
    if (a < b)
        std::swap(a, b);
    return b == never ? a : a + std::log1p(std::exp(b - a));
}

/// All ways to pair the `shorter` items, in order, with items of the longer list, leaving out `skips` of the latter.
struct Alignment {
    std::size_t shorter = 0, skips = 0;
    std::vector<double> match; ///< [item of the shorter * (skips + 1) + items skipped before it]
    std::vector<double> skip;  ///< by item of the longer list

    double matched(std::size_t item, std::size_t skipped) const { return match[item * (skips + 1) + skipped]; }

    /// The best one's skipped items and its log-likelihood; `banned` may not be among them (-1: all may).
    std::pair<std::vector<std::int64_t>, double> best(std::int64_t banned = -1) const {
        std::vector<double> score(shorter * (skips + 1) + 1, never);
        std::vector<std::size_t> from(score.size(), 0);
        const auto row = skips + 1;
        // Walks over the items; between item i - 1 (after s skips) and item i (after t) items i + s … i + t - 1 are
        // left out.
        const auto left = [&](std::size_t begin, std::size_t end) {
            double sum = 0;
            for (auto k = begin; k < end; ++k)
                sum += static_cast<std::int64_t>(k) == banned ? never : skip[k];
            return sum;
        };
        for (std::size_t i = 0; i < shorter; ++i)
            for (std::size_t t = 0; t <= skips; ++t)
                for (std::size_t s = 0; s <= (i == 0 ? 0 : t); ++s) {
                    const double before = i == 0 ? left(0, t) : score[(i - 1) * row + s] + left(i + s, i + t);
                    const double value = before + matched(i, t);
                    if (value > score[i * row + t]) {
                        score[i * row + t] = value;
                        from[i * row + t] = i == 0 ? 0 : s;
                    }
                }
        double top = never;
        std::size_t at = 0;
        for (std::size_t s = 0; s <= skips; ++s) {
            const double value = (shorter ? score[(shorter - 1) * row + s] : 0) + left(shorter + s, shorter + skips);
            if (value > top) {
                top = value;
                at = s;
            }
        }
        std::vector<std::int64_t> skipped;
        for (auto k = shorter + at; k < shorter + skips; ++k)
            skipped.push_back(static_cast<std::int64_t>(k));
        for (auto i = shorter; i-- > 0;) {
            const auto before = i == 0 ? 0 : from[i * row + at];
            for (auto k = i + before; k < i + at; ++k)
                skipped.push_back(static_cast<std::int64_t>(k));
            at = before;
        }
        std::ranges::sort(skipped);
        return {skipped, top};
    }

    /// Logarithm of the sum over all alignments.
    double total() const {
        const auto row = skips + 1;
        std::vector<double> score(row, never), next(row);
        const auto left = [&](std::size_t begin, std::size_t end) {
            double sum = 0;
            for (auto k = begin; k < end; ++k)
                sum += skip[k];
            return sum;
        };
        score[0] = 0;
        for (std::size_t i = 0; i < shorter; ++i) {
            std::ranges::fill(next, never);
            for (std::size_t t = 0; t <= skips; ++t)
                for (std::size_t s = 0; s <= t; ++s)
                    next[t] = addLogs(next[t], score[s] + left(i + s, i + t) + matched(i, t));
            std::swap(score, next);
        }
        double sum = never;
        for (std::size_t s = 0; s <= skips; ++s)
            sum = addLogs(sum, score[s] + left(shorter + s, shorter + skips));
        return sum;
    }
};

/// Chance makes one of ten columns of one law look a little apart. One is named only where its law differs, beyond any
/// chance, from those of the columns beside it, which would stand in its place.
constexpr double clearlyApart = 1.5; // multiples of the critical distance at 1 %: one chance in 10^5

bool differFromNeighbours(const ColumnMatch& match, const std::vector<ColumnValues>& here,
                          const InputProfile& training) {
    const auto& there = training.perColumn;
    const auto isSkipped = [&](std::int64_t k) { return std::ranges::find(match.columns, k) != match.columns.end(); };
    std::int64_t skipped = 0;
    for (const auto column : match.columns) {
        for (const std::int64_t step : {-1, +1}) {
            auto beside = column + step;
            while (isSkipped(beside))
                beside += step;
            if (match.isMissing) {
                if (beside >= 0 && beside < std::ssize(there) &&
                    ksMultiple(there[static_cast<std::size_t>(column)], there[static_cast<std::size_t>(beside)]) <=
                        clearlyApart)
                    return false;
                continue;
            }
            // Training's column that its neighbour in the prediction was matched with.
            const auto partner = column - skipped - (step < 0 ? 1 : 0);
            if (partner < 0 || partner >= std::ssize(there))
                continue;
            const auto& extra = here[static_cast<std::size_t>(column)];
            const auto& taken = there[static_cast<std::size_t>(partner)];
            if (!standsElsewhere(extra, taken) && ksMultiple(extra, taken) <= clearlyApart)
                return false;
        }
        ++skipped;
    }
    return true;
}

} // namespace

bool ColumnMatch::isCertain() const {
    if (!(ratio >= certainRatio) || !neighboursDiffer)
        return false;
    std::size_t paired = 0, close = 0;
    for (const auto& pair : pairs)
        if (pair.training >= 0 && pair.here >= 0) {
            ++paired;
            close += pair.distance <= 1 ? 1 : 0;
        }
    return close * 2 >= paired;
}

std::optional<ColumnMatch> matchColumns(const Tensor& prediction, const InputProfile& training) {
    const auto there = static_cast<std::int64_t>(training.perColumn.size());
    const auto here = prediction.rank() ? prediction.shape().back() : 0;
    const auto gap = std::abs(there - here);
    if (there == 0 || here == 0 || gap == 0 || gap > mostSkipped || std::max(there, here) > mostColumns)
        return std::nullopt;
    const auto columns = columnsOf(prediction);

    ColumnMatch out;
    out.isMissing = here < there;
    Alignment alignment;
    alignment.shorter = static_cast<std::size_t>(std::min(here, there));
    alignment.skips = static_cast<std::size_t>(gap);
    alignment.match.resize(alignment.shorter * (alignment.skips + 1));
    alignment.skip.assign(static_cast<std::size_t>(std::max(here, there)), 0.0);
    // For each column of the prediction: those of training that it may be, in bins common to them.
    for (std::int64_t j = 0; j < here; ++j) {
        const auto low = out.isMissing ? j : std::max<std::int64_t>(0, j - gap);
        const auto high = out.isMissing ? j + gap : std::min(j, there - 1);
        std::vector<const Statistics*> partners;
        for (auto i = low; i <= high; ++i)
            partners.push_back(&training.perColumn[static_cast<std::size_t>(i)]);
        const auto edges = commonEdges(partners);
        for (auto i = low; i <= high; ++i) {
            const auto item = static_cast<std::size_t>(out.isMissing ? j : i);
            alignment.match[item * (alignment.skips + 1) + static_cast<std::size_t>(std::abs(i - j))] = logLikelihood(
                columns[static_cast<std::size_t>(j)], edges, &training.perColumn[static_cast<std::size_t>(i)]);
        }
        if (!out.isMissing)
            alignment.skip[static_cast<std::size_t>(j)] =
                logLikelihood(columns[static_cast<std::size_t>(j)], edges, nullptr);
    }
    const auto [best, score] = alignment.best();
    out.columns = best;
    out.certainty = std::exp(score - alignment.total());
    double second = never;
    for (const auto column : best) {
        const auto [other, value] = alignment.best(column);
        if (value > second) {
            second = value;
            out.next = other;
        }
    }
    out.ratio = std::exp(std::min(score - second, 700.0));
    out.neighboursDiffer = differFromNeighbours(out, columns, training);
    std::int64_t i = 0, j = 0;
    const auto isSkipped = [&](std::int64_t k) { return std::ranges::find(best, k) != best.end(); };
    while (i < there || j < here) {
        if (out.isMissing ? isSkipped(i) : isSkipped(j)) {
            out.pairs.push_back(out.isMissing ? ColumnMatch::Pair{i++, -1, 0} : ColumnMatch::Pair{-1, j++, 0});
            continue;
        }
        const auto distance =
            ksMultiple(columns[static_cast<std::size_t>(j)], training.perColumn[static_cast<std::size_t>(i)]);
        out.pairs.push_back({i++, j++, distance});
    }
    return out;
}

std::optional<bool> columnsAgree(const Tensor& rows, const InputProfile& training) {
    const auto count = training.perColumn.size();
    if (count < 2 || count > static_cast<std::size_t>(mostColumns) || rows.rank() == 0 ||
        rows.shape().back() != static_cast<std::int64_t>(count))
        return std::nullopt;
    const auto columns = columnsOf(rows);
    Statistics pooled;
    for (const auto& column : training.perColumn)
        pooled.merge(column);
    // Few bins, or a column's own counts would be too thin in them to stand against the pool's.
    const auto edges = commonEdges({&pooled});
    double gain = 0;
    for (std::size_t i = 0; i < count; ++i)
        gain += logLikelihood(columns[i], edges, &training.perColumn[i]) - logLikelihood(columns[i], edges, &pooled);
    // Columns of one law lose a little against the pool, which knows that law better: that is no disagreement.
    const double lost = 0.2 * static_cast<double>(count);
    if (gain > -std::log(certainRatio) - lost && gain < std::log(certainRatio))
        return std::nullopt;
    return gain > 0;
}

double medianOf(const InputProfile& training, std::int64_t column) {
    auto columns = columnsOf(training.sample, static_cast<std::size_t>(maximumSampleRows));
    const auto at = static_cast<std::size_t>(column);
    if (at >= columns.size() || columns[at].sorted.empty())
        return 0;
    const auto& sorted = columns[at].sorted;
    const auto middle = sorted.size() / 2;
    return sorted.size() % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

} // namespace plumbline
