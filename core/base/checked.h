#pragma once
// Arithmetic on sizes that come from files: an overflow is a value, never a wrap-around.

#include <cstdint>
#include <optional>
#include <span>

namespace plumbline {

inline std::optional<std::int64_t> checkedMultiply(std::int64_t a, std::int64_t b) {
    std::int64_t out;
    return __builtin_mul_overflow(a, b, &out) ? std::nullopt : std::optional(out);
}

inline std::optional<std::int64_t> checkedAdd(std::int64_t a, std::int64_t b) {
    std::int64_t out;
    return __builtin_add_overflow(a, b, &out) ? std::nullopt : std::optional(out);
}

/// The product of all extents; nothing where it overflows (the zeros left out, as NumPy has it: strides must fit too)
/// or an extent is negative. An empty list gives 1.
inline std::optional<std::int64_t> checkedProduct(std::span<const std::int64_t> extents) {
    std::int64_t product = 1;
    bool zero = false;
    for (const auto extent : extents) {
        if (extent < 0)
            return std::nullopt;
        if (extent == 0) {
            zero = true;
            continue;
        }
        const auto next = checkedMultiply(product, extent);
        if (!next)
            return std::nullopt;
        product = *next;
    }
    return zero ? 0 : product;
}

} // namespace plumbline
