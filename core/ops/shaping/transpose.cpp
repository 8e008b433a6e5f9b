// Transpose: axis i of the output is axis perm[i] of the input; without perm the axes are reversed.

#include "core/ops/shaping/shaping.h"
#include "core/ops/support/rule.h"

namespace plumbline {

static std::vector<std::int64_t> permutation(const Attributes& attributes, std::size_t rank) {
    auto perm = attributes.integers("perm");
    if (perm.empty())
        for (std::size_t i = rank; i-- > 0;)
            perm.push_back(static_cast<std::int64_t>(i));
    return perm;
}

Result<std::vector<ValueType>> transposeShape(const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, "Transpose", 1, 1));
    const auto& x = context.input(0);
    const auto perm = permutation(context.attributes, x.shape.size());
    if (perm.size() != x.shape.size())
        return rule::conflict("Transpose",
                              "Transpose orders {count} axes by {perm}; its input of shape {shape} has {rank}.",
                              {{"count", static_cast<std::int64_t>(perm.size())},
                               {"perm", attributeText(perm)},
                               {"shape", dimsText(x.shape)},
                               {"rank", static_cast<std::int64_t>(x.shape.size())}},
                              std::to_string(perm.size()) + " axes", dimsText(x.shape));
    PLUMBLINE_TRY(const auto order, rule::axes("Transpose", perm, x.shape.size()));
    Dims out;
    for (const auto axis : order)
        out.push_back(x.shape[axis]);
    return rule::Types{{x.dtype, std::move(out)}};
}

Result<std::vector<Tensor>> transposeReference(const KernelContext& context) {
    const auto& x = context.input(0);
    PLUMBLINE_TRY(const auto order, rule::axes("Transpose", permutation(context.attributes, x.rank()), x.rank()));
    PLUMBLINE_TRY(auto out, x.transposed(order).contiguous());
    return std::vector<Tensor>{std::move(out)};
}

std::vector<ElementOrigin> transposeOrigins(const DependencyContext& context) {
    const auto input = *toShape(context.input(0).shape), output = *toShape(context.outputs[0].shape);
    const auto order = permutation(context.attributes, input.rank());
    const auto index = unflatten(context.element, output);
    const auto strides = denseStrides(input, DType::uint8); // one byte an element: strides in elements
    std::int64_t element = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const auto axis = order[i] < 0 ? order[i] + static_cast<std::int64_t>(order.size()) : order[i];
        element += index[i] * strides[static_cast<std::size_t>(axis)];
    }
    return {{0, element}};
}

} // namespace plumbline
