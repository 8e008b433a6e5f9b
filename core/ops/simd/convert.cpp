#include "core/ops/simd/convert.h"

#include "core/ops/simd/clones.h"

#include <algorithm>
#include <bit>

namespace plumbline::simd {

namespace {

constexpr std::int64_t block = 1 << 13;
constexpr std::int64_t parallelBlocks = 8;

PLUMBLINE_INLINE float wideHalf(std::uint16_t half) {
    const std::uint32_t sign = (half & 0x8000u) << 16, magnitude = half & 0x7fffu;
    // Shifted into place the number is 2^-112 times itself, subnormals included.
    const auto finite = std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude << 13) * 0x1p112f);
    const auto bits = magnitude >= 0x7c00u ? (magnitude << 13) | 0x7f800000u : finite;
    return std::bit_cast<float>(sign | bits);
}

PLUMBLINE_INLINE std::uint16_t narrowHalf(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t sign = (bits >> 16) & 0x8000u, magnitude = bits & 0x7fffffffu;
    const auto normal = (magnitude + 0xfffu + ((magnitude >> 13) & 1u) - 0x38000000u) >> 13;
    // Adding 0.5 leaves the rounded mantissa of a subnormal half in the low bits.
    const auto subnormal = std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude) + 0.5f) - 0x3f000000u;
    auto out = magnitude < 0x38800000u ? subnormal : normal;
    out = magnitude >= 0x477ff000u ? 0x7c00u : out; // 65520 and above
    out = magnitude > 0x7f800000u ? 0x7e00u | ((magnitude >> 13) & 0x3ffu) : out;
    return static_cast<std::uint16_t>(sign | out);
}

PLUMBLINE_INLINE float wideBrain(std::uint16_t brain) { return std::bit_cast<float>(std::uint32_t{brain} << 16); }

PLUMBLINE_INLINE std::uint16_t narrowBrain(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const auto rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
    return static_cast<std::uint16_t>((bits & 0x7fffffffu) > 0x7f800000u ? (bits >> 16) | 0x40u : rounded);
}

#define PLUMBLINE_CONVERT(name, From, To, function)                                                                    \
    PLUMBLINE_CLONES void name(const From* from, To* to, std::int64_t count) {                                         \
        for (std::int64_t i = 0; i < count; ++i)                                                                       \
            to[i] = function(from[i]);                                                                                 \
    }
PLUMBLINE_CONVERT(widenHalves, std::uint16_t, float, wideHalf)
PLUMBLINE_CONVERT(widenBrains, std::uint16_t, float, wideBrain)
PLUMBLINE_CONVERT(narrowHalves, float, std::uint16_t, narrowHalf)
PLUMBLINE_CONVERT(narrowBrains, float, std::uint16_t, narrowBrain)
#undef PLUMBLINE_CONVERT

template<class From, class To>
void inBlocks(void (*convert)(const From*, To*, std::int64_t), const From* from, To* to, std::int64_t count) {
    const auto blocks = (count + block - 1) / block;
#pragma omp parallel for if (blocks >= parallelBlocks) schedule(static)
    for (std::int64_t b = 0; b < blocks; ++b)
        convert(from + b * block, to + b * block, std::min(block, count - b * block));
}

} // namespace

void widen(DType dtype, const std::byte* from, float* to, std::int64_t count) {
    inBlocks(dtype == DType::float16 ? widenHalves : widenBrains, reinterpret_cast<const std::uint16_t*>(from), to,
             count);
}

void narrow(DType dtype, const float* from, std::byte* to, std::int64_t count) {
    inBlocks(dtype == DType::float16 ? narrowHalves : narrowBrains, from, reinterpret_cast<std::uint16_t*>(to), count);
}

} // namespace plumbline::simd
