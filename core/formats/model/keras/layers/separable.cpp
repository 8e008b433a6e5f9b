#include "core/formats/model/keras/layers/convolution.h"
#include "core/formats/model/keras/layers/layers.h"

namespace plumbline::keras {

namespace {

/// Keras 2 stores a DepthwiseConv's kernel as depthwise_kernel, Keras 3 as kernel.
const char* depthwiseName(const Writer& writer) { return writer.major >= 3 ? "kernel" : "depthwise_kernel"; }

/// (k…, in, multiplier) to (in · multiplier, 1, k…): one group a channel.
Tensor depthwiseKernel(const Tensor& kernel) {
    const auto n = kernel.rank() - 2;
    std::vector<std::size_t> permutation{n, n + 1};
    Shape shape{kernel.shape()[n] * kernel.shape()[n + 1], 1};
    for (std::size_t i = 0; i < n; ++i) {
        permutation.push_back(i);
        shape.append(kernel.shape()[i]);
    }
    return reshapedTo(kernel.transposed(permutation).contiguous().value_or(Tensor()), shape);
}

/// What one group a channel convolves: its operands and attributes.
struct Depthwise {
    Values inputs;
    Attributes attributes;
    Dim filters;
};

Result<Depthwise> depthwise(Lowering& l, Convolution c, ValueId x, const std::string& name) {
    const Dim multiplier(l.settings().size("depth_multiplier", 1));
    if (!c.channels.isKnown())
        return l.wrongShape("the number of its input's channels is not known");
    PLUMBLINE_TRY(const auto kernel, l.weight(name, c.kernelDims(c.channels, multiplier)));
    c.groups = c.channels.extent();
    auto attributes = c.attributes();
    PLUMBLINE_CHECK(c.setPadding(l, attributes));
    return Depthwise{
        {x, l.shared(name, [&] { return depthwiseKernel(kernel); })}, std::move(attributes), c.channels * multiplier};
}

} // namespace

WeightSpecs depthwiseWeights(const Settings& settings, const Writer& writer) {
    WeightSpecs out{{depthwiseName(writer)}};
    if (settings.flag("use_bias", true))
        out.push_back({"bias"});
    return out;
}

WeightSpecs separableWeights(const Settings& settings, const Writer&) {
    WeightSpecs out{{"depthwise_kernel"}, {"pointwise_kernel"}};
    if (settings.flag("use_bias", true))
        out.push_back({"bias"});
    return out;
}

Result<Values> lowerDepthwiseConv(Lowering& l) {
    PLUMBLINE_TRY(const auto c, readConvolution(l));
    PLUMBLINE_TRY(auto step, depthwise(l, c, floatInput(l, l.input()), depthwiseName(l.writer())));
    return convolved(l, c, "Conv", std::move(step.inputs), std::move(step.attributes), step.filters);
}

// depthwise_kernel (k…, in, multiplier), then pointwise_kernel (1…, in · multiplier, filters)
Result<Values> lowerSeparableConv(Lowering& l) {
    PLUMBLINE_TRY(auto c, readConvolution(l));
    PLUMBLINE_TRY(auto step, depthwise(l, c, floatInput(l, l.input()), "depthwise_kernel"));
    const auto middle = l.add("Conv", std::move(step.inputs), std::move(step.attributes));
    const Dim filters(l.settings().size("filters"));
    c.kernel = c.strides = c.dilations = std::vector<std::int64_t>(c.spatial, 1);
    c.groups = 1;
    PLUMBLINE_TRY(const auto kernel, l.weight("pointwise_kernel", c.kernelDims(step.filters, filters)));
    return convolved(l, c, "Conv", {middle, l.shared("pointwise_kernel", [&] { return channelsFirstKernel(kernel); })},
                     c.attributes(), filters);
}

} // namespace plumbline::keras
