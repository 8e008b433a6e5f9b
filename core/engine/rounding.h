#pragma once
// The narrow precisions: computed in float32, each op's result rounded. A whole run may be so (RunConfiguration), or
// the layers of a model whose own values are narrow.

#include "core/engine/executor.h"
#include "core/ops/op.h"

namespace plumbline {

/// Rounds to nearest even in place; NaN and infinities stay, what is past the narrow type's range becomes infinite.
void roundTo(Precision precision, std::span<float> values);
/// The same for a finished tensor; other dtypes than float32 come back as they are.
Result<Tensor> rounded(Precision precision, const Tensor& tensor);

/// The op's fast kernel for operands and results of any floating-point type it can be had for. Where some are float16
/// or bfloat16 and the op computes, it runs in float32: operands are widened into scratch memory (constants once,
/// here), and each result is rounded as it is stored. Null where the op has none.
std::unique_ptr<FastKernel> wideningKernel(const OpDefinition& op, const FastKernelRequest& request);

} // namespace plumbline
