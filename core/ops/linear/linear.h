#pragma once
// Ops that sum products: one file each. Their reference kernels accumulate in double and round once. Fast kernels:
// onednn/.

#include "core/ops/op.h"

namespace plumbline {

Result<std::vector<ValueType>> matMulShape(const ShapeContext& context);
Result<std::vector<Tensor>> matMulReference(const KernelContext& context);
std::vector<ElementOrigin> matMulOrigins(const DependencyContext& context);

Result<std::vector<ValueType>> gemmShape(const ShapeContext& context);
Result<std::vector<Tensor>> gemmReference(const KernelContext& context);
std::vector<ElementOrigin> gemmOrigins(const DependencyContext& context);

Result<std::vector<ValueType>> convShape(const ShapeContext& context);
Result<std::vector<Tensor>> convReference(const KernelContext& context);
std::vector<ElementOrigin> convOrigins(const DependencyContext& context);

Result<std::vector<ValueType>> convTransposeShape(const ShapeContext& context);
Result<std::vector<Tensor>> convTransposeReference(const KernelContext& context);
std::vector<ElementOrigin> convTransposeOrigins(const DependencyContext& context);

} // namespace plumbline
