#pragma once
// Ops that shift and scale by moments of the data or of the training. Reference kernels compute in double and round
// once.

#include "core/ops/op.h"

namespace plumbline {

/// y = scale * (x - mean) / sqrt(variance + epsilon) + bias per channel. With the attribute training_mode = 1 mean and
/// variance are the batch's own, and outputs 1 and 2, where asked for, are the running ones moved by `momentum`.
Result<std::vector<ValueType>> batchNormalizationShape(const ShapeContext& context);
Result<std::vector<Tensor>> batchNormalizationReference(const KernelContext& context);
std::vector<ElementOrigin> batchNormalizationOrigins(const DependencyContext& context);

/// Over the axes from `axis` (default -1) on, each row by its own population moments; scale and bias are stretched to
/// them.
Result<std::vector<ValueType>> layerNormalizationShape(const ShapeContext& context);
Result<std::vector<Tensor>> layerNormalizationReference(const KernelContext& context);
std::vector<ElementOrigin> layerNormalizationOrigins(const DependencyContext& context);

/// Over num_groups groups of channels and all positions, scale and bias per channel (opset 21).
Result<std::vector<ValueType>> groupNormalizationShape(const ShapeContext& context);
Result<std::vector<Tensor>> groupNormalizationReference(const KernelContext& context);
/// Each channel is its own group.
Result<std::vector<ValueType>> instanceNormalizationShape(const ShapeContext& context);
Result<std::vector<Tensor>> instanceNormalizationReference(const KernelContext& context);
std::vector<ElementOrigin> groupNormalizationOrigins(const DependencyContext& context);
std::vector<ElementOrigin> instanceNormalizationOrigins(const DependencyContext& context);

/// Along `axis` (default -1), as of opset 13. A NaN, or an infinity that meets itself, makes its whole row NaN.
Result<std::vector<ValueType>> softmaxShape(const ShapeContext& context);
Result<std::vector<Tensor>> softmaxReference(const KernelContext& context);
Result<std::vector<ValueType>> logSoftmaxShape(const ShapeContext& context);
Result<std::vector<Tensor>> logSoftmaxReference(const KernelContext& context);
/// Along `axis` (default -1), not of ONNX: max(x - t, 0) as keras.activations.sparsemax computes it. There t is the sum
/// of all running sums of the sorted elements that stay, less one, by their number; Martins and Astudillo (2016) take
/// the last of those sums alone.
Result<std::vector<ValueType>> sparsemaxShape(const ShapeContext& context);
Result<std::vector<Tensor>> sparsemaxReference(const KernelContext& context);
std::vector<ElementOrigin> softmaxOrigins(const DependencyContext& context);

} // namespace plumbline
