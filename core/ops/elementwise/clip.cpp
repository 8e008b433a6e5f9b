#include "core/ops/elementwise/clip.h"

#include "core/ops/support/element.h"
#include "core/ops/support/rule.h"

namespace plumbline {

Result<std::vector<ValueType>> clipShape(const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, "Clip", 1, 3));
    PLUMBLINE_CHECK(rule::numbers(context, "Clip"));
    PLUMBLINE_CHECK(rule::sameType(context, "Clip", 0, 2));
    for (std::size_t i = 1; i < 3; ++i)
        if (context.has(i))
            for (const auto& dim : context.input(i).shape)
                if (!dim.mayEqual(Dim(1)))
                    return rule::conflict("Clip", "Clip has a bound of shape {shape}; it takes a scalar.",
                                          {{"shape", dimsText(context.input(i).shape)}}, "a scalar",
                                          dimsText(context.input(i).shape));
    return rule::Types{context.input(0)};
}

Result<std::vector<Tensor>> clipReference(const KernelContext& context) {
    PLUMBLINE_TRY(auto out, element::allocate(context));
    return element::visitNumber(out.dtype(), [&](auto zero) -> Result<std::vector<Tensor>> {
        using T = decltype(zero);
        const auto bound = [&](std::size_t i) {
            return context.has(i) ? std::optional(element::widen(*element::read<T>(context.input(i)))) : std::nullopt;
        };
        const auto low = bound(1), high = bound(2);
        const auto* x = element::read<T>(context.input(0));
        auto* y = element::write<T>(out);
        for (std::int64_t i = 0; i < out.elements(); ++i) {
            auto value = element::widen(x[i]);
            // A bound that is NaN is kept, as numpy.clip does; the comparisons leave a NaN in `value` alone.
            if (low && (value < *low || *low != *low))
                value = *low;
            if (high && (value > *high || *high != *high))
                value = *high;
            y[i] = element::narrow<T>(value);
        }
        return element::one(std::move(out));
    });
}

std::vector<ElementOrigin> clipOrigins(const DependencyContext& context) {
    std::vector<ElementOrigin> out{{0, context.element}};
    for (std::size_t i = 1; i < 3; ++i)
        if (context.has(i))
            out.push_back({i, 0});
    return out;
}

} // namespace plumbline
