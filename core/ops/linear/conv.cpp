// Conv: x (n, C, s…) or channels last, weights (M, C/group, k…), bias (M,).

#include "core/ops/linear/linear.h"
#include "core/ops/linear/windowsum.h"
#include "core/ops/support/rule.h"

namespace plumbline {

Result<std::vector<ValueType>> convShape(const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, "Conv", 2, 3));
    PLUMBLINE_CHECK(rule::floats(context, "Conv"));
    PLUMBLINE_CHECK(rule::sameType(context, "Conv", 0, 2));
    const auto &x = context.input(0).shape, &w = context.input(1).shape;
    const auto weight = toShape(w);
    if (w.size() < 3 || !weight)
        return rule::conflict("Conv", "Conv has weights of shape {weights}; (filters, channels, kernel…) is accepted.",
                              {{"weights", dimsText(w)}}, "three axes or more, all known", dimsText(w));
    if (x.size() != w.size())
        return rule::conflict(
            "Conv", "Conv with weights {weights} got an input of shape {shape}; it needs {rank} axes.",
            {{"weights", dimsText(w)}, {"shape", dimsText(x)}, {"rank", static_cast<std::int64_t>(w.size())}},
            std::to_string(w.size()) + " axes", dimsText(x));
    const auto layout = spatial::layoutOf(context.attributes, x.size());
    const auto groups = context.attributes.integer("group", 1);
    if (groups < 1 || (*weight)[0] % groups != 0)
        return rule::attributeError("Conv", "group", std::to_string(groups),
                                    "a divisor of its " + w[0].text() + " filters");
    const auto& channels = x[layout.channelAxis()];
    const auto wanted = w[1] * Dim(groups);
    if (!channels.mayEqual(wanted))
        return rule::conflict("Conv",
                              "Conv with weights {weights} takes {wanted} channels on axis {axis}; its input of shape "
                              "{shape} has {channels}.",
                              {{"weights", dimsText(w)},
                               {"wanted", wanted.text()},
                               {"axis", static_cast<std::int64_t>(layout.channelAxis())},
                               {"shape", dimsText(x)},
                               {"channels", channels.text()}},
                              wanted.text() + " channels on axis " + std::to_string(layout.channelAxis()), dimsText(x));
    if (context.has(2))
        if (const auto& bias = context.input(2).shape; bias.size() != 1 || !bias[0].mayEqual(w[0]))
            return rule::conflict("Conv", "Conv has {filters} filters, but a bias of shape {bias}.",
                                  {{"filters", w[0].text()}, {"bias", dimsText(bias)}}, dimsText({w[0]}),
                                  dimsText(bias));
    PLUMBLINE_TRY(const auto window,
                  spatial::windowOf("Conv", context.attributes,
                                    {weight->extents().begin() + 2, weight->extents().end()}, layout.spatialRank()));
    PLUMBLINE_TRY(const auto extents, spatial::windowOutput("Conv", window, x, layout));
    return rule::Types{{context.input(0).dtype, layout.join(x[0], w[0], extents)}};
}

Result<std::vector<Tensor>> convReference(const KernelContext& context) {
    return windowsum::run(windowsum::convolution(context.attributes, context.input(0).shape(), context.input(1).shape(),
                                                 *toShape(context.outputs[0].shape)),
                          context);
}

std::vector<ElementOrigin> convOrigins(const DependencyContext& context) {
    return windowsum::origins(windowsum::convolution(context.attributes, *toShape(context.input(0).shape),
                                                     *toShape(context.input(1).shape),
                                                     *toShape(context.outputs[0].shape)),
                              context);
}

} // namespace plumbline
