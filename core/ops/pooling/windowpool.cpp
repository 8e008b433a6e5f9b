#include "core/ops/pooling/pooling.h"
#include "core/ops/support/element.h"
#include "core/ops/support/rule.h"
#include "core/ops/support/spatial.h"

#include <limits>

namespace plumbline {

namespace {

Result<std::vector<ValueType>> poolShape(std::string_view op, const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, op, 1, 1));
    PLUMBLINE_CHECK(op == "AveragePool" ? rule::floats(context, op) : rule::numbers(context, op));
    PLUMBLINE_CHECK(rule::rankAtLeast(context, op, 0, 3));
    const auto& x = context.input(0);
    const auto layout = spatial::layoutOf(context.attributes, x.shape.size());
    if (const auto kernel = context.attributes.integers("kernel_shape"); kernel.size() != layout.spatialRank())
        return rule::conflict(op, "{op} with a window of {window} got an input of shape {shape}; it needs {rank} axes.",
                              {{"op", std::string(op)},
                               {"window", attributeText(kernel)},
                               {"shape", dimsText(x.shape)},
                               {"rank", static_cast<std::int64_t>(kernel.size() + 2)}},
                              std::to_string(kernel.size() + 2) + " axes", dimsText(x.shape));
    PLUMBLINE_TRY(const auto window, spatial::windowOf(op, context.attributes, {}, layout.spatialRank()));
    PLUMBLINE_TRY(const auto extents,
                  spatial::windowOutput(op, window, x.shape, layout, context.attributes.integer("ceil_mode") != 0));
    return rule::Types{{x.dtype, layout.join(x.shape[0], x.shape[layout.channelAxis()], extents)}};
}

struct Plan {
    spatial::Window window;
    spatial::Image input, output;
    std::vector<std::int64_t> before, after;

    Plan(const Attributes& attributes, const Shape& x, const Shape& y) {
        const auto layout = spatial::layoutOf(attributes, x.rank());
        input = spatial::imageOf(x, layout);
        output = spatial::imageOf(y, layout);
        window = *spatial::windowOf("pool", attributes, {}, layout.spatialRank()); // the shape rule has accepted it
        for (std::size_t i = 0; i < input.spatial.size(); ++i) {
            before.push_back(spatial::padBefore(window, i, input.spatial[i], output.spatial[i]));
            const bool same =
                window.autoPad == spatial::AutoPad::sameUpper || window.autoPad == spatial::AutoPad::sameLower;
            const auto needed = (output.spatial[i] - 1) * window.strides[i] + window.reach(i) - input.spatial[i];
            after.push_back(same ? std::max<std::int64_t>(0, needed) - before[i] : window.padEnd[i]);
        }
    }

    /// Positions of a window that lie in the input or its padding.
    std::int64_t paddedCount(std::span<const std::int64_t> index) const {
        std::int64_t count = 1;
        for (std::size_t i = 0; i < index.size(); ++i) {
            std::int64_t inside = 0;
            for (std::int64_t k = 0; k < window.kernel[i]; ++k)
                inside +=
                    index[i] * window.strides[i] + k * window.dilations[i] - before[i] < input.spatial[i] + after[i];
            count *= inside;
        }
        return count;
    }
};

/// y = f(values of the window, its positions with padding), for every output element.
template<class T, class F> void pool(const Plan& plan, const T* x, T* y, F f) {
    const auto &in = plan.input, &out = plan.output;
#pragma omp parallel
    {
        std::vector<spatial::Tap> taps;
        std::vector<std::int64_t> index;
#pragma omp for
        for (std::int64_t position = 0; position < out.positions; ++position) {
            spatial::unflattenInto(position, out.spatial, index);
            spatial::windowTaps(plan.window, plan.before, in.spatial, index, taps);
            const auto padded = plan.paddedCount(index);
            for (std::int64_t n = 0; n < out.batch; ++n)
                for (std::int64_t c = 0; c < out.channels; ++c)
                    y[n * out.batchStride + c * out.channelStride + position * out.positionStride] =
                        f(x + n * in.batchStride + c * in.channelStride, in.positionStride, taps, padded);
        }
    }
}

} // namespace

Result<std::vector<ValueType>> maxPoolShape(const ShapeContext& context) { return poolShape("MaxPool", context); }
Result<std::vector<ValueType>> averagePoolShape(const ShapeContext& context) {
    return poolShape("AveragePool", context);
}

Result<std::vector<Tensor>> maxPoolReference(const KernelContext& context) {
    PLUMBLINE_TRY(auto out, element::allocate(context));
    const Plan plan(context.attributes, context.input(0).shape(), out.shape());
    return element::visitNumber(out.dtype(), [&](auto zero) -> Result<std::vector<Tensor>> {
        using T = decltype(zero);
        using W = element::Wide<T>;
        pool(plan, element::read<T>(context.input(0)), element::write<T>(out),
             [](const T* x, std::int64_t stride, const std::vector<spatial::Tap>& taps, std::int64_t) {
                 auto most =
                     element::isFloating<T> ? -std::numeric_limits<W>::infinity() : std::numeric_limits<W>::lowest();
                 for (const auto& tap : taps) {
                     const auto value = element::widen(x[tap.input * stride]);
                     if (value > most || value != value)
                         most = value;
                     if (most != most)
                         break;
                 }
                 return element::narrow<T>(most);
             });
        return element::one(std::move(out));
    });
}

Result<std::vector<Tensor>> averagePoolReference(const KernelContext& context) {
    PLUMBLINE_TRY(auto out, element::allocate(context));
    const Plan plan(context.attributes, context.input(0).shape(), out.shape());
    const bool countPadding = context.attributes.integer("count_include_pad") != 0;
    return element::visitFloat(out.dtype(), [&](auto zero) -> Result<std::vector<Tensor>> {
        using T = decltype(zero);
        pool(plan, element::read<T>(context.input(0)), element::write<T>(out),
             [countPadding](const T* x, std::int64_t stride, const std::vector<spatial::Tap>& taps,
                            std::int64_t padded) {
                 double sum = 0;
                 for (const auto& tap : taps)
                     sum += element::widen(x[tap.input * stride]);
                 const auto count = countPadding ? padded : static_cast<std::int64_t>(taps.size());
                 return element::narrow<T>(sum / static_cast<double>(count));
             });
        return element::one(std::move(out));
    });
}

std::vector<ElementOrigin> poolOrigins(const DependencyContext& context) {
    const Plan plan(context.attributes, *toShape(context.input(0).shape), *toShape(context.outputs[0].shape));
    const auto &in = plan.input, &out = plan.output;
    const auto base = context.element / out.batchStride * in.batchStride +
                      context.element / out.channelStride % out.channels * in.channelStride;
    std::vector<std::int64_t> index;
    std::vector<spatial::Tap> taps;
    spatial::unflattenInto(context.element / out.positionStride % out.positions, out.spatial, index);
    spatial::windowTaps(plan.window, plan.before, in.spatial, index, taps);
    std::vector<ElementOrigin> found;
    for (std::size_t i = 0; i < taps.size() && i < context.limit; ++i)
        found.push_back({0, base + taps[i].input * in.positionStride});
    return found;
}

} // namespace plumbline
