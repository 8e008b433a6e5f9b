#pragma once
// Element types of tensors: NumPy's, and bfloat16.

#include <cstdint>
#include <optional>
#include <string_view>

namespace plumbline {

enum class DType : std::uint8_t {
    boolean,
    int8,
    uint8,
    int16,
    uint16,
    int32,
    uint32,
    int64,
    uint64,
    float16,
    bfloat16,
    float32,
    float64,
};

/// IEEE 754 binary16, stored as its bits.
struct Float16 {
    std::uint16_t bits = 0;
};
/// The upper half of a binary32, stored as its bits.
struct BFloat16 {
    std::uint16_t bits = 0;
};

std::size_t itemSize(DType dtype);                         ///< bytes of one element
std::string_view name(DType dtype);                        ///< NumPy's name: "float32", "bool"
std::string_view shortName(DType dtype);                   ///< for narrow places: "f32", "i64", "bool"
std::optional<DType> dtypeFromName(std::string_view name); ///< NumPy's and Keras's names

bool isFloat(DType dtype);
bool isInteger(DType dtype); ///< signed or unsigned; bool is neither integer nor float
bool isSigned(DType dtype);

float toFloat(Float16 value);
float toFloat(BFloat16 value);
Float16 toFloat16(float value);   ///< rounds to nearest even; keeps NaN and infinities
BFloat16 toBFloat16(float value); ///< rounds to nearest even; keeps NaN and infinities

/// Calls `f` with a value of the C++ type that stores `dtype` (bool as bool), and returns what it returns.
template<class F> decltype(auto) visitDType(DType dtype, F&& f) {
    switch (dtype) {
    case DType::boolean: return f(bool{});
    case DType::int8: return f(std::int8_t{});
    case DType::uint8: return f(std::uint8_t{});
    case DType::int16: return f(std::int16_t{});
    case DType::uint16: return f(std::uint16_t{});
    case DType::int32: return f(std::int32_t{});
    case DType::uint32: return f(std::uint32_t{});
    case DType::int64: return f(std::int64_t{});
    case DType::uint64: return f(std::uint64_t{});
    case DType::float16: return f(Float16{});
    case DType::bfloat16: return f(BFloat16{});
    case DType::float64: return f(double{});
    case DType::float32: break;
    }
    return f(float{});
}

template<class T> inline constexpr DType dtypeOf = DType::float32;
template<> inline constexpr DType dtypeOf<bool> = DType::boolean;
template<> inline constexpr DType dtypeOf<std::int8_t> = DType::int8;
template<> inline constexpr DType dtypeOf<std::uint8_t> = DType::uint8;
template<> inline constexpr DType dtypeOf<std::int16_t> = DType::int16;
template<> inline constexpr DType dtypeOf<std::uint16_t> = DType::uint16;
template<> inline constexpr DType dtypeOf<std::int32_t> = DType::int32;
template<> inline constexpr DType dtypeOf<std::uint32_t> = DType::uint32;
template<> inline constexpr DType dtypeOf<std::int64_t> = DType::int64;
template<> inline constexpr DType dtypeOf<std::uint64_t> = DType::uint64;
template<> inline constexpr DType dtypeOf<Float16> = DType::float16;
template<> inline constexpr DType dtypeOf<BFloat16> = DType::bfloat16;
template<> inline constexpr DType dtypeOf<double> = DType::float64;

/// One stored element as a double (64-bit integers above 2^53 round).
template<class T> double toDouble(T value) { return static_cast<double>(value); }
template<> inline double toDouble(Float16 value) { return toFloat(value); }
template<> inline double toDouble(BFloat16 value) { return toFloat(value); }

} // namespace plumbline
