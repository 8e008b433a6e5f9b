#include "core/ops/elementwise/binary.h"

#include "core/ops/support/broadcast.h"
#include "core/ops/support/element.h"
#include "core/ops/support/rule.h"

#include <cmath>
#include <limits>

namespace plumbline {

Result<std::vector<ValueType>> arithmeticShape(std::string_view op, Arithmetic operation, const ShapeContext& context) {
    const bool variadic = operation == Arithmetic::max || operation == Arithmetic::min ||
                          operation == Arithmetic::sum || operation == Arithmetic::mean;
    PLUMBLINE_CHECK(rule::arity(context, op, variadic ? std::max<std::size_t>(1, context.inputs.size()) : 2,
                                variadic ? SIZE_MAX : 2));
    PLUMBLINE_CHECK(operation == Arithmetic::mean ? rule::floats(context, op) : rule::numbers(context, op));
    PLUMBLINE_CHECK(operation == Arithmetic::pow ? rule::numbers(context, op, 1)
                                                 : rule::sameType(context, op, 0, context.inputs.size() - 1));
    std::vector<const Dims*> operands;
    for (const auto* type : context.inputs)
        operands.push_back(&type->shape);
    PLUMBLINE_TRY(auto shape, broadcast::shapes(op, operands));
    if (operation == Arithmetic::prelu && shape.size() != operands[0]->size()) // the slope is stretched, never x
        return rule::conflict(op, "PRelu of {shape} has a slope of shape {slope}, with more axes than its input.",
                              {{"shape", dimsText(*operands[0])}, {"slope", dimsText(*operands[1])}},
                              "at most " + std::to_string(operands[0]->size()) + " axes", dimsText(*operands[1]));
    return rule::Types{{context.input(0).dtype, std::move(shape)}};
}

namespace {

double floating(Arithmetic operation, double a, double b) {
    switch (operation) {
    case Arithmetic::sub: return a - b;
    case Arithmetic::mul: return a * b;
    case Arithmetic::div: return a / b;
    case Arithmetic::fmod: return std::fmod(a, b);
    case Arithmetic::mod: { // the sign of the divisor, as Python's %
        const auto r = std::fmod(a, b);
        return r != 0 && (r < 0) != (b < 0) ? r + b : r;
    }
    case Arithmetic::pow: return std::pow(a, b);
    case Arithmetic::max: return a > b || a != a ? a : b;
    case Arithmetic::min: return a < b || a != a ? a : b;
    case Arithmetic::prelu: return a < 0 ? a * b : a;
    default: return a + b;
    }
}

template<class T> T integer(Arithmetic operation, T a, T b) {
    using U = std::make_unsigned_t<T>;
    const auto wrap = [](std::uint64_t value) { return static_cast<T>(static_cast<U>(value)); };
    const auto x = static_cast<std::uint64_t>(a), y = static_cast<std::uint64_t>(b);
    const bool minusOne = std::is_signed_v<T> && b == static_cast<T>(-1);
    switch (operation) {
    case Arithmetic::sub: return wrap(x - y);
    case Arithmetic::mul: return wrap(x * y);
    case Arithmetic::div: return b == T(0) ? T(0) : minusOne ? wrap(0 - x) : static_cast<T>(a / b);
    case Arithmetic::fmod: return b == T(0) || minusOne ? T(0) : static_cast<T>(a % b);
    case Arithmetic::mod: {
        if (b == T(0) || minusOne)
            return T(0);
        const auto r = static_cast<T>(a % b);
        return r != T(0) && (r < T(0)) != (b < T(0)) ? static_cast<T>(r + b) : r;
    }
    case Arithmetic::max: return std::max(a, b);
    case Arithmetic::min: return std::min(a, b);
    case Arithmetic::prelu: return a < T(0) ? wrap(x * y) : a;
    default: return wrap(x + y);
    }
}

template<class T> T integerPower(T base, std::int64_t exponent) {
    if (exponent < 0) // 1/base, rounded towards zero
        return base == T(1)                                        ? T(1)
               : std::is_signed_v<T> && base == static_cast<T>(-1) ? static_cast<T>(exponent % 2 ? -1 : 1)
                                                                   : T(0);
    std::uint64_t out = 1, square = static_cast<std::uint64_t>(base);
    for (; exponent; exponent >>= 1, square *= square)
        if (exponent & 1)
            out *= square;
    return static_cast<T>(static_cast<std::make_unsigned_t<T>>(out));
}

template<class T>
Result<std::vector<Tensor>> fold(Arithmetic operation, const KernelContext& context, TensorBuilder out) {
    const auto count = context.inputs.size();
    const auto elements = static_cast<std::size_t>(out.elements());
    // One accumulator an output element: a sum of many operands is rounded once.
    std::vector<element::Wide<T>> sums(elements);
    for (std::size_t k = 0; k < count; ++k) {
        const auto* x = element::read<T>(context.input(k));
        broadcast::forEach<1>(out.shape(), {broadcast::strides(context.input(k).shape(), out.shape())},
                              [&](std::int64_t i, const auto& offsets) {
                                  auto& sum = sums[static_cast<std::size_t>(i)];
                                  const auto value = element::widen(x[offsets[0]]);
                                  if (k == 0)
                                      sum = value;
                                  else if constexpr (element::isFloating<T>)
                                      sum = floating(operation, sum, value);
                                  else
                                      sum = integer(operation, sum, value);
                              });
    }
    auto* y = element::write<T>(out);
    for (std::size_t i = 0; i < elements; ++i)
        if constexpr (element::isFloating<T>)
            y[i] = element::narrow<T>(operation == Arithmetic::mean ? sums[i] / static_cast<double>(count) : sums[i]);
        else
            y[i] = sums[i];
    return element::one(std::move(out));
}

template<class T> Result<std::vector<Tensor>> power(const KernelContext& context, TensorBuilder out) {
    // The exponent has a type of its own; an integer base with a fractional exponent goes through double, as in ONNX
    // Runtime.
    const auto& base = context.input(0);
    const auto& exponent = context.input(1);
    PLUMBLINE_TRY(const auto exponents, exponent.cast(isFloat(exponent.dtype()) ? DType::float64 : DType::int64));
    auto* y = element::write<T>(out);
    broadcast::forEach<2>(
        out.shape(), {broadcast::strides(base.shape(), out.shape()), broadcast::strides(exponent.shape(), out.shape())},
        [&](std::int64_t i, const auto& offsets) {
            const auto a = element::widen(element::read<T>(base)[offsets[0]]);
            const bool whole = exponents.dtype() == DType::int64;
            const auto b = whole ? static_cast<double>(element::read<std::int64_t>(exponents)[offsets[1]])
                                 : element::read<double>(exponents)[offsets[1]];
            if constexpr (element::isFloating<T>)
                y[i] = element::narrow<T>(std::pow(a, b));
            else if (whole)
                y[i] = integerPower(a, element::read<std::int64_t>(exponents)[offsets[1]]);
            else {
                const auto p = std::pow(static_cast<double>(a), b);
                y[i] = p >= -0x1p63 && p < 0x1p63 ? static_cast<T>(static_cast<std::int64_t>(p))
                                                  : static_cast<T>(std::numeric_limits<std::int64_t>::min());
            }
        });
    return element::one(std::move(out));
}

} // namespace

Result<std::vector<Tensor>> arithmeticReference(Arithmetic operation, const KernelContext& context) {
    PLUMBLINE_TRY(auto out, element::allocate(context));
    if (operation == Arithmetic::mod && context.attributes.integer("fmod") != 0)
        operation = Arithmetic::fmod;
    return element::visitNumber(out.dtype(), [&](auto zero) -> Result<std::vector<Tensor>> {
        using T = decltype(zero);
        return operation == Arithmetic::pow ? power<T>(context, std::move(out))
                                            : fold<T>(operation, context, std::move(out));
    });
}

} // namespace plumbline
