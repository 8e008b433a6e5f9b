#include "core/ops/linear/windowsum.h"

namespace plumbline::windowsum {

static Plan basic(const Attributes& attributes, const Shape& input, const Shape& weight, const Shape& output) {
    Plan plan;
    const auto layout = spatial::layoutOf(attributes, input.rank());
    plan.input = spatial::imageOf(input, layout);
    plan.output = spatial::imageOf(output, layout);
    plan.groups = attributes.integer("group", 1);
    for (std::size_t i = 2; i < weight.rank(); ++i)
        plan.kernelSize *= weight[i];
    return plan;
}

static std::vector<std::int64_t> kernelOf(const Shape& weight) {
    return {weight.extents().begin() + 2, weight.extents().end()};
}

// The shape rule has accepted these attributes: reading them again cannot fail.
Plan convolution(const Attributes& attributes, const Shape& input, const Shape& weight, const Shape& output) {
    auto plan = basic(attributes, input, weight, output);
    plan.window = *spatial::windowOf("Conv", attributes, kernelOf(weight), plan.input.spatial.size());
    for (std::size_t i = 0; i < plan.input.spatial.size(); ++i)
        plan.before.push_back(spatial::padBefore(plan.window, i, plan.input.spatial[i], plan.output.spatial[i]));
    plan.taps = spatial::windowTaps;
    return plan;
}

Plan transposedConvolution(const Attributes& attributes, const Shape& input, const Shape& weight, const Shape& output) {
    auto plan = basic(attributes, input, weight, output);
    const auto window =
        *spatial::transposedWindowOf("ConvTranspose", attributes, kernelOf(weight), plan.input.spatial.size());
    for (std::size_t i = 0; i < plan.input.spatial.size(); ++i)
        plan.before.push_back(spatial::cropBefore(window, i, plan.input.spatial[i], plan.output.spatial[i]));
    plan.window = window;
    plan.taps = spatial::transposedTaps;
    plan.transposed = true;
    return plan;
}

template<class T> static void sumAll(const Plan& plan, const T* x, const T* w, const T* bias, T* y) {
    const auto &in = plan.input, &out = plan.output;
#pragma omp parallel
    {
        std::vector<spatial::Tap> taps;
        std::vector<std::int64_t> index;
#pragma omp for collapse(2)
        for (std::int64_t n = 0; n < out.batch; ++n)
            for (std::int64_t position = 0; position < out.positions; ++position) {
                spatial::unflattenInto(position, out.spatial, index);
                plan.taps(plan.window, plan.before, in.spatial, index, taps);
                for (std::int64_t m = 0; m < out.channels; ++m) {
                    const auto* image =
                        x + n * in.batchStride + m / plan.outputsPerGroup() * plan.inputsPerGroup() * in.channelStride;
                    double sum = bias ? element::widen(bias[m]) : 0;
                    for (std::int64_t c = 0; c < plan.inputsPerGroup(); ++c) {
                        const auto* kernel = w + plan.weightAt(c, m);
                        for (const auto& tap : taps)
                            sum += element::widen(image[c * in.channelStride + tap.input * in.positionStride]) *
                                   element::widen(kernel[tap.kernel]);
                    }
                    y[n * out.batchStride + m * out.channelStride + position * out.positionStride] =
                        element::narrow<T>(sum);
                }
            }
    }
}

Result<std::vector<Tensor>> run(const Plan& plan, const KernelContext& context) {
    PLUMBLINE_TRY(auto out, element::allocate(context));
    return element::visitFloat(out.dtype(), [&](auto zero) -> Result<std::vector<Tensor>> {
        using T = decltype(zero);
        sumAll(plan, element::read<T>(context.input(0)), element::read<T>(context.input(1)),
               context.has(2) ? element::read<T>(context.input(2)) : nullptr, element::write<T>(out));
        return element::one(std::move(out));
    });
}

std::vector<ElementOrigin> origins(const Plan& plan, const DependencyContext& context) {
    const auto &in = plan.input, &out = plan.output;
    const auto n = context.element / out.batchStride;
    const auto m = context.element / out.channelStride % out.channels;
    const auto position = context.element / out.positionStride % out.positions;
    std::vector<std::int64_t> index;
    std::vector<spatial::Tap> taps;
    spatial::unflattenInto(position, out.spatial, index);
    plan.taps(plan.window, plan.before, in.spatial, index, taps);
    std::vector<ElementOrigin> found;
    if (context.has(2) && context.limit > 0)
        found.push_back({2, m});
    const auto first = m / plan.outputsPerGroup() * plan.inputsPerGroup();
    for (std::int64_t c = 0; c < plan.inputsPerGroup(); ++c)
        for (const auto& tap : taps) {
            if (found.size() + 1 >= context.limit)
                return found;
            found.push_back({0, n * in.batchStride + (first + c) * in.channelStride + tap.input * in.positionStride});
            found.push_back({1, plan.weightAt(c, m) + tap.kernel});
        }
    return found;
}

} // namespace plumbline::windowsum
