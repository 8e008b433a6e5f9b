#include "core/tensor/statisticskernel.h"

#include "core/tensor/machine.h"
#include "core/tensor/statisticsavx512.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

namespace plumbline::detail {

namespace {

constexpr std::size_t lanes = 8;

void countBin(BinTable& table, std::size_t which, std::uint32_t upperBits) {
    ++table.counts[which * BinTable::bins + upperBits];
    const auto magnitude = upperBits & 0x7FFF;
    table.least = std::min(table.least, magnitude);
    table.most = std::max(table.most, magnitude);
}

/// A finite element of any type as the float whose bin counts it: what is past float's range counts in its last bin.
float binnable(double value) {
    constexpr double largest = std::numeric_limits<float>::max();
    return static_cast<float>(std::clamp(value, -largest, largest));
}
float binnable(float value) { return value; }

/// Plain C++ in independent lanes, so that a compiler vectorises it for whatever it is compiled for.
template<class T>
[[gnu::always_inline]] inline void plainBlock(const T* x, std::size_t n, T shift, BlockSums& sums, BinTable* table) {
    double sum[lanes] = {}, squares[lanes] = {};
    T least[lanes], most[lanes];
    std::fill_n(least, lanes, std::numeric_limits<T>::infinity());
    std::fill_n(most, lanes, -std::numeric_limits<T>::infinity());
    std::uint32_t nan[lanes] = {}, plus[lanes] = {}, minus[lanes] = {}, zero[lanes] = {}, negative[lanes] = {};
    constexpr T infinity = std::numeric_limits<T>::infinity();
    const auto element = [&](std::size_t lane, T v) {
        const bool finite = std::fabs(v) < infinity;
        nan[lane] += v != v;
        plus[lane] += v == infinity;
        minus[lane] += v == -infinity;
        zero[lane] += v == 0;
        negative[lane] += (v < 0) & finite;
        const T low = finite ? v : infinity;
        const T high = finite ? v : -infinity;
        least[lane] = low < least[lane] ? low : least[lane];
        most[lane] = high > most[lane] ? high : most[lane];
        const double d = static_cast<double>(finite ? v : shift) - static_cast<double>(shift);
        sum[lane] += d;
        squares[lane] += d * d;
    };
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes)
        for (std::size_t lane = 0; lane < lanes; ++lane)
            element(lane, x[i + lane]);
    for (; i < n; ++i)
        element(i % lanes, x[i]);
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        sums.nan += nan[lane];
        sums.positiveInfinity += plus[lane];
        sums.negativeInfinity += minus[lane];
        sums.zero += zero[lane];
        sums.negative += negative[lane];
        sums.sum += sum[lane];
        sums.sumOfSquares += squares[lane];
    }
    sums.min = static_cast<double>(*std::min_element(least, least + lanes));
    sums.max = static_cast<double>(*std::max_element(most, most + lanes));
    if (table)
        for (std::size_t j = 0; j < n; ++j)
            if (x[j] != 0 && std::fabs(x[j]) < infinity)
                countBin(*table, j & 1, std::bit_cast<std::uint32_t>(binnable(x[j])) >> 16);
}

/// The sums alone, of elements that are all finite.
[[gnu::always_inline]] inline void momentsBlock(const float* x, std::size_t n, float shift, BlockSums& sums) {
    constexpr std::size_t wide = 2 * lanes;
    double sum[wide] = {}, squares[wide] = {};
    const auto element = [&](std::size_t lane, float v) {
        const double d = static_cast<double>(v) - static_cast<double>(shift);
        sum[lane] += d;
        squares[lane] += d * d;
    };
    std::size_t i = 0;
    for (; i + wide <= n; i += wide)
        for (std::size_t lane = 0; lane < wide; ++lane)
            element(lane, x[i + lane]);
    for (; i < n; ++i)
        element(i % wide, x[i]);
    for (std::size_t lane = 0; lane < wide; ++lane) {
        sums.sum += sum[lane];
        sums.sumOfSquares += squares[lane];
    }
}

void plainMoments(const float* x, std::size_t n, float shift, BlockSums& sums) { momentsBlock(x, n, shift, sums); }
void plainFloat(const float* x, std::size_t n, float shift, BlockSums& sums, BinTable* table) {
    plainBlock(x, n, shift, sums, table);
}
void plainDouble(const double* x, std::size_t n, double shift, BlockSums& sums, BinTable* table) {
    plainBlock(x, n, shift, sums, table);
}

#if defined(__x86_64__)

[[gnu::target("avx2,fma")]] void avx2Float(const float* x, std::size_t n, float shift, BlockSums& sums,
                                           BinTable* table) {
    plainBlock(x, n, shift, sums, table);
}
[[gnu::target("avx2,fma")]] void avx2Double(const double* x, std::size_t n, double shift, BlockSums& sums,
                                            BinTable* table) {
    plainBlock(x, n, shift, sums, table);
}

[[gnu::target("avx2,fma")]] void avx2Moments(const float* x, std::size_t n, float shift, BlockSums& sums) {
    momentsBlock(x, n, shift, sums);
}
[[gnu::target("avx512f,avx512bw,avx512dq,avx512vl,fma,prefer-vector-width=512")]] void
avx512Moments(const float* x, std::size_t n, float shift, BlockSums& sums) {
    momentsBlock(x, n, shift, sums);
}

[[gnu::target("avx512f,avx512bw,avx512dq,avx512vl,fma")]] void
avx512Double(const double* x, std::size_t n, double shift, BlockSums& sums, BinTable* table) {
    plainBlock(x, n, shift, sums, table);
}

#else

constexpr FloatBlock avx2Float = nullptr;
constexpr DoubleBlock avx512Double = nullptr, avx2Double = nullptr;
constexpr FloatMoments avx512Moments = nullptr, avx2Moments = nullptr;

#endif

} // namespace

std::span<const FloatBlock> floatBlocks() {
    static const auto all = runnable<FloatBlock>(avx512Float, avx2Float, plainFloat);
    return all;
}

std::span<const DoubleBlock> doubleBlocks() {
    static const auto all = runnable<DoubleBlock>(avx512Double, avx2Double, plainDouble);
    return all;
}

std::span<const FloatMoments> floatMoments() {
    static const auto all = runnable<FloatMoments>(avx512Moments, avx2Moments, plainMoments);
    return all;
}

} // namespace plumbline::detail
