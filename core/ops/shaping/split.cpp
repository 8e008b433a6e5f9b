#include "core/ops/shaping/shaping.h"
#include "core/ops/support/lines.h"
#include "core/ops/support/rule.h"

namespace plumbline {

Result<std::vector<ValueType>> splitShape(const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, "Split", 1, 2));
    const auto& x = context.input(0);
    PLUMBLINE_TRY(const auto axis, rule::axis("Split", context.attributes.integer("axis"), x.shape.size()));
    const auto& whole = x.shape[axis];
    Dims sizes;
    if (context.has(1)) {
        const auto given = rule::integers(context, 1);
        if (!given)
            return rule::attributeError("Split", "sizes", "computed in the graph", "a constant");
        std::int64_t sum = 0;
        for (const auto size : *given) {
            if (size < 0 || size > (std::int64_t{1} << 40))
                return rule::attributeError("Split", "a size of", std::to_string(size), "0 or more");
            sum += size;
            sizes.push_back(Dim(size));
        }
        if (!whole.mayEqual(Dim(sum)))
            return rule::conflict("Split", "Split of {shape} on axis {axis} has sizes {sizes}, {sum} together.",
                                  {{"shape", dimsText(x.shape)},
                                   {"axis", static_cast<std::int64_t>(axis)},
                                   {"sizes", attributeText(*given)},
                                   {"sum", sum}},
                                  std::to_string(sum) + " on axis " + std::to_string(axis), dimsText(x.shape));
    } else {
        const auto count = context.attributes.integer("num_outputs");
        if (count < 1 || count > 65536)
            return rule::attributeError("Split", "num_outputs", std::to_string(count), "1 or more");
        const auto part = ceilDivide(whole, Dim(count));
        for (std::int64_t i = 0; i + 1 < count; ++i)
            sizes.push_back(part);
        sizes.push_back(count == 1 ? whole : whole - part * Dim(count - 1));
        if (sizes.back().isKnown() && sizes.back().extent() < 0)
            return rule::zeroSize("Split", x.shape, axis, sizes.back().extent(),
                                  "at least " + std::to_string(count) + " are needed there");
    }
    rule::Types out(sizes.size(), x);
    for (std::size_t i = 0; i < sizes.size(); ++i)
        out[i].shape[axis] = sizes[i];
    return out;
}

Result<std::vector<Tensor>> splitReference(const KernelContext& context) {
    const auto& x = context.input(0);
    PLUMBLINE_TRY(const auto axis, rule::axis("Split", context.attributes.integer("axis"), x.rank()));
    std::vector<Tensor> out;
    std::int64_t at = 0;
    for (const auto& type : context.outputs) {
        const auto size = type.shape[axis].extent();
        PLUMBLINE_TRY(auto part, x.sliced(axis, at, size).contiguous());
        out.push_back(std::move(part));
        at += size;
    }
    return out;
}

std::vector<ElementOrigin> splitOrigins(const DependencyContext& context) {
    const auto input = *toShape(context.input(0).shape);
    const auto axis = *rule::axis("Split", context.attributes.integer("axis"), input.rank());
    std::int64_t before = 0;
    for (std::size_t i = 0; i < context.output; ++i)
        before += context.outputs[i].shape[axis].known().value_or(0);
    const Lines part(*toShape(context.outputs[context.output].shape), axis), whole(input, axis);
    const auto line = part.lineOf(context.element);
    return {{0, whole.first(line) + (before + part.placeOf(context.element)) * whole.inner}};
}

} // namespace plumbline
