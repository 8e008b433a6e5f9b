#pragma once
// What all convolutions of Keras share. Keras's kernels are (k…, in, out), ONNX's (out, in, k…).

#include "core/formats/model/keras/lowering.h"

namespace plumbline::keras {

struct Convolution {
    std::size_t spatial = 2; ///< number of spatial axes
    bool channelsLast = true;
    std::vector<std::int64_t> kernel, strides, dilations;
    std::int64_t groups = 1;
    std::string padding; ///< "valid", "same", "causal"
    Dim channels;        ///< of the input

    Attributes attributes() const; ///< all but the padding
    Result<void> setPadding(Lowering& l, Attributes& attributes) const;
    Dims kernelDims(Dim in, Dim out) const;
};

Result<Convolution> readConvolution(Lowering& l);
/// (k…, a, b) to (b, a, k…).
Tensor channelsFirstKernel(const Tensor& kernel);
/// The last part of every one: the op on {x, kernel}, the weight `bias` where there is one, the layer's activation.
Result<Values> convolved(Lowering& l, const Convolution& c, const char* op, Values inputs, Attributes attributes,
                         const Dim& filters);

} // namespace plumbline::keras
