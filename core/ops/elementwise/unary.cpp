#include "core/ops/elementwise/unary.h"

#include "core/ops/support/element.h"
#include "core/ops/support/rule.h"

namespace plumbline {

Result<std::vector<ValueType>> unaryShape(const UnaryFunction& function, const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, function.op, 1, 1));
    PLUMBLINE_CHECK(function.integer == IntegerUnary::none ? rule::floats(context, function.op)
                                                           : rule::numbers(context, function.op));
    return rule::Types{context.input(0)};
}

/// Wraps at the type's ends, as NumPy does: the negative of the lowest int8 is itself.
template<class T> static T integerUnary(IntegerUnary operation, T x) {
    using U = std::make_unsigned_t<T>;
    const auto negated = static_cast<T>(U(0) - static_cast<U>(x));
    const bool negative = std::is_signed_v<T> && x < T(0);
    switch (operation) {
    case IntegerUnary::relu: return negative ? T(0) : x;
    case IntegerUnary::absolute: return negative ? negated : x;
    case IntegerUnary::negate: return negated;
    case IntegerUnary::sign: return negative ? static_cast<T>(-1) : static_cast<T>(x != T(0));
    case IntegerUnary::none: break;
    }
    return x;
}

Result<std::vector<Tensor>> unaryReference(const UnaryFunction& function, const KernelContext& context) {
    PLUMBLINE_TRY(auto out, element::allocate(context));
    const auto [alpha, beta] = parametersOf(function, context.attributes);
    return element::visitNumber(out.dtype(), [&](auto zero) -> Result<std::vector<Tensor>> {
        using T = decltype(zero);
        const auto* x = element::read<T>(context.input(0));
        auto* y = element::write<T>(out);
        for (std::int64_t i = 0; i < out.elements(); ++i)
            if constexpr (element::isFloating<T>)
                y[i] = element::narrow<T>(function.apply(element::widen(x[i]), alpha, beta));
            else
                y[i] = integerUnary(function.integer, x[i]);
        return element::one(std::move(out));
    });
}

} // namespace plumbline
