#include "core/ops/reduction/reduction.h"
#include "core/ops/support/element.h"
#include "core/ops/support/lines.h"
#include "core/ops/support/rule.h"

namespace plumbline {

namespace {

Result<std::vector<ValueType>> argShape(std::string_view op, const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, op, 1, 1));
    PLUMBLINE_CHECK(rule::numbers(context, op));
    const auto& x = context.input(0);
    PLUMBLINE_TRY(const auto axis, rule::axis(op, context.attributes.integer("axis"), x.shape.size()));
    if (x.shape[axis] == Dim(0))
        return rule::zeroSize(op, x.shape, axis, 0, "at least one element is needed there");
    rule::Types out{{DType::int64, x.shape}};
    if (context.attributes.integer("keepdims", 1) != 0)
        out[0].shape[axis] = Dim(1);
    else
        out[0].shape.erase(out[0].shape.begin() + static_cast<std::ptrdiff_t>(axis));
    return out;
}

Result<std::vector<Tensor>> argReference(const KernelContext& context, bool largest) {
    PLUMBLINE_TRY(auto out, element::allocate(context));
    const auto& x = context.input(0);
    PLUMBLINE_TRY(const auto axis, rule::axis("ArgMax", context.attributes.integer("axis"), x.rank()));
    const Lines lines(x.shape(), axis);
    const bool last = context.attributes.integer("select_last_index") != 0;
    return element::visitNumber(x.dtype(), [&](auto zero) -> Result<std::vector<Tensor>> {
        using T = decltype(zero);
        const auto* from = element::read<T>(x);
        auto* y = element::write<std::int64_t>(out);
        for (std::int64_t line = 0; line < lines.count(); ++line) {
            const auto first = lines.first(line);
            std::int64_t found = 0;
            auto best = element::widen(from[first]);
            for (std::int64_t i = 1; i < lines.length && best == best; ++i) {
                const auto value = element::widen(from[first + i * lines.inner]);
                if (value != value || (largest ? value > best : value < best) || (last && value == best)) {
                    best = value;
                    found = i;
                }
            }
            y[line] = found;
        }
        return element::one(std::move(out));
    });
}

} // namespace

Result<std::vector<ValueType>> argMaxShape(const ShapeContext& context) { return argShape("ArgMax", context); }
Result<std::vector<Tensor>> argMaxReference(const KernelContext& context) { return argReference(context, true); }
Result<std::vector<ValueType>> argMinShape(const ShapeContext& context) { return argShape("ArgMin", context); }
Result<std::vector<Tensor>> argMinReference(const KernelContext& context) { return argReference(context, false); }

std::vector<ElementOrigin> argOrigins(const DependencyContext& context) {
    const auto shape = *toShape(context.input(0).shape);
    const Lines lines(shape, *rule::axis("ArgMax", context.attributes.integer("axis"), shape.rank()));
    std::vector<ElementOrigin> out;
    for (std::int64_t i = 0; i < lines.length && out.size() < context.limit; ++i)
        out.push_back({0, lines.first(context.element) + i * lines.inner});
    return out;
}

} // namespace plumbline
