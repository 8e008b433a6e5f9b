#include "core/formats/bytes/pythontext.h"
#include "core/formats/model/keras/layers/convolution.h"
#include "core/formats/model/keras/layers/layers.h"

#include <algorithm>

namespace plumbline::keras {

namespace {

struct Padding {
    std::int64_t begin = 0, end = 0, output = 0;
};

/// Keras gives the output's length (deconv_output_length), TensorFlow pads so that the forward convolution would fit:
///   valid:  (in - 1) s + k + op, op by default max(k, s) - k
///   same:   in s, and with output_padding (in - 1) s + k mod 2 + op
/// ONNX has (in - 1) s + k - begin - end + output. `k` is the dilated kernel.
Padding paddingOf(const std::string& mode, std::int64_t k, std::int64_t s, std::optional<std::int64_t> outputPadding) {
    Padding out;
    if (mode == "valid") {
        out.output = outputPadding.value_or(std::max(k, s) - k);
        return out;
    }
    const auto beyond = outputPadding ? k % 2 + *outputPadding : s; // of the last input element
    const auto total = std::max<std::int64_t>(k - beyond, 0);
    out.begin = total / 2;
    out.end = total - total / 2;
    out.output = beyond - k + total;
    return out;
}

} // namespace

// kernel (k…, filters, in): the transpose of the convolution that would lead back.
Result<Values> lowerConvTranspose(Lowering& l) {
    PLUMBLINE_TRY(const auto c, readConvolution(l));
    if (c.groups != 1)
        return l.unsupported("its groups are " + std::to_string(c.groups) + "; 1 is accepted");
    if (c.padding != "valid" && c.padding != "same")
        return l.unsupported("its padding is " + c.padding + "; valid and same are accepted");
    const Dim filters(l.settings().size("filters"));
    const auto x = floatInput(l, l.input());
    PLUMBLINE_TRY(const auto kernel, l.weight("kernel", c.kernelDims(filters, c.channels)));
    const bool hasPadding = l.settings().has("output_padding");
    const auto outputPadding =
        hasPadding ? l.settings().integers("output_padding", c.spatial, 0) : std::vector<std::int64_t>(c.spatial, 0);
    std::vector<std::int64_t> pads(2 * c.spatial), output(c.spatial);
    for (std::size_t i = 0; i < c.spatial; ++i) {
        const auto k = (c.kernel[i] - 1) * c.dilations[i] + 1;
        const auto padding =
            paddingOf(c.padding, k, c.strides[i], hasPadding ? std::optional(outputPadding[i]) : std::nullopt);
        pads[i] = padding.begin;
        pads[c.spatial + i] = padding.end;
        output[i] = padding.output;
    }
    auto attributes = c.attributes();
    attributes.set("pads", pads);
    attributes.set("output_padding", output);
    PLUMBLINE_TRY(const auto out,
                  convolved(l, c, "ConvTranspose", {x, l.shared("kernel", [&] { return channelsFirstKernel(kernel); })},
                            std::move(attributes), filters));
    const auto& given = l.settings().at("output_shape"); // Keras 1 has the user say it
    for (std::size_t i = 1; i < given.size() && i < l.rank(out.front()); ++i)
        if (const auto extent = l.extent(out.front(), i);
            given.is_array() && given[i].is_number_integer() && extent && given[i] != *extent)
            return l.unsupported("its output_shape has " + pythonText(given[i]) + " on axis " + std::to_string(i) +
                                 ", where its kernel, strides and padding give " + std::to_string(*extent));
    return out;
}

} // namespace plumbline::keras
