#if defined(__x86_64__)

#include "core/tensor/statisticsavx512.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#pragma GCC diagnostic ignored "-Wuninitialized" // GCC 12's own AVX-512 header trips both (GCC bug 105593)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <immintrin.h>

#define PLUMBLINE_AVX512 [[gnu::target("avx512f,avx512bw,avx512dq,avx512vl,fma,popcnt,bmi2")]]
#define PLUMBLINE_AVX512_INLINE                                                                                        \
    [[gnu::always_inline, gnu::target("avx512f,avx512bw,avx512dq,avx512vl,fma,popcnt,bmi2")]] inline

namespace plumbline::detail {

namespace {

constexpr std::size_t lanes = 16;

/// Sums of one block, a lane each sixteenth element.
struct Lanes {
    __m512d sum0, sum1, squares0, squares1;
    __m512 least, most, leastMagnitude;
    std::int64_t nonFinite = 0, nan = 0, plus = 0, zero = 0, negative = 0;
};

struct Shift {
    __m512 narrow;
    __m512d wide;
};

PLUMBLINE_AVX512_INLINE void addMoments(Lanes& to, __m512d low, __m512d high) {
    to.sum0 = _mm512_add_pd(to.sum0, low);
    to.sum1 = _mm512_add_pd(to.sum1, high);
    to.squares0 = _mm512_fmadd_pd(low, low, to.squares0);
    to.squares1 = _mm512_fmadd_pd(high, high, to.squares1);
}

/// Two tables in turn, see BinTable. The bin of a float is its upper half as it lies in memory.
PLUMBLINE_AVX512_INLINE void countBins(const BinTable& table, const char* upperHalves, std::size_t stride) {
#pragma GCC unroll 16
    for (std::size_t k = 0; k < lanes; ++k) {
        std::uint16_t bin;
        std::memcpy(&bin, upperHalves + k * stride, sizeof bin);
        ++table.counts[(k & 1) * BinTable::bins + bin];
    }
}

/// Sixteen elements that are finite and not zero: nearly all there are.
template<bool binned>
PLUMBLINE_AVX512_INLINE void takeAll(Lanes& to, const Shift& shift, const float* x, __m512 v, const BinTable* table) {
    to.negative += _mm_popcnt_u32(_mm512_movepi32_mask(_mm512_castps_si512(v)));
    to.least = _mm512_min_ps(to.least, v);
    to.most = _mm512_max_ps(to.most, v);
    addMoments(to, _mm512_sub_pd(_mm512_cvtps_pd(_mm256_loadu_ps(x)), shift.wide),
               _mm512_sub_pd(_mm512_cvtps_pd(_mm256_loadu_ps(x + lanes / 2)), shift.wide));
    if constexpr (binned) {
        constexpr int absoluteLeast = 0b1010; // of VRANGEPS: the smaller magnitude, without its sign
        to.leastMagnitude = _mm512_range_ps(to.leastMagnitude, v, absoluteLeast);
        countBins(*table, reinterpret_cast<const char*>(x) + 2, sizeof(float));
    }
}

/// Those of `valid`, whatever they are. Non-finite ones are replaced by the shift, which adds nothing to any sum; what
/// is not to be counted gets a bin that nobody reads, another one each: two neighbours in the same bin would wait for
/// each other.
template<bool binned>
PLUMBLINE_AVX512_INLINE void takeSome(Lanes& to, const Shift& shift, const float* x, __mmask16 valid,
                                      const BinTable* table) {
    const __m512i infinity = _mm512_set1_epi32(0x7F800000);
    const __m512 raw = _mm512_mask_loadu_ps(shift.narrow, valid, x); // lanes past the end hold the shift: it is finite
    const __m512i bits = _mm512_castps_si512(raw);
    const __m512i magnitude = _mm512_and_si512(bits, _mm512_set1_epi32(0x7FFFFFFF));
    const __mmask16 finite = _mm512_cmplt_epu32_mask(magnitude, infinity);
    to.nonFinite += _mm_popcnt_u32(static_cast<std::uint16_t>(~finite));
    to.nan += _mm_popcnt_u32(_mm512_cmp_ps_mask(raw, raw, _CMP_UNORD_Q));
    to.plus += _mm_popcnt_u32(_mm512_cmpeq_epi32_mask(bits, infinity));
    const __m512 v = _mm512_mask_mov_ps(shift.narrow, finite, raw);
    const __mmask16 nonZero = _mm512_test_epi32_mask(magnitude, magnitude);
    const auto counted = static_cast<__mmask16>(valid & finite & nonZero);
    to.zero += _mm_popcnt_u32(static_cast<__mmask16>(valid & ~nonZero));
    to.negative += _mm_popcnt_u32(static_cast<__mmask16>(counted & _mm512_movepi32_mask(bits)));
    to.least = _mm512_min_ps(to.least, v);
    to.most = _mm512_max_ps(to.most, v);
    addMoments(to, _mm512_sub_pd(_mm512_cvtps_pd(_mm512_castps512_ps256(v)), shift.wide),
               _mm512_sub_pd(_mm512_cvtps_pd(_mm512_extractf32x8_ps(v, 1)), shift.wide));
    if constexpr (binned) {
        static_assert(BinTable::firstUnread + lanes <= 0x8000);
        const __m512i lane = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
        const __m512i elsewhere = _mm512_add_epi32(lane, _mm512_set1_epi32(BinTable::firstUnread));
        alignas(32) std::uint16_t keys[lanes];
        _mm256_store_si256(reinterpret_cast<__m256i*>(keys),
                           _mm512_cvtepi32_epi16(_mm512_mask_srli_epi32(elsewhere, counted, bits, 16)));
        to.leastMagnitude = _mm512_castsi512_ps(_mm512_mask_min_epu32(
            _mm512_castps_si512(to.leastMagnitude), counted, _mm512_castps_si512(to.leastMagnitude), magnitude));
        countBins(*table, reinterpret_cast<const char*>(keys), sizeof keys[0]);
    }
}

template<bool binned>
PLUMBLINE_AVX512_INLINE void block(const float* x, std::size_t n, float shiftBy, BlockSums& sums, BinTable* table) {
    constexpr int nanZeroOrInfinite = 0b1001'1111; // of VFPCLASSPS: all classes but denormals and negatives
    const Shift shift{_mm512_set1_ps(shiftBy), _mm512_set1_pd(static_cast<double>(shiftBy))};
    const __m512d none = _mm512_setzero_pd();
    Lanes to{
        none, none, none, none, shift.narrow, shift.narrow, _mm512_set1_ps(std::numeric_limits<float>::infinity())};
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes) {
        const __m512 v = _mm512_loadu_ps(x + i);
        if (_mm512_fpclass_ps_mask(v, nanZeroOrInfinite) == 0) [[likely]]
            takeAll<binned>(to, shift, x + i, v, table);
        else
            takeSome<binned>(to, shift, x + i, 0xFFFF, table);
    }
    if (i < n)
        takeSome<binned>(to, shift, x + i, static_cast<__mmask16>((1u << (n - i)) - 1), table);
    sums.nan += to.nan;
    sums.positiveInfinity += to.plus;
    sums.negativeInfinity += to.nonFinite - to.nan - to.plus;
    sums.zero += to.zero;
    sums.negative += to.negative;
    const float least = _mm512_reduce_min_ps(to.least), most = _mm512_reduce_max_ps(to.most);
    sums.min = static_cast<double>(least);
    sums.max = static_cast<double>(most);
    sums.sum += _mm512_reduce_add_pd(_mm512_add_pd(to.sum0, to.sum1));
    sums.sumOfSquares += _mm512_reduce_add_pd(_mm512_add_pd(to.squares0, to.squares1));
    if constexpr (binned) {
        table->least = std::min(table->least, _mm512_reduce_min_epu32(_mm512_castps_si512(to.leastMagnitude)) >> 16);
        table->most =
            std::max(table->most, std::bit_cast<std::uint32_t>(std::max(std::fabs(least), std::fabs(most))) >> 16);
    }
}

} // namespace

PLUMBLINE_AVX512 void avx512Float(const float* x, std::size_t n, float shift, BlockSums& sums, BinTable* table) {
    if (table)
        block<true>(x, n, shift, sums, table);
    else
        block<false>(x, n, shift, sums, nullptr);
}

PLUMBLINE_AVX512 void avx512Drain(std::uint32_t* counts, std::uint32_t first, std::uint32_t groups,
                                  std::uint32_t* out) {
    auto* even = counts + first;
    for (std::uint32_t g = 0; g < groups; ++g, even += binGroup, out += binGroup) {
        auto* odd = even + BinTable::bins;
        const __m512i sum = _mm512_add_epi32(_mm512_loadu_si512(even), _mm512_loadu_si512(odd));
        _mm512_storeu_si512(out, sum);
        if (_mm512_test_epi32_mask(sum, sum) == 0)
            continue; // many are empty, and need no store
        _mm512_storeu_si512(even, _mm512_setzero_si512());
        _mm512_storeu_si512(odd, _mm512_setzero_si512());
    }
}

} // namespace plumbline::detail

#endif
