// Expand: the input stretched to input 1's shape by broadcasting, both ways. Tile: it repeated input 1's number of
// times an axis.

#include "core/base/checked.h"
#include "core/ops/shaping/mappedkernel.h"
#include "core/ops/shaping/shaping.h"
#include "core/ops/support/broadcast.h"
#include "core/ops/support/mapping.h"
#include "core/ops/support/rule.h"

#include <algorithm>

namespace plumbline {

static std::vector<ValueType> opened(const ValueType& type, std::size_t rank) {
    rule::Types out{{type.dtype, {}}};
    for (std::size_t i = 0; i < rank; ++i)
        out[0].shape.push_back(rule::unknownDim());
    return out;
}

Result<std::vector<ValueType>> expandShape(const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, "Expand", 2, 2));
    const auto& x = context.input(0);
    const auto target = rule::integers(context, 1);
    if (!target) {
        const auto& length = context.input(1).shape;
        const auto rank = length.size() == 1 ? length[0].known().value_or(0) : 0;
        return opened(x, std::max(x.shape.size(), static_cast<std::size_t>(std::clamp<std::int64_t>(rank, 0, 64))));
    }
    for (const auto extent : *target)
        if (extent < 0)
            return rule::attributeError("Expand", "a size of", std::to_string(extent), "0 or more");
    const Dims wanted(target->begin(), target->end());
    PLUMBLINE_TRY(auto shape, broadcast::shapes("Expand", std::array{&x.shape, &wanted}));
    return rule::Types{{x.dtype, std::move(shape)}};
}

static AxisMaps stretched(const Shape& input, const Shape& output) {
    AxisMaps maps(output.rank());
    const auto shift = output.rank() - input.rank();
    for (std::size_t axis = 0; axis < output.rank(); ++axis)
        for (std::int64_t i = 0; i < output[axis]; ++i)
            maps[axis].push_back(axis < shift || input[axis - shift] == 1 ? 0 : i);
    return maps;
}

static Shape ranked(const Shape& shape, std::size_t rank) {
    auto out = shape;
    while (out.rank() < rank)
        out.insert(0, 1);
    return out;
}

Result<std::vector<Tensor>> expandReference(const KernelContext& context) {
    const auto output = *toShape(context.outputs[0].shape);
    PLUMBLINE_TRY(const auto input, context.input(0).reshaped(ranked(context.input(0).shape(), output.rank())));
    return mapped(
        context, [&] { return stretched(input.shape(), output); }, input);
}

std::vector<ElementOrigin> expandOrigins(const DependencyContext& context) {
    return {{0, broadcast::originOf(context.element, *toShape(context.outputs[0].shape),
                                    *toShape(context.input(0).shape))}};
}

Result<std::vector<ValueType>> tileShape(const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, "Tile", 2, 2));
    const auto& x = context.input(0);
    const auto repeats = rule::integers(context, 1);
    if (!repeats)
        return opened(x, x.shape.size());
    if (repeats->size() != x.shape.size())
        return rule::conflict("Tile", "Tile repeats {count} axes by {repeats}; its input of shape {shape} has {rank}.",
                              {{"count", static_cast<std::int64_t>(repeats->size())},
                               {"repeats", attributeText(*repeats)},
                               {"shape", dimsText(x.shape)},
                               {"rank", static_cast<std::int64_t>(x.shape.size())}},
                              std::to_string(repeats->size()) + " axes", dimsText(x.shape));
    rule::Types out{x};
    for (std::size_t i = 0; i < repeats->size(); ++i) {
        if ((*repeats)[i] < 0)
            return rule::attributeError("Tile", "a count of", std::to_string((*repeats)[i]), "0 or more");
        auto& dim = out[0].shape[i];
        if (dim.isKnown() && !checkedMultiply(dim.extent(), (*repeats)[i]))
            return failure(ErrorCode::tooLarge, "element-overflow.tile", "Tile of {shape} by {repeats} overflows.",
                           {{"shape", dimsText(x.shape)}, {"repeats", attributeText(*repeats)}});
        dim = dim * Dim((*repeats)[i]);
    }
    return out;
}

static AxisMaps repeated(const Shape& input, const Shape& output) {
    AxisMaps maps(output.rank());
    for (std::size_t axis = 0; axis < output.rank(); ++axis)
        for (std::int64_t i = 0; i < output[axis]; ++i)
            maps[axis].push_back(i % input[axis]);
    return maps;
}

Result<std::vector<Tensor>> tileReference(const KernelContext& context) {
    return mapped(
        context, [&] { return repeated(context.input(0).shape(), *toShape(context.outputs[0].shape)); },
        context.input(0));
}

std::vector<ElementOrigin> tileOrigins(const DependencyContext& context) {
    const auto input = *toShape(context.input(0).shape);
    return {{0, mappedElement(repeated(input, *toShape(context.outputs[0].shape)), input, context.element)}};
}

// With no element to make there may still be a huge axis: no maps then.
std::unique_ptr<FastKernel> fastExpand(const FastKernelRequest& request) {
    const auto output = *toShape(request.outputs[0].shape);
    if (output.elements() == 0)
        return nullptr;
    return mappedKernel(request, stretched(*toShape(request.inputs[0]->shape), output));
}

std::unique_ptr<FastKernel> fastTile(const FastKernelRequest& request) {
    const auto output = *toShape(request.outputs[0].shape);
    if (output.elements() == 0)
        return nullptr;
    return mappedKernel(request, repeated(*toShape(request.inputs[0]->shape), output));
}

} // namespace plumbline
