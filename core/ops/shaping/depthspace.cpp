// DepthToSpace and SpaceToDepth: blocks of channels become blocks of pixels and back. `blocksize`; `mode` DCR
// (TensorFlow's order) or CRD of DepthToSpace; channels_last. Each is a reshape to six axes, a transposition and a
// reshape.

#include "core/ops/shaping/shaping.h"
#include "core/ops/support/rule.h"
#include "core/ops/support/spatial.h"

#include <array>

namespace plumbline {

namespace {

struct Blocks {
    Shape apart;                      ///< the input as six axes
    std::array<std::size_t, 6> order; ///< of those in the output
};

Blocks depthToSpace(const Attributes& attributes, const Shape& x) {
    const auto b = attributes.integer("blocksize");
    const bool crd = attributes.text("mode", "DCR") == "CRD";
    if (attributes.integer("channels_last") != 0) {
        const auto c = x[3] / (b * b);
        return crd ? Blocks{{x[0], x[1], x[2], c, b, b}, {0, 1, 4, 2, 5, 3}}
                   : Blocks{{x[0], x[1], x[2], b, b, c}, {0, 1, 3, 2, 4, 5}};
    }
    const auto c = x[1] / (b * b);
    return crd ? Blocks{{x[0], c, b, b, x[2], x[3]}, {0, 1, 4, 2, 5, 3}}
               : Blocks{{x[0], b, b, c, x[2], x[3]}, {0, 3, 4, 1, 5, 2}};
}

Blocks spaceToDepth(const Attributes& attributes, const Shape& x) {
    const auto b = attributes.integer("blocksize");
    if (attributes.integer("channels_last") != 0)
        return {{x[0], x[1] / b, b, x[2] / b, b, x[3]}, {0, 1, 3, 2, 4, 5}};
    return {{x[0], x[1], x[2] / b, b, x[3] / b, b}, {0, 3, 5, 1, 2, 4}};
}

Result<std::vector<Tensor>> moved(const Blocks& blocks, const KernelContext& context) {
    PLUMBLINE_TRY(const auto apart, context.input(0).reshaped(blocks.apart));
    PLUMBLINE_TRY(const auto dense, apart.transposed(blocks.order).contiguous());
    PLUMBLINE_TRY(auto out, dense.reshaped(*toShape(context.outputs[0].shape)));
    return std::vector<Tensor>{std::move(out)};
}

std::vector<ElementOrigin> origins(const Blocks& blocks, std::int64_t element) {
    Shape output;
    for (const auto axis : blocks.order)
        output.append(blocks.apart[axis]);
    const auto index = unflatten(element, output);
    std::array<std::int64_t, 6> at{};
    for (std::size_t i = 0; i < 6; ++i)
        at[blocks.order[i]] = index[i];
    std::int64_t out = 0;
    for (std::size_t i = 0; i < 6; ++i)
        out = out * blocks.apart[i] + at[i];
    return {{0, out}};
}

Result<std::int64_t> blockSize(std::string_view op, const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, op, 1, 1));
    const auto b = context.attributes.integer("blocksize");
    if (b < 1 || b > 65536)
        return rule::attributeError(op, "blocksize", std::to_string(b), "1 to 65536");
    if (context.input(0).shape.size() != 4)
        return rule::conflict(op, "{op} got an input of shape {shape}; it needs 4 axes.",
                              {{"op", std::string(op)}, {"shape", dimsText(context.input(0).shape)}}, "4 axes",
                              dimsText(context.input(0).shape));
    return b;
}

std::unexpected<Error> indivisible(std::string_view op, const Dims& shape, std::size_t axis, std::int64_t divisor) {
    return rule::conflict(
        op, "{op} of an input of shape {shape} needs a multiple of {divisor} on axis {axis}, not {found}.",
        {{"op", std::string(op)},
         {"shape", dimsText(shape)},
         {"divisor", divisor},
         {"axis", static_cast<std::int64_t>(axis)},
         {"found", shape[axis].text()}},
        "a multiple of " + std::to_string(divisor) + " on axis " + std::to_string(axis), dimsText(shape));
}

} // namespace

Result<std::vector<ValueType>> depthToSpaceShape(const ShapeContext& context) {
    PLUMBLINE_TRY(const auto b, blockSize("DepthToSpace", context));
    const auto& x = context.input(0);
    const auto layout = spatial::layoutOf(context.attributes, 4);
    const auto& channels = x.shape[layout.channelAxis()];
    if (channels.isKnown() && channels.extent() % (b * b) != 0)
        return indivisible("DepthToSpace", x.shape, layout.channelAxis(), b * b);
    auto extents = layout.spatialOf(x.shape);
    for (auto& extent : extents)
        extent = extent * Dim(b);
    return rule::Types{{x.dtype, layout.join(x.shape[0], floorDivide(channels, Dim(b * b)), extents)}};
}

Result<std::vector<ValueType>> spaceToDepthShape(const ShapeContext& context) {
    PLUMBLINE_TRY(const auto b, blockSize("SpaceToDepth", context));
    const auto& x = context.input(0);
    const auto layout = spatial::layoutOf(context.attributes, 4);
    auto extents = layout.spatialOf(x.shape);
    for (std::size_t i = 0; i < extents.size(); ++i) {
        if (extents[i].isKnown() && extents[i].extent() % b != 0)
            return indivisible("SpaceToDepth", x.shape, layout.spatialAxis(i), b);
        extents[i] = floorDivide(extents[i], Dim(b));
    }
    return rule::Types{{x.dtype, layout.join(x.shape[0], x.shape[layout.channelAxis()] * Dim(b * b), extents)}};
}

Result<std::vector<Tensor>> depthToSpaceReference(const KernelContext& context) {
    return moved(depthToSpace(context.attributes, context.input(0).shape()), context);
}
Result<std::vector<Tensor>> spaceToDepthReference(const KernelContext& context) {
    return moved(spaceToDepth(context.attributes, context.input(0).shape()), context);
}
std::vector<ElementOrigin> depthToSpaceOrigins(const DependencyContext& context) {
    return origins(depthToSpace(context.attributes, *toShape(context.input(0).shape)), context.element);
}
std::vector<ElementOrigin> spaceToDepthOrigins(const DependencyContext& context) {
    return origins(spaceToDepth(context.attributes, *toShape(context.input(0).shape)), context.element);
}

} // namespace plumbline
