#pragma once
// Elementary functions as straight-line arithmetic that compilers turn into vector code. Errors are below 4 units in
// the last place unless said otherwise (tests/core/ops/tst_vectormath.cpp holds them against double). NaN gives NaN,
// infinities and denormals what IEEE 754 and the C library give.
//
// Methods: argument reduction by multiples of ln 2 and polynomials (Cody & Waite 1980); coefficients of exp, tanh and
// log are those published with the Cephes library (Moshier).

#include "core/ops/simd/clones.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace plumbline::simd {

/// 2^n for -126 <= n <= 127, by its bits.
PLUMBLINE_INLINE float powerOfTwo(std::int32_t n) { return std::bit_cast<float>((n + 127) << 23); }

struct Reduced {
    float remainder; ///< |r| <= ln 2 / 2
    std::int32_t n;  ///< x = n ln 2 + r
};

/// For |x| below 127 ln 2 or so; a NaN stays in the remainder.
PLUMBLINE_INLINE Reduced reduce(float x) {
    constexpr float magic = 12582912.0f; // 1.5 * 2^23: adding it rounds to an integer in the low bits
    const float shifted = x * 1.44269504088896341f + magic;
    const float n = shifted - magic;
    return {x - n * 0.693359375f + n * 2.12194440e-4f, std::bit_cast<std::int32_t>(shifted) - 0x4b400000};
}

/// exp(r) - 1 for |r| <= ln 2 / 2.
PLUMBLINE_INLINE float expm1Core(float r) {
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    return p * r * r + r;
}

PLUMBLINE_INLINE float exp(float x) {
    x = x < -104.0f ? -104.0f : x; // below the half of the least denormal; the comparisons let a NaN pass
    x = x > 89.0f ? 89.0f : x;     // above the greatest number
    const auto [r, n] = reduce(x);
    const auto half = n >> 1; // two steps: 2^n itself may be no normal number
    return (expm1Core(r) + 1.0f) * powerOfTwo(half) * powerOfTwo(n - half);
}

/// exp(x) - 1 without cancellation, for x <= 0.
PLUMBLINE_INLINE float expm1Negative(float x) {
    x = x < -30.0f ? -30.0f : x;
    const auto [r, n] = reduce(x);
    const float scale = powerOfTwo(n);
    return expm1Core(r) * scale + (scale - 1.0f);
}

PLUMBLINE_INLINE float sigmoid(float x) {
    const float e = exp(-std::fabs(x));
    const float numerator = x < 0 ? e : 1.0f;
    return numerator / (1.0f + e);
}

PLUMBLINE_INLINE float tanh(float x) {
    const float magnitude = std::fabs(x);
    const float square = x * x;
    float p = -5.70498872745e-3f;
    p = p * square + 2.06390887954e-2f;
    p = p * square - 5.37397155531e-2f;
    p = p * square + 1.33314422036e-1f;
    p = p * square - 3.33332819422e-1f;
    const float small = p * square * x + x;
    const float large = 1.0f - 2.0f / (exp(magnitude + magnitude) + 1.0f);
    return magnitude < 0.625f ? small : std::copysign(large, x);
}

/// log(1 + z) for 0 <= z <= 1, by the series of the inverse hyperbolic tangent of z / (2 + z).
PLUMBLINE_INLINE float log1pUnit(float z) {
    const float s = z / (2.0f + z);
    const float square = s * s;
    float p = 1.0f / 15;
    p = p * square + 1.0f / 13;
    p = p * square + 1.0f / 11;
    p = p * square + 1.0f / 9;
    p = p * square + 1.0f / 7;
    p = p * square + 1.0f / 5;
    p = p * square + 1.0f / 3;
    return 2.0f * (s + s * square * p);
}

PLUMBLINE_INLINE float log(float x) {
    const bool tiny = x < 1.17549435e-38f; // a denormal is scaled up; zero and negatives are settled at the end
    const float scaled = tiny ? x * 8388608.0f : x;
    const auto bits = std::bit_cast<std::int32_t>(scaled);
    auto n = (bits >> 23) - 126 - (tiny ? 23 : 0);
    float m = std::bit_cast<float>((bits & 0x007fffff) | 0x3f000000); // 0.5 <= m < 1
    const bool low = m < 0.70710678f;
    m = low ? m + m - 1.0f : m - 1.0f;
    n -= low ? 1 : 0;
    const float square = m * m;
    float p = 7.0376836292e-2f;
    p = p * m - 1.1514610310e-1f;
    p = p * m + 1.1676998740e-1f;
    p = p * m - 1.2420140846e-1f;
    p = p * m + 1.4249322787e-1f;
    p = p * m - 1.6668057665e-1f;
    p = p * m + 2.0000714765e-1f;
    p = p * m - 2.4999993993e-1f;
    p = p * m + 3.3333331174e-1f;
    const auto e = static_cast<float>(n);
    float y = p * m * square + e * -2.12194440e-4f - 0.5f * square;
    y = y + m + e * 0.693359375f;
    y = x == std::numeric_limits<float>::infinity() ? x : y;
    y = x == 0.0f ? -std::numeric_limits<float>::infinity() : y;
    return x < 0.0f || x != x ? std::numeric_limits<float>::quiet_NaN() : y;
}

PLUMBLINE_INLINE float softplus(float x) { return (x > 0 ? x : 0.0f) + log1pUnit(exp(-std::fabs(x))); }

/// erfc for z >= 0: a Chebyshev fit (Press et al., Numerical Recipes, 6.2), relative error below 2e-6 in single
/// precision.
PLUMBLINE_INLINE float erfcPositive(float z) {
    const float t = 1.0f / (1.0f + 0.5f * z);
    float p = 0.17087277f;
    p = p * t - 0.82215223f;
    p = p * t + 1.48851587f;
    p = p * t - 1.13520398f;
    p = p * t + 0.27886807f;
    p = p * t - 0.18628806f;
    p = p * t + 0.09678418f;
    p = p * t + 0.37409196f;
    p = p * t + 1.00002368f;
    return t * exp(-z * z - 1.26551223f + t * p);
}

/// Absolute error below 3e-7, and relative where x is small.
PLUMBLINE_INLINE float erf(float x) {
    const float magnitude = std::fabs(x);
    const float square = x * x;
    float p = 1.0f / 9360;
    p = p * square - 1.0f / 1320;
    p = p * square + 1.0f / 216;
    p = p * square - 1.0f / 42;
    p = p * square + 1.0f / 10;
    p = p * square - 1.0f / 3;
    const float small = 1.12837916709551f * (x + x * square * p);
    const float large = 1.0f - erfcPositive(magnitude);
    return magnitude < 0.5f ? small : std::copysign(large, x);
}

} // namespace plumbline::simd
