#include "core/tensor/dtype.h"

#include <array>
#include <bit>

namespace plumbline {

namespace {

struct Row {
    DType dtype;
    std::string_view name;
    std::string_view shortName;
    std::uint8_t size;
};

constexpr std::array rows{
    Row{DType::boolean, "bool", "bool", 1},      Row{DType::int8, "int8", "i8", 1},
    Row{DType::uint8, "uint8", "u8", 1},         Row{DType::int16, "int16", "i16", 2},
    Row{DType::uint16, "uint16", "u16", 2},      Row{DType::int32, "int32", "i32", 4},
    Row{DType::uint32, "uint32", "u32", 4},      Row{DType::int64, "int64", "i64", 8},
    Row{DType::uint64, "uint64", "u64", 8},      Row{DType::float16, "float16", "f16", 2},
    Row{DType::bfloat16, "bfloat16", "bf16", 2}, Row{DType::float32, "float32", "f32", 4},
    Row{DType::float64, "float64", "f64", 8},
};

const Row& row(DType dtype) { return rows[static_cast<std::size_t>(dtype)]; }

} // namespace

std::size_t itemSize(DType dtype) { return row(dtype).size; }
std::string_view name(DType dtype) { return row(dtype).name; }
std::string_view shortName(DType dtype) { return row(dtype).shortName; }

std::optional<DType> dtypeFromName(std::string_view text) {
    for (const auto& r : rows)
        if (r.name == text)
            return r.dtype;
    if (text == "boolean")
        return DType::boolean;
    if (text == "half")
        return DType::float16;
    return std::nullopt;
}

bool isFloat(DType dtype) { return dtype >= DType::float16; }
bool isInteger(DType dtype) { return dtype > DType::boolean && dtype < DType::float16; }

bool isSigned(DType dtype) {
    return isFloat(dtype) || dtype == DType::int8 || dtype == DType::int16 || dtype == DType::int32 ||
           dtype == DType::int64;
}

float toFloat(BFloat16 value) { return std::bit_cast<float>(std::uint32_t{value.bits} << 16); }

BFloat16 toBFloat16(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    if ((bits & 0x7fffffffu) > 0x7f800000u)
        return {static_cast<std::uint16_t>((bits >> 16) | 0x40u)};
    return {static_cast<std::uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16)};
}

float toFloat(Float16 value) {
    const std::uint32_t sign = (value.bits & 0x8000u) << 16;
    const std::uint32_t exponent = (value.bits >> 10) & 0x1fu;
    const std::uint32_t mantissa = value.bits & 0x3ffu;
    if (exponent == 0x1f)
        return std::bit_cast<float>(sign | 0x7f800000u | (mantissa << 13));
    if (exponent == 0) { // zero or subnormal: mantissa * 2^-24 is exact in binary32
        const float magnitude = static_cast<float>(mantissa) * 0x1p-24f;
        return sign ? -magnitude : magnitude;
    }
    return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (mantissa << 13));
}

Float16 toFloat16(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000u);
    const std::uint32_t magnitude = bits & 0x7fffffffu;
    if (magnitude > 0x7f800000u)
        return {static_cast<std::uint16_t>(sign | 0x7e00u | ((magnitude >> 13) & 0x3ffu))};
    if (magnitude >= 0x477ff000u) // rounds to 65520 or above: infinity
        return {static_cast<std::uint16_t>(sign | 0x7c00u)};
    if (magnitude < 0x38800000u) { // subnormal half: adding 0.5 leaves the rounded mantissa in the low bits
        const float shifted = std::bit_cast<float>(magnitude) + 0.5f;
        return {static_cast<std::uint16_t>(sign | (std::bit_cast<std::uint32_t>(shifted) - 0x3f000000u))};
    }
    const std::uint32_t rounded = magnitude + 0xfffu + ((magnitude >> 13) & 1u) - 0x38000000u;
    return {static_cast<std::uint16_t>(sign | (rounded >> 13))};
}

} // namespace plumbline
