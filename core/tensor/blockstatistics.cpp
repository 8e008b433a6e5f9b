#include "core/tensor/blockstatistics.h"

#include <algorithm>
#include <cmath>

namespace plumbline::detail {

namespace {

template<class T> T firstFinite(const T* x, std::size_t n) {
    const auto* found = std::find_if(x, x + n, [](T v) { return std::isfinite(v); });
    return found == x + n ? T(0) : *found;
}

template<class T> void runBlock(const T* x, std::size_t n, T shift, BlockSums& sums, BinTable* table) {
    if constexpr (std::is_same_v<T, float>)
        floatBlocks().front()(x, n, shift, sums, table);
    else
        doubleBlocks().front()(x, n, shift, sums, table);
}

/// Sums of doubles near the end of their range overflow; long double has the room.
template<class T> void widerMoments(const T* x, std::size_t n, Statistics& out) {
    long double sum = 0, squares = 0;
    for (std::size_t i = 0; i < n; ++i)
        if (std::isfinite(x[i]))
            sum += static_cast<long double>(x[i]);
    const auto mean = sum / static_cast<long double>(out.finite());
    for (std::size_t i = 0; i < n; ++i)
        if (std::isfinite(x[i])) {
            const auto d = static_cast<long double>(x[i]) - mean;
            squares += d * d;
        }
    out.mean = static_cast<double>(mean);
    out.m2 = static_cast<double>(squares);
}

template<class T> Statistics allOf(const T* x, std::size_t n, BinTable* table) {
    const T shift = firstFinite(x, n);
    BlockSums sums;
    runBlock(x, n, shift, sums, table);
    Statistics out;
    out.count = static_cast<std::int64_t>(n);
    out.nan = sums.nan;
    out.positiveInfinity = sums.positiveInfinity;
    out.negativeInfinity = sums.negativeInfinity;
    out.zero = sums.zero;
    out.negative = sums.negative;
    if (const auto finite = static_cast<double>(out.finite()); finite > 0) {
        out.min = sums.min;
        out.max = sums.max;
        out.mean = static_cast<double>(shift) + sums.sum / finite;
        out.m2 = std::max(0.0, sums.sumOfSquares - sums.sum * (sums.sum / finite));
        if (!std::isfinite(sums.sum) || !std::isfinite(sums.sumOfSquares))
            widerMoments(x, n, out);
    }
    if (out.nan > 0)
        out.firstNan = std::find_if(x, x + n, [](T v) { return std::isnan(v); }) - x;
    if (out.infinite() > 0)
        out.firstInf = std::find_if(x, x + n, [](T v) { return std::isinf(v); }) - x;
    return out;
}

} // namespace

Statistics blockStatistics(const float* x, std::size_t n, BinTable* table) { return allOf(x, n, table); }
Statistics blockStatistics(const double* x, std::size_t n, BinTable* table) { return allOf(x, n, table); }

Statistics blockMoments(const float* x, std::size_t n) {
    BlockSums sums;
    floatMoments().front()(x, n, x[0], sums);
    const auto count = static_cast<double>(n);
    Statistics out;
    out.count = static_cast<std::int64_t>(n);
    out.mean = static_cast<double>(x[0]) + sums.sum / count;
    out.m2 = std::max(0.0, sums.sumOfSquares - sums.sum * (sums.sum / count));
    return out;
}

} // namespace plumbline::detail
