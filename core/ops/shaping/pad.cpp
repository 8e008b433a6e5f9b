#include "core/ops/shaping/mappedkernel.h"
#include "core/ops/shaping/shaping.h"
#include "core/ops/support/mapping.h"
#include "core/ops/support/rule.h"

namespace plumbline {

namespace {

struct Padding {
    std::vector<std::int64_t> begin, end; ///< one an axis of the data
};

Result<Padding> paddingOf(const std::vector<std::int64_t>& pads, const std::optional<std::vector<std::int64_t>>& listed,
                          std::size_t rank) {
    std::vector<std::size_t> axes;
    if (listed) {
        PLUMBLINE_TRY(axes, rule::axes("Pad", *listed, rank));
    } else
        for (std::size_t i = 0; i < rank; ++i)
            axes.push_back(i);
    constexpr auto most = std::int64_t{1} << 40;
    if (pads.size() != 2 * axes.size() ||
        std::any_of(pads.begin(), pads.end(), [](std::int64_t p) { return p < -most || p > most; }))
        return rule::attributeError("Pad", "pads", attributeText(pads), std::to_string(2 * axes.size()) + " numbers");
    Padding out{std::vector<std::int64_t>(rank, 0), std::vector<std::int64_t>(rank, 0)};
    for (std::size_t i = 0; i < axes.size(); ++i) {
        out.begin[axes[i]] = pads[i];
        out.end[axes[i]] = pads[axes.size() + i];
    }
    return out;
}

std::int64_t modulo(std::int64_t a, std::int64_t b) { return (a % b + b) % b; }

/// The input index that output index `i` reads: a position outside the input is mapped back by the mode.
std::int64_t source(std::int64_t i, std::int64_t extent, const std::string& mode) {
    if (i >= 0 && i < extent)
        return i;
    if (extent == 0 || mode == "constant" || mode.empty())
        return -1;
    if (mode == "edge")
        return i < 0 ? 0 : extent - 1;
    if (mode == "wrap")
        return modulo(i, extent);
    if (extent == 1)
        return 0;
    const auto period = 2 * (extent - 1); // reflect: the border is not repeated
    const auto phase = modulo(i, period);
    return phase < extent ? phase : period - phase;
}

AxisMaps mapsOf(const Padding& padding, const Shape& input, const std::string& mode) {
    AxisMaps maps;
    for (std::size_t axis = 0; axis < input.rank(); ++axis) {
        auto& map = maps.emplace_back();
        for (auto i = -padding.begin[axis]; i < input[axis] + padding.end[axis]; ++i)
            map.push_back(source(i, input[axis], mode));
    }
    return maps;
}

std::optional<std::vector<std::int64_t>> integersAt(const KernelContext& context, std::size_t input) {
    return context.has(input) ? std::optional(rule::integersOf(context.input(input))) : std::nullopt;
}

} // namespace

Result<std::vector<ValueType>> padShape(const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, "Pad", 2, 4));
    const auto& x = context.input(0);
    const auto mode = context.attributes.text("mode", "constant");
    if (mode != "constant" && mode != "reflect" && mode != "edge" && mode != "wrap")
        return rule::attributeError("Pad", "mode", mode, "one of constant, reflect, edge and wrap");
    if (context.has(2) && context.input(2).dtype != x.dtype)
        return rule::attributeError("Pad", "a value of type", std::string(name(context.input(2).dtype)),
                                    std::string(name(x.dtype)));
    const auto pads = rule::integers(context, 1), axes = rule::integers(context, 3);
    rule::Types out{x};
    if (!pads || (context.has(3) && !axes)) {
        for (auto& dim : out[0].shape)
            dim = rule::unknownDim();
        return out;
    }
    PLUMBLINE_TRY(const auto padding, paddingOf(*pads, axes, x.shape.size()));
    for (std::size_t i = 0; i < x.shape.size(); ++i) {
        auto& dim = out[0].shape[i];
        const auto added = padding.begin[i] + padding.end[i];
        dim = dim + Dim(added);
        if (dim.isKnown() && dim.extent() < 1 && added < 0)
            return rule::zeroSize("Pad", x.shape, i, dim.extent(),
                                  "at least " + std::to_string(1 - added) + " are needed there to cut off " +
                                      std::to_string(-added));
        if (mode != "constant" && added > 0 && x.shape[i] == Dim(0))
            return rule::zeroSize("Pad", x.shape, i, 0, "mode " + mode + " needs an element to repeat");
    }
    return out;
}

Result<std::vector<Tensor>> padReference(const KernelContext& context) {
    const auto& x = context.input(0);
    PLUMBLINE_TRY(const auto padding, paddingOf(rule::integersOf(context.input(1)), integersAt(context, 3), x.rank()));
    return mapped(
        context, [&] { return mapsOf(padding, x.shape(), context.attributes.text("mode", "constant")); }, x,
        context.has(2) ? context.input(2).data() : nullptr);
}

std::vector<ElementOrigin> padOrigins(const DependencyContext& context) {
    const ShapeContext known{context.attributes, context.inputs, context.constants};
    const auto pads = rule::integers(known, 1);
    const auto input = *toShape(context.input(0).shape);
    const auto padding = pads ? paddingOf(*pads, rule::integers(known, 3), input.rank()) : Result<Padding>{Padding{}};
    if (!pads || !padding)
        return {};
    const auto from =
        mappedElement(mapsOf(*padding, input, context.attributes.text("mode", "constant")), input, context.element);
    if (from >= 0)
        return {{0, from}};
    return context.has(2) ? std::vector<ElementOrigin>{{2, 0}} : std::vector<ElementOrigin>{};
}

std::unique_ptr<FastKernel> fastPad(const FastKernelRequest& request) {
    const ShapeContext known{request.attributes, request.inputs, request.constants};
    const auto pads = rule::integers(known, 1), axes = rule::integers(known, 3);
    if (!pads || (known.has(3) && !axes))
        return nullptr;
    const auto input = *toShape(request.inputs[0]->shape);
    const auto padding = paddingOf(*pads, axes, input.rank());
    if (!padding || toShape(request.outputs[0].shape)->elements() == 0)
        return nullptr;
    return mappedKernel(request, mapsOf(*padding, input, request.attributes.text("mode", "constant")),
                        known.has(2) ? 2 : 0);
}

} // namespace plumbline
