#pragma once
// The narrow precisions: computed in float32, each op's result rounded.

#include "core/engine/executor.h"

namespace plumbline {

/// Rounds to nearest even in place; NaN and infinities stay, what is past the narrow type's range becomes infinite.
void roundTo(Precision precision, std::span<float> values);
/// The same for a finished tensor; other dtypes than float32 come back as they are.
Result<Tensor> rounded(Precision precision, const Tensor& tensor);

} // namespace plumbline
