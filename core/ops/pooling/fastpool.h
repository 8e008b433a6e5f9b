#pragma once
// Pools in vector code of our own: oneDNN's max pooling drops a NaN and makes -3.4e38 of a window of -Inf.

#include "core/ops/op.h"

namespace plumbline {

/// Null for types other than float32, post-ops, and MaxPool's second output.
std::unique_ptr<FastKernel> fastMaxPool(const FastKernelRequest& request);
std::unique_ptr<FastKernel> fastAveragePool(const FastKernelRequest& request);
std::unique_ptr<FastKernel> fastGlobalMaxPool(const FastKernelRequest& request);
std::unique_ptr<FastKernel> fastGlobalAveragePool(const FastKernelRequest& request);

} // namespace plumbline
