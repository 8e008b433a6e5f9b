#include "core/ops/normalization/normalization.h"
#include "core/ops/support/element.h"
#include "core/ops/support/rule.h"
#include "core/ops/support/spatial.h"

#include <cmath>

namespace plumbline {

namespace {

Result<std::vector<ValueType>> shapeOf(std::string_view op, const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, op, 3, 3));
    PLUMBLINE_CHECK(rule::floats(context, op));
    PLUMBLINE_CHECK(rule::sameType(context, op, 0, 2));
    PLUMBLINE_CHECK(rule::rankAtLeast(context, op, 0, 2));
    const auto& x = context.input(0);
    const auto& channels = x.shape[spatial::layoutOf(context.attributes, x.shape.size()).channelAxis()];
    PLUMBLINE_CHECK(rule::perChannel(context, op, 1, "scale", channels));
    PLUMBLINE_CHECK(rule::perChannel(context, op, 2, "bias", channels));
    return rule::Types{x};
}

Result<std::vector<Tensor>> normalise(const KernelContext& context, std::int64_t groups) {
    PLUMBLINE_TRY(auto out, element::allocate(context));
    const auto image = spatial::imageOf(out.shape(), spatial::layoutOf(context.attributes, out.shape().rank()));
    const auto epsilon = context.attributes.number("epsilon", 1e-5);
    const auto each = groups > 0 ? image.channels / groups : 0; // channels of a group
    return element::visitFloat(out.dtype(), [&](auto zero) -> Result<std::vector<Tensor>> {
        using T = decltype(zero);
        const auto *x = element::read<T>(context.input(0)), *scale = element::read<T>(context.input(1)),
                   *bias = element::read<T>(context.input(2));
        auto* y = element::write<T>(out);
        const auto visit = [&](std::int64_t n, std::int64_t group, auto f) {
            for (std::int64_t c = group * each; c < (group + 1) * each; ++c)
                for (std::int64_t p = 0; p < image.positions; ++p)
                    f(n * image.batchStride + c * image.channelStride + p * image.positionStride, c);
        };
        const auto count = static_cast<double>(each * image.positions);
        for (std::int64_t n = 0; n < image.batch; ++n)
            for (std::int64_t group = 0; group < groups; ++group) {
                double mean = 0, variance = 0;
                visit(n, group, [&](std::int64_t i, std::int64_t) { mean += element::widen(x[i]); });
                mean /= count;
                visit(n, group, [&](std::int64_t i, std::int64_t) {
                    variance += (element::widen(x[i]) - mean) * (element::widen(x[i]) - mean);
                });
                const auto deviation = std::sqrt(variance / count + epsilon);
                visit(n, group, [&](std::int64_t i, std::int64_t c) {
                    y[i] = element::narrow<T>((element::widen(x[i]) - mean) / deviation * element::widen(scale[c]) +
                                              element::widen(bias[c]));
                });
            }
        return element::one(std::move(out));
    });
}

std::vector<ElementOrigin> originsIn(const DependencyContext& context, std::int64_t groups) {
    const auto shape = *toShape(context.input(0).shape);
    const auto image = spatial::imageOf(shape, spatial::layoutOf(context.attributes, shape.rank()));
    const auto each = image.channels / groups;
    const auto n = context.element / image.batchStride,
               channel = context.element / image.channelStride % image.channels;
    std::vector<ElementOrigin> out{{0, context.element}, {1, channel}, {2, channel}};
    for (std::int64_t c = channel / each * each; c < (channel / each + 1) * each; ++c)
        for (std::int64_t p = 0; p < image.positions; ++p) {
            if (out.size() >= context.limit)
                return out;
            const auto element = n * image.batchStride + c * image.channelStride + p * image.positionStride;
            if (element != context.element)
                out.push_back({0, element});
        }
    return out;
}

std::int64_t channelsOf(const Attributes& attributes, const Shape& shape) {
    return shape[spatial::layoutOf(attributes, shape.rank()).channelAxis()];
}

} // namespace

Result<std::vector<ValueType>> groupNormalizationShape(const ShapeContext& context) {
    PLUMBLINE_TRY(auto out, shapeOf("GroupNormalization", context));
    const auto groups = context.attributes.integer("num_groups");
    const auto& channels = out[0].shape[spatial::layoutOf(context.attributes, out[0].shape.size()).channelAxis()];
    if (groups < 1 || (channels.isKnown() && channels.extent() % groups != 0))
        return rule::attributeError("GroupNormalization", "num_groups", std::to_string(groups),
                                    "a divisor of its " + channels.text() + " channels");
    return out;
}

Result<std::vector<ValueType>> instanceNormalizationShape(const ShapeContext& context) {
    return shapeOf("InstanceNormalization", context);
}

Result<std::vector<Tensor>> groupNormalizationReference(const KernelContext& context) {
    return normalise(context, context.attributes.integer("num_groups"));
}

Result<std::vector<Tensor>> instanceNormalizationReference(const KernelContext& context) {
    return normalise(context, channelsOf(context.attributes, context.input(0).shape()));
}

std::vector<ElementOrigin> groupNormalizationOrigins(const DependencyContext& context) {
    return originsIn(context, context.attributes.integer("num_groups"));
}

std::vector<ElementOrigin> instanceNormalizationOrigins(const DependencyContext& context) {
    return originsIn(context, channelsOf(context.attributes, *toShape(context.input(0).shape)));
}

} // namespace plumbline
