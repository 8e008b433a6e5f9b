#include "core/ops/normalization/normalization.h"
#include "core/ops/support/broadcast.h"
#include "core/ops/support/element.h"
#include "core/ops/support/rule.h"

#include <cmath>

namespace plumbline {

Result<std::vector<ValueType>> layerNormalizationShape(const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, "LayerNormalization", 2, 3));
    PLUMBLINE_CHECK(rule::floats(context, "LayerNormalization"));
    PLUMBLINE_CHECK(rule::sameType(context, "LayerNormalization", 0, 2));
    const auto& x = context.input(0);
    PLUMBLINE_TRY(const auto axis,
                  rule::axis("LayerNormalization", context.attributes.integer("axis", -1), x.shape.size()));
    const Dims row(x.shape.begin() + static_cast<std::ptrdiff_t>(axis), x.shape.end());
    for (std::size_t i = 1; i < 3; ++i) {
        if (!context.has(i))
            continue;
        const auto& shape = context.input(i).shape;
        const auto whole = broadcast::shapes("LayerNormalization", std::array{&row, &shape});
        bool fits = whole && whole->size() == row.size();
        for (std::size_t k = 0; fits && k < row.size(); ++k)
            fits = (*whole)[k].mayEqual(row[k]);
        if (!fits)
            return rule::conflict("LayerNormalization",
                                  "LayerNormalization of {shape} from axis {axis} has a {role} of shape {found}.",
                                  {{"shape", dimsText(x.shape)},
                                   {"axis", static_cast<std::int64_t>(axis)},
                                   {"role", i == 1 ? "scale" : "bias"},
                                   {"found", dimsText(shape)}},
                                  dimsText(row), dimsText(shape));
    }
    return rule::Types{x};
}

static std::int64_t rowLength(const Attributes& attributes, const Shape& shape) {
    const auto axis = *rule::axis("LayerNormalization", attributes.integer("axis", -1), shape.rank());
    std::int64_t length = 1;
    for (std::size_t i = axis; i < shape.rank(); ++i)
        length *= shape[i];
    return length;
}

Result<std::vector<Tensor>> layerNormalizationReference(const KernelContext& context) {
    PLUMBLINE_TRY(auto out, element::allocate(context));
    const auto length = rowLength(context.attributes, out.shape());
    const auto axis = *rule::axis("LayerNormalization", context.attributes.integer("axis", -1), out.shape().rank());
    Shape row;
    for (std::size_t i = axis; i < out.shape().rank(); ++i)
        row.append(out.shape()[i]);
    const auto epsilon = context.attributes.number("epsilon", 1e-5);
    // Scale and bias as they stand in a row.
    const auto stretched = [&](std::size_t input, double otherwise) {
        std::vector<double> values(static_cast<std::size_t>(length), otherwise);
        if (context.has(input))
            broadcast::forEach<1>(row, {broadcast::strides(context.input(input).shape(), row)},
                                  [&](std::int64_t i, const auto& at) {
                                      values[static_cast<std::size_t>(i)] = context.input(input).flat(at[0]);
                                  });
        return values;
    };
    const auto scale = stretched(1, 1), bias = stretched(2, 0);
    return element::visitFloat(out.dtype(), [&](auto zero) -> Result<std::vector<Tensor>> {
        using T = decltype(zero);
        const auto* x = element::read<T>(context.input(0));
        auto* y = element::write<T>(out);
        for (std::int64_t at = 0; at < out.elements(); at += length) {
            double mean = 0, variance = 0;
            for (std::int64_t i = 0; i < length; ++i)
                mean += element::widen(x[at + i]);
            mean /= static_cast<double>(length);
            for (std::int64_t i = 0; i < length; ++i)
                variance += (element::widen(x[at + i]) - mean) * (element::widen(x[at + i]) - mean);
            const auto deviation = std::sqrt(variance / static_cast<double>(length) + epsilon);
            for (std::int64_t i = 0; i < length; ++i)
                y[at + i] = element::narrow<T>((element::widen(x[at + i]) - mean) / deviation *
                                                   scale[static_cast<std::size_t>(i)] +
                                               bias[static_cast<std::size_t>(i)]);
        }
        return element::one(std::move(out));
    });
}

std::vector<ElementOrigin> layerNormalizationOrigins(const DependencyContext& context) {
    const auto length = rowLength(context.attributes, *toShape(context.input(0).shape));
    const auto first = context.element / length * length;
    std::vector<ElementOrigin> out{{0, context.element}};
    for (std::size_t i = 1; i < 3; ++i)
        if (context.has(i) && toShape(context.input(i).shape)->elements() == length)
            out.push_back({i, context.element % length});
    for (std::int64_t i = 0; i < length && out.size() < context.limit; ++i)
        if (first + i != context.element)
            out.push_back({0, first + i});
    return out;
}

} // namespace plumbline
