#pragma once
// The loops that the normalisations share: sums in double over lines of neighbours, and over rows column by column.

#include "core/ops/simd/clones.h"

#include <cstdint>

namespace plumbline::moments {

inline constexpr std::int64_t lanes = 16;

PLUMBLINE_INLINE double sum(const float* x, std::int64_t count) {
    double sums[lanes] = {};
    std::int64_t i = 0;
    for (; i + lanes <= count; i += lanes)
        for (std::int64_t l = 0; l < lanes; ++l)
            sums[l] += static_cast<double>(x[i + l]);
    for (; i < count; ++i)
        sums[0] += static_cast<double>(x[i]);
    double total = 0;
    for (const double s : sums)
        total += s;
    return total;
}

/// Of squared deviations from `mean`.
PLUMBLINE_INLINE double squares(const float* x, std::int64_t count, double mean) {
    double sums[lanes] = {};
    std::int64_t i = 0;
    for (; i + lanes <= count; i += lanes)
        for (std::int64_t l = 0; l < lanes; ++l) {
            const double d = static_cast<double>(x[i + l]) - mean;
            sums[l] += d * d;
        }
    for (; i < count; ++i) {
        const double d = static_cast<double>(x[i]) - mean;
        sums[0] += d * d;
    }
    double total = 0;
    for (const double s : sums)
        total += s;
    return total;
}

} // namespace plumbline::moments
