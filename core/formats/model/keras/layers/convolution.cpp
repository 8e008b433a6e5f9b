#include "core/formats/model/keras/layers/convolution.h"

#include "core/formats/model/keras/layers/layers.h"

namespace plumbline::keras {

Result<Convolution> readConvolution(Lowering& l) {
    Convolution c;
    const auto& name = l.config().className;
    const auto digit = name.find_first_of("123");
    c.spatial = digit == std::string::npos ? 2 : static_cast<std::size_t>(name[digit] - '0');
    if (l.rank(l.input()) != c.spatial + 2)
        return l.wrongShape("it needs an input of " + std::to_string(c.spatial + 2) + " axes, and gets " +
                            dimsText(l.dims(l.input())));
    c.channelsLast = l.channelsLast();
    c.kernel = l.settings().sizes("kernel_size", c.spatial);
    c.strides = l.settings().sizes("strides", c.spatial, 1);
    c.dilations = l.settings().sizes("dilation_rate", c.spatial, 1);
    c.groups = l.settings().size("groups", 1);
    c.padding = l.settings().text("padding", "valid");
    c.channels = l.dims(l.input())[c.channelsLast ? c.spatial + 1 : 1];
    return c;
}

Attributes Convolution::attributes() const {
    Attributes out;
    out.set("kernel_shape", kernel);
    out.set("strides", strides);
    out.set("dilations", dilations);
    out.set("group", groups);
    if (channelsLast)
        out.set("channels_last", std::int64_t(1));
    return out;
}

Result<void> Convolution::setPadding(Lowering& l, Attributes& attributes) const {
    std::vector<std::int64_t> begin(spatial, 0), end(spatial, 0);
    bool strided = false;
    for (std::size_t i = 0; i < spatial; ++i) {
        const auto total = (kernel[i] - 1) * dilations[i];
        strided = strided || strides[i] != 1;
        if (padding == "same") {
            begin[i] = total / 2;
            end[i] = total - total / 2;
        } else if (padding == "causal") {
            begin[i] = total;
        } else if (padding != "valid") {
            return l.unsupported("its padding is " + padding + "; valid, same and causal are accepted");
        }
    }
    if (padding == "same" && strided) { // then the padding depends on the input's size: ONNX's rule is TensorFlow's
        attributes.set("auto_pad", std::string("SAME_UPPER"));
        return {};
    }
    begin.insert(begin.end(), end.begin(), end.end());
    attributes.set("pads", begin);
    return {};
}

Dims Convolution::kernelDims(Dim in, Dim out) const {
    Dims dims(kernel.begin(), kernel.end());
    dims.push_back(std::move(in));
    dims.push_back(std::move(out));
    return dims;
}

Tensor channelsFirstKernel(const Tensor& kernel) {
    const auto n = kernel.rank() - 2;
    std::vector<std::size_t> permutation{n + 1, n};
    for (std::size_t i = 0; i < n; ++i)
        permutation.push_back(i);
    return kernel.transposed(permutation).contiguous().value_or(Tensor());
}

Result<Values> convolved(Lowering& l, const Convolution& c, const char* op, Values inputs, Attributes attributes,
                         const Dim& filters) {
    PLUMBLINE_TRY(const auto out, withBias(l, op, std::move(inputs), std::move(attributes), filters, c.channelsLast));
    return activated(l, out);
}

// kernel (k…, in / groups, filters)
Result<Values> lowerConv(Lowering& l) {
    PLUMBLINE_TRY(const auto c, readConvolution(l));
    const Dim filters(l.settings().size("filters"));
    const auto x = floatInput(l, l.input());
    PLUMBLINE_TRY(const auto kernel, l.weight("kernel", c.kernelDims(floorDivide(c.channels, Dim(c.groups)), filters)));
    auto attributes = c.attributes();
    PLUMBLINE_CHECK(c.setPadding(l, attributes));
    return convolved(l, c, "Conv", {x, l.shared("kernel", [&] { return channelsFirstKernel(kernel); })},
                     std::move(attributes), filters);
}

} // namespace plumbline::keras
