#pragma once
// Clip: inputs x, min, max (scalars, each may be left out). NaN stays NaN; where min is above max the result is max.

#include "core/ops/op.h"

namespace plumbline {

Result<std::vector<ValueType>> clipShape(const ShapeContext& context);
Result<std::vector<Tensor>> clipReference(const KernelContext& context);
std::vector<ElementOrigin> clipOrigins(const DependencyContext& context);
std::unique_ptr<FastKernel> fastClip(const FastKernelRequest& request);

} // namespace plumbline
