// ConvTranspose: x (n, C, s…) or channels last, weights (C, M/group, k…), bias (M,).

#include "core/ops/linear/linear.h"
#include "core/ops/linear/windowsum.h"
#include "core/ops/support/rule.h"

namespace plumbline {

Result<std::vector<ValueType>> convTransposeShape(const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, "ConvTranspose", 2, 3));
    PLUMBLINE_CHECK(rule::floats(context, "ConvTranspose"));
    PLUMBLINE_CHECK(rule::sameType(context, "ConvTranspose", 0, 2));
    const auto &x = context.input(0).shape, &w = context.input(1).shape;
    const auto weight = toShape(w);
    if (w.size() < 3 || !weight)
        return rule::conflict("ConvTranspose",
                              "ConvTranspose has weights of shape {weights}; (channels, filters, kernel…) is accepted.",
                              {{"weights", dimsText(w)}}, "three axes or more, all known", dimsText(w));
    if (x.size() != w.size())
        return rule::conflict(
            "ConvTranspose",
            "ConvTranspose with weights {weights} got an input of shape {shape}; it needs {rank} axes.",
            {{"weights", dimsText(w)}, {"shape", dimsText(x)}, {"rank", static_cast<std::int64_t>(w.size())}},
            std::to_string(w.size()) + " axes", dimsText(x));
    const auto layout = spatial::layoutOf(context.attributes, x.size());
    const auto& channels = x[layout.channelAxis()];
    if (!channels.mayEqual(w[0]))
        return rule::conflict("ConvTranspose",
                              "ConvTranspose with weights {weights} takes {wanted} channels on axis {axis}; its input "
                              "of shape {shape} has {channels}.",
                              {{"weights", dimsText(w)},
                               {"wanted", w[0].text()},
                               {"axis", static_cast<std::int64_t>(layout.channelAxis())},
                               {"shape", dimsText(x)},
                               {"channels", channels.text()}},
                              w[0].text() + " channels on axis " + std::to_string(layout.channelAxis()), dimsText(x));
    const auto groups = context.attributes.integer("group", 1);
    if (groups < 1 || (*weight)[0] % groups != 0)
        return rule::attributeError("ConvTranspose", "group", std::to_string(groups),
                                    "a divisor of its " + w[0].text() + " channels");
    const auto filters = w[1] * Dim(groups);
    if (context.has(2))
        if (const auto& bias = context.input(2).shape; bias.size() != 1 || !bias[0].mayEqual(filters))
            return rule::conflict("ConvTranspose", "ConvTranspose has {filters} filters, but a bias of shape {bias}.",
                                  {{"filters", filters.text()}, {"bias", dimsText(bias)}}, dimsText({filters}),
                                  dimsText(bias));
    PLUMBLINE_TRY(const auto window,
                  spatial::transposedWindowOf("ConvTranspose", context.attributes,
                                              {weight->extents().begin() + 2, weight->extents().end()},
                                              layout.spatialRank()));
    PLUMBLINE_TRY(const auto extents, spatial::transposedOutput("ConvTranspose", window, x, layout));
    return rule::Types{{context.input(0).dtype, layout.join(x[0], filters, extents)}};
}

static windowsum::Plan planOf(const Attributes& attributes, const Shape& x, const Shape& w, const ValueType& output) {
    return windowsum::transposedConvolution(attributes, x, w, *toShape(output.shape));
}

Result<std::vector<Tensor>> convTransposeReference(const KernelContext& context) {
    return windowsum::run(
        planOf(context.attributes, context.input(0).shape(), context.input(1).shape(), context.outputs[0]), context);
}

std::vector<ElementOrigin> convTransposeOrigins(const DependencyContext& context) {
    return windowsum::origins(planOf(context.attributes, *toShape(context.input(0).shape),
                                     *toShape(context.input(1).shape), context.outputs[0]),
                              context);
}

} // namespace plumbline
