#include "core/ops/reduction/reduction.h"
#include "core/ops/support/element.h"
#include "core/ops/support/lines.h"
#include "core/ops/support/rule.h"

namespace plumbline {

Result<std::vector<ValueType>> cumSumShape(const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, "CumSum", 2, 2));
    PLUMBLINE_CHECK(rule::numbers(context, "CumSum"));
    if (const auto axis = rule::integers(context, 1)) {
        if (axis->size() != 1)
            return rule::attributeError("CumSum", "axis", attributeText(*axis), "one number");
        PLUMBLINE_TRY(const auto normal, rule::axis("CumSum", axis->front(), context.input(0).shape.size()));
        static_cast<void>(normal);
    }
    return rule::Types{context.input(0)};
}

Result<std::vector<Tensor>> cumSumReference(const KernelContext& context) {
    PLUMBLINE_TRY(auto out, element::allocate(context));
    const auto& x = context.input(0);
    PLUMBLINE_TRY(const auto axis, rule::axis("CumSum", rule::integersOf(context.input(1)).at(0), x.rank()));
    const Lines lines(x.shape(), axis);
    const bool exclusive = context.attributes.integer("exclusive") != 0,
               reverse = context.attributes.integer("reverse") != 0;
    return element::visitNumber(x.dtype(), [&](auto zero) -> Result<std::vector<Tensor>> {
        using T = decltype(zero);
        using Sum = std::conditional_t<element::isFloating<T>, double, std::uint64_t>; // integers wrap
        const auto* from = element::read<T>(x);
        auto* y = element::write<T>(out);
        for (std::int64_t line = 0; line < lines.count(); ++line) {
            Sum sum = 0;
            for (std::int64_t k = 0; k < lines.length; ++k) {
                const auto i = lines.first(line) + (reverse ? lines.length - 1 - k : k) * lines.inner;
                const auto next = sum + static_cast<Sum>(element::widen(from[i]));
                y[i] = element::narrow<T>(static_cast<element::Wide<T>>(exclusive ? sum : next));
                sum = next;
            }
        }
        return element::one(std::move(out));
    });
}

std::vector<ElementOrigin> cumSumOrigins(const DependencyContext& context) {
    const auto shape = *toShape(context.input(0).shape);
    const auto given = rule::integers({context.attributes, context.inputs, context.constants}, 1);
    if (!given || given->empty())
        return {{0, context.element}};
    const Lines lines(shape, *rule::axis("CumSum", given->front(), shape.rank()));
    const bool exclusive = context.attributes.integer("exclusive") != 0,
               reverse = context.attributes.integer("reverse") != 0;
    const auto first = lines.first(lines.lineOf(context.element)), place = lines.placeOf(context.element);
    std::vector<ElementOrigin> out;
    for (std::int64_t k = 0; k < lines.length && out.size() < context.limit; ++k)
        if (k == place ? !exclusive : (k < place) != reverse)
            out.push_back({0, first + k * lines.inner});
    return out;
}

} // namespace plumbline
