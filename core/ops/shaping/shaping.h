#pragma once
// Ops that move elements without arithmetic on them. Their reference kernels work on any type by its size.

#include "core/ops/op.h"

namespace plumbline {

Result<std::vector<ValueType>> identityShape(const ShapeContext& context);
Result<std::vector<Tensor>> identityReference(const KernelContext& context);

Result<std::vector<ValueType>> castShape(const ShapeContext& context);
Result<std::vector<Tensor>> castReference(const KernelContext& context);

Result<std::vector<ValueType>> reshapeShape(const ShapeContext& context);
Result<std::vector<ValueType>> flattenShape(const ShapeContext& context);
Result<std::vector<ValueType>> squeezeShape(const ShapeContext& context);
Result<std::vector<ValueType>> unsqueezeShape(const ShapeContext& context);
/// Reshape, Flatten, Squeeze and Unsqueeze: the same elements under another shape, not copied.
Result<std::vector<Tensor>> reshapeReference(const KernelContext& context);
/// The element at the same row-major position of input 0.
std::vector<ElementOrigin> samePosition(const DependencyContext& context);

Result<std::vector<ValueType>> transposeShape(const ShapeContext& context);
Result<std::vector<Tensor>> transposeReference(const KernelContext& context);
std::vector<ElementOrigin> transposeOrigins(const DependencyContext& context);

Result<std::vector<ValueType>> concatShape(const ShapeContext& context);
Result<std::vector<Tensor>> concatReference(const KernelContext& context);
std::vector<ElementOrigin> concatOrigins(const DependencyContext& context);

Result<std::vector<ValueType>> gatherShape(const ShapeContext& context);
Result<std::vector<Tensor>> gatherReference(const KernelContext& context);
std::vector<ElementOrigin> gatherOrigins(const DependencyContext& context);
/// The error of an index outside [-extent, extent): names the first bad position ("index-range").
std::unexpected<Error> indexOutOfRange(std::int64_t index, std::int64_t position, const Shape& indices,
                                       std::int64_t extent);

} // namespace plumbline
