#pragma once
// Vector kernels of the normalisations, float32. Moments are taken in double over two passes, as the reference's are.

#include "core/ops/op.h"

namespace plumbline {

std::unique_ptr<FastKernel> fastBatchNormalization(const FastKernelRequest& request);
std::unique_ptr<FastKernel> fastLayerNormalization(const FastKernelRequest& request);
std::unique_ptr<FastKernel> fastGroupNormalization(const FastKernelRequest& request);
std::unique_ptr<FastKernel> fastInstanceNormalization(const FastKernelRequest& request);
/// Along the last axis; others are the reference kernel's.
std::unique_ptr<FastKernel> fastSoftmax(const FastKernelRequest& request);
std::unique_ptr<FastKernel> fastLogSoftmax(const FastKernelRequest& request);

} // namespace plumbline
