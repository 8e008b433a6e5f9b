#include "core/ops/normalization/normalization.h"
#include "core/ops/support/element.h"
#include "core/ops/support/lines.h"
#include "core/ops/support/rule.h"

#include <cmath>
#include <limits>

namespace plumbline {

namespace {

Result<std::vector<ValueType>> shapeOf(std::string_view op, const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, op, 1, 1));
    PLUMBLINE_CHECK(rule::floats(context, op));
    PLUMBLINE_TRY(const auto axis,
                  rule::axis(op, context.attributes.integer("axis", -1), context.input(0).shape.size()));
    static_cast<void>(axis);
    return rule::Types{context.input(0)};
}

Lines linesOf(const Attributes& attributes, const Shape& shape) {
    return Lines(shape, *rule::axis("Softmax", attributes.integer("axis", -1), shape.rank()));
}

Result<std::vector<Tensor>> normalise(const KernelContext& context, bool logarithm) {
    PLUMBLINE_TRY(auto out, element::allocate(context));
    const auto lines = linesOf(context.attributes, out.shape());
    return element::visitFloat(out.dtype(), [&](auto zero) -> Result<std::vector<Tensor>> {
        using T = decltype(zero);
        const auto* x = element::read<T>(context.input(0));
        auto* y = element::write<T>(out);
        for (std::int64_t line = 0; line < lines.count(); ++line) {
            const auto first = lines.first(line), end = first + lines.length * lines.inner;
            double most = -std::numeric_limits<double>::infinity(), sum = 0;
            for (auto i = first; i < end; i += lines.inner)
                most = std::max(most, element::widen(x[i])); // a NaN comes in through the sum
            for (auto i = first; i < end; i += lines.inner)
                sum += std::exp(element::widen(x[i]) - most);
            for (auto i = first; i < end; i += lines.inner) {
                const auto value = element::widen(x[i]) - most;
                y[i] = element::narrow<T>(logarithm ? value - std::log(sum) : std::exp(value) / sum);
            }
        }
        return element::one(std::move(out));
    });
}

} // namespace

Result<std::vector<ValueType>> softmaxShape(const ShapeContext& context) { return shapeOf("Softmax", context); }
Result<std::vector<Tensor>> softmaxReference(const KernelContext& context) { return normalise(context, false); }
Result<std::vector<ValueType>> logSoftmaxShape(const ShapeContext& context) { return shapeOf("LogSoftmax", context); }
Result<std::vector<Tensor>> logSoftmaxReference(const KernelContext& context) { return normalise(context, true); }

std::vector<ElementOrigin> softmaxOrigins(const DependencyContext& context) {
    const auto lines = linesOf(context.attributes, *toShape(context.input(0).shape));
    const auto first = lines.first(lines.lineOf(context.element));
    std::vector<ElementOrigin> out{{0, context.element}};
    for (std::int64_t i = 0; i < lines.length && out.size() < context.limit; ++i)
        if (first + i * lines.inner != context.element)
            out.push_back({0, first + i * lines.inner});
    return out;
}

} // namespace plumbline
