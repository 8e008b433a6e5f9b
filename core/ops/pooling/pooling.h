#pragma once
// Pools: over windows, and over all positions at once. A maximum keeps a NaN of its window, and is -Inf where all are.
// Averages are taken in double and rounded once. Fast kernels: onednn/.

#include "core/ops/op.h"

namespace plumbline {

Result<std::vector<ValueType>> maxPoolShape(const ShapeContext& context);
Result<std::vector<Tensor>> maxPoolReference(const KernelContext& context);
/// count_include_pad = 1: the divisor counts padding too, but never positions beyond it (ceil_mode).
Result<std::vector<ValueType>> averagePoolShape(const ShapeContext& context);
Result<std::vector<Tensor>> averagePoolReference(const KernelContext& context);
/// The elements of the window, for both.
std::vector<ElementOrigin> poolOrigins(const DependencyContext& context);

Result<std::vector<ValueType>> globalMaxPoolShape(const ShapeContext& context);
Result<std::vector<Tensor>> globalMaxPoolReference(const KernelContext& context);
Result<std::vector<ValueType>> globalAveragePoolShape(const ShapeContext& context);
Result<std::vector<Tensor>> globalAveragePoolReference(const KernelContext& context);
std::vector<ElementOrigin> globalPoolOrigins(const DependencyContext& context);

} // namespace plumbline
