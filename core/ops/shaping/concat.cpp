// Concat: the inputs one after the other along `axis`.

#include "core/ops/shaping/shaping.h"
#include "core/ops/support/element.h"
#include "core/ops/support/rule.h"

#include <cstring>

namespace plumbline {

Result<std::vector<ValueType>> concatShape(const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, "Concat", std::max<std::size_t>(1, context.inputs.size()), SIZE_MAX));
    PLUMBLINE_CHECK(rule::sameType(context, "Concat", 0, context.inputs.size() - 1));
    auto shape = context.input(0).shape;
    PLUMBLINE_TRY(const auto axis, rule::axis("Concat", context.attributes.integer("axis"), shape.size()));
    for (std::size_t i = 1; i < context.inputs.size(); ++i) {
        const auto& next = context.input(i).shape;
        bool fits = next.size() == shape.size();
        for (std::size_t k = 0; fits && k < shape.size(); ++k)
            fits = k == axis || shape[k].mayEqual(next[k]);
        if (!fits)
            return rule::conflict(
                "Concat", "Concat on axis {axis} cannot join {first} and {second}: all other axes must be equal.",
                {{"axis", static_cast<std::int64_t>(axis)},
                 {"first", dimsText(context.input(0).shape)},
                 {"second", dimsText(next)}},
                "shapes equal but for axis " + std::to_string(axis),
                dimsText(context.input(0).shape) + " and " + dimsText(next));
        for (std::size_t k = 0; k < shape.size(); ++k)
            shape[k] = k == axis ? shape[k] + next[k] : rule::agreed(shape[k], next[k]);
    }
    return rule::Types{{context.input(0).dtype, std::move(shape)}};
}

Result<std::vector<Tensor>> concatReference(const KernelContext& context) {
    PLUMBLINE_TRY(auto out, element::allocate(context));
    if (out.elements() == 0)
        return element::one(std::move(out));
    PLUMBLINE_TRY(const auto axis, rule::axis("Concat", context.attributes.integer("axis"), out.shape().rank()));
    std::size_t outer = 1;
    for (std::size_t i = 0; i < axis; ++i)
        outer *= static_cast<std::size_t>(out.shape()[i]);
    auto* to = out.data();
    for (std::size_t o = 0; o < outer; ++o)
        for (const auto& input : context.inputs) {
            const auto run = input.bytes() / outer;
            if (run > 0)
                std::memcpy(to, input.data() + o * run, run);
            to += run;
        }
    return element::one(std::move(out));
}

std::vector<ElementOrigin> concatOrigins(const DependencyContext& context) {
    const auto output = *toShape(context.outputs[0].shape);
    const auto axis = *rule::axis("Concat", context.attributes.integer("axis"), output.rank());
    auto index = unflatten(context.element, output);
    for (std::size_t i = 0; i < context.inputs.size(); ++i) {
        const auto input = *toShape(context.input(i).shape);
        if (index[axis] >= input[axis]) {
            index[axis] -= input[axis];
            continue;
        }
        std::int64_t element = 0;
        for (std::size_t k = 0; k < index.size(); ++k)
            element = element * input[k] + index[k];
        return {{i, element}};
    }
    return {};
}

} // namespace plumbline
