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

} // namespace plumbline
