#pragma once
// Elements as the reference kernels compute with them: every floating-point type in double, rounded once to its own
// type at the end, so that a result is the exact one to half a unit in the last place (float16 and bfloat16 round
// through float32). Integers compute in their own type and wrap, as NumPy's do.

#include "core/ops/op.h"

#include <type_traits>

namespace plumbline::element {

template<class T>
inline constexpr bool isFloating =
    std::is_floating_point_v<T> || std::is_same_v<T, Float16> || std::is_same_v<T, BFloat16>;

template<class T> using Wide = std::conditional_t<isFloating<T>, double, T>;

template<class T> Wide<T> widen(T value) {
    if constexpr (isFloating<T>)
        return toDouble(value);
    else
        return value;
}

template<class T> T narrow(Wide<T> value) {
    if constexpr (std::is_same_v<T, Float16>)
        return toFloat16(static_cast<float>(value));
    else if constexpr (std::is_same_v<T, BFloat16>)
        return toBFloat16(static_cast<float>(value));
    else
        return static_cast<T>(value);
}

/// Calls `f` with a value of the C++ type. For other types an error: a shape rule should have refused them.
template<class F> auto visitFloat(DType dtype, F&& f) -> decltype(f(float{})) {
    switch (dtype) {
    case DType::float16: return f(Float16{});
    case DType::bfloat16: return f(BFloat16{});
    case DType::float32: return f(float{});
    case DType::float64: return f(double{});
    default: break;
    }
    return failure(ErrorCode::internal, "kernel.dtype", "A kernel for floating-point types was called on {dtype}.",
                   {{"dtype", std::string(name(dtype))}});
}

/// The same for all types but bool.
template<class F> auto visitNumber(DType dtype, F&& f) -> decltype(f(float{})) {
    if (dtype == DType::boolean)
        return failure(ErrorCode::internal, "kernel.dtype", "A kernel for numbers was called on bool.");
    return visitDType(dtype, [&](auto zero) -> decltype(f(float{})) {
        if constexpr (std::is_same_v<decltype(zero), bool>)
            return f(float{});
        else
            return f(zero);
    });
}

/// For kernels that only move elements: calls `f` with an unsigned integer of the type's size.
template<class F> auto visitSize(DType dtype, F&& f) {
    switch (itemSize(dtype)) {
    case 1: return f(std::uint8_t{});
    case 2: return f(std::uint16_t{});
    case 4: return f(std::uint32_t{});
    default: return f(std::uint64_t{});
    }
}

template<class T> const T* read(const Tensor& tensor) { return reinterpret_cast<const T*>(tensor.data()); }
template<class T> T* write(TensorBuilder& builder) { return reinterpret_cast<T*>(builder.data()); }

/// The memory of one output, of the type the shape rule gave.
inline Result<TensorBuilder> allocate(const KernelContext& context, std::size_t output = 0) {
    const auto& type = context.outputs[output];
    auto shape = toShape(type.shape);
    if (!shape)
        return failure(ErrorCode::internal, "kernel.unknown-shape",
                       "A kernel was called with the open output shape {shape}.", {{"shape", dimsText(type.shape)}});
    PLUMBLINE_TRY(const auto elements, shape->checkedElements());
    static_cast<void>(elements);
    return TensorBuilder::allocate(type.dtype, std::move(*shape));
}

inline std::vector<Tensor> one(TensorBuilder&& builder) {
    std::vector<Tensor> out;
    out.push_back(std::move(builder).build());
    return out;
}

} // namespace plumbline::element
