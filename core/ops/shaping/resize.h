#pragma once
// Resize: inputs x, roi, scales, sizes. Every axis is resampled by itself: an output index reads a few input indices
// with weights. Both the reference and the fast kernel take them from resizePlan(). A weight of exactly zero is left
// out, so that a NaN beside a sampling point does not reach it. One attribute more than ONNX has: fraction_steps = n
// rounds the distance from the sampling point to n-ths, as TensorFlow's table of cubic coefficients does. Formulas:
// ONNX Resize, opset 18 (antialias is not supported).

#include "core/ops/op.h"

namespace plumbline {

struct ResizeSample {
    std::int64_t index = 0; ///< in the input; -1: the extrapolation value
    double weight = 1;
};
struct ResizeAxis {
    bool identity = false;                          ///< each index reads itself
    std::vector<std::vector<ResizeSample>> samples; ///< one list an output index; empty where `identity`
};

Result<std::vector<ValueType>> resizeShape(const ShapeContext& context);
Result<std::vector<Tensor>> resizeReference(const KernelContext& context);
std::vector<ElementOrigin> resizeOrigins(const DependencyContext& context);

/// `scales` and `roi` may be null tensors. Shapes have passed the shape rule.
std::vector<ResizeAxis> resizePlan(const Attributes& attributes, const Shape& input, const Shape& output,
                                   const Tensor& roi, const Tensor& scales);

} // namespace plumbline
