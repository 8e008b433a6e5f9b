#include "core/tensor/statisticskernel.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#if defined(__x86_64__)
#pragma GCC diagnostic ignored "-Wuninitialized" // GCC 12's own AVX-512 header trips both (GCC bug 105593)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <immintrin.h>
#endif

namespace plumbline::detail {

namespace {

constexpr std::size_t lanes = 8;
constexpr std::uint32_t infinityBits = 0x7F800000;

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

#define PLUMBLINE_AVX512 [[gnu::target("avx512f,avx512bw,avx512dq,avx512vl,fma,popcnt,bmi2")]]

PLUMBLINE_AVX512 void avx512Double(const double* x, std::size_t n, double shift, BlockSums& sums, BinTable* table) {
    plainBlock(x, n, shift, sums, table);
}

/// Sixteen elements at a time. Non-finite ones are replaced by the shift, which adds nothing to any sum; the bins of
/// the elements that are neither zero nor non-finite are packed into a small buffer and counted from there.
PLUMBLINE_AVX512 void avx512Float(const float* x, std::size_t n, float shift, BlockSums& sums, BinTable* table) {
    const __m512 shifts = _mm512_set1_ps(shift);
    const __m512d wideShift = _mm512_set1_pd(static_cast<double>(shift));
    const __m512i magnitudeMask = _mm512_set1_epi32(0x7FFFFFFF);
    const __m512i infinity = _mm512_set1_epi32(static_cast<int>(infinityBits));
    __m512d sum0 = _mm512_setzero_pd(), sum1 = sum0, squares0 = sum0, squares1 = sum0;
    __m512 least = shifts, most = shifts;
    __m512i leastMagnitude = magnitudeMask, mostMagnitude = _mm512_setzero_si512();
    std::int64_t nonFinite = 0, nan = 0, plus = 0, zero = 0, negative = 0;
    alignas(64) std::uint32_t keys[blockElements + 16];
    std::size_t keyCount = 0;
    for (std::size_t i = 0; i < n; i += 16) {
        const auto valid = static_cast<__mmask16>(n - i >= 16 ? 0xFFFF : (1u << (n - i)) - 1);
        const __m512 raw = _mm512_mask_loadu_ps(shifts, valid, x + i);
        const __m512i bits = _mm512_castps_si512(raw);
        const __m512i magnitude = _mm512_and_si512(bits, magnitudeMask);
        const __mmask16 finite = _mm512_cmplt_epu32_mask(magnitude, infinity);
        if (finite != 0xFFFF) [[unlikely]] { // lanes past the end hold the shift, which is finite
            const auto bad = static_cast<__mmask16>(~finite);
            nonFinite += _mm_popcnt_u32(bad);
            nan += _mm_popcnt_u32(_mm512_cmp_ps_mask(raw, raw, _CMP_UNORD_Q));
            plus += _mm_popcnt_u32(_mm512_cmpeq_epi32_mask(bits, infinity));
        }
        const __m512 v = _mm512_mask_mov_ps(shifts, finite, raw);
        const __mmask16 nonZero = _mm512_test_epi32_mask(bits, magnitudeMask);
        zero += _mm_popcnt_u32(valid & ~static_cast<unsigned>(nonZero));
        const auto counted = static_cast<__mmask16>(valid & finite & nonZero);
        negative += _mm_popcnt_u32(_mm512_mask_cmplt_epi32_mask(counted, bits, _mm512_setzero_si512()));
        least = _mm512_min_ps(least, v);
        most = _mm512_max_ps(most, v);
        const __m512d low = _mm512_sub_pd(_mm512_cvtps_pd(_mm512_castps512_ps256(v)), wideShift);
        const __m512d high = _mm512_sub_pd(_mm512_cvtps_pd(_mm512_extractf32x8_ps(v, 1)), wideShift);
        sum0 = _mm512_add_pd(sum0, low);
        sum1 = _mm512_add_pd(sum1, high);
        squares0 = _mm512_fmadd_pd(low, low, squares0);
        squares1 = _mm512_fmadd_pd(high, high, squares1);
        if (table) {
            leastMagnitude = _mm512_mask_min_epu32(leastMagnitude, counted, leastMagnitude, magnitude);
            mostMagnitude = _mm512_mask_max_epu32(mostMagnitude, counted, mostMagnitude, magnitude);
            _mm512_storeu_si512(keys + keyCount, _mm512_maskz_compress_epi32(counted, _mm512_srli_epi32(bits, 16)));
            keyCount += static_cast<std::size_t>(_mm_popcnt_u32(counted));
        }
    }
    sums.nan += nan;
    sums.positiveInfinity += plus;
    sums.negativeInfinity += nonFinite - nan - plus;
    sums.zero += zero;
    sums.negative += negative;
    sums.min = static_cast<double>(_mm512_reduce_min_ps(least));
    sums.max = static_cast<double>(_mm512_reduce_max_ps(most));
    sums.sum += _mm512_reduce_add_pd(_mm512_add_pd(sum0, sum1));
    sums.sumOfSquares += _mm512_reduce_add_pd(_mm512_add_pd(squares0, squares1));
    if (keyCount > 0) {
        table->least = std::min(table->least, _mm512_reduce_min_epu32(leastMagnitude) >> 16);
        table->most = std::max(table->most, _mm512_reduce_max_epu32(mostMagnitude) >> 16);
        std::uint32_t* even = table->counts;
        std::uint32_t* odd = even + BinTable::bins;
        std::size_t k = 0;
        for (; k + 4 <= keyCount; k += 4) {
            ++even[keys[k]];
            ++odd[keys[k + 1]];
            ++even[keys[k + 2]];
            ++odd[keys[k + 3]];
        }
        for (; k < keyCount; ++k)
            ++even[keys[k]];
    }
}

bool hasAvx512() {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
bool hasAvx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

#endif

} // namespace

FloatBlock floatBlock() {
#if defined(__x86_64__)
    static const FloatBlock chosen = hasAvx512() ? avx512Float : hasAvx2() ? avx2Float : plainFloat;
    return chosen;
#else
    return plainFloat;
#endif
}

DoubleBlock doubleBlock() {
#if defined(__x86_64__)
    static const DoubleBlock chosen = hasAvx512() ? avx512Double : hasAvx2() ? avx2Double : plainDouble;
    return chosen;
#else
    return plainDouble;
#endif
}

} // namespace plumbline::detail
