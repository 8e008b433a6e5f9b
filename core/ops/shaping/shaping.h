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

/// Inputs data, pads, value, axes; mode constant, reflect, edge or wrap. Negative pads cut off.
Result<std::vector<ValueType>> padShape(const ShapeContext& context);
Result<std::vector<Tensor>> padReference(const KernelContext& context);
std::vector<ElementOrigin> padOrigins(const DependencyContext& context);

Result<std::vector<ValueType>> depthToSpaceShape(const ShapeContext& context);
Result<std::vector<Tensor>> depthToSpaceReference(const KernelContext& context);
std::vector<ElementOrigin> depthToSpaceOrigins(const DependencyContext& context);
Result<std::vector<ValueType>> spaceToDepthShape(const ShapeContext& context);
Result<std::vector<Tensor>> spaceToDepthReference(const KernelContext& context);
std::vector<ElementOrigin> spaceToDepthOrigins(const DependencyContext& context);

/// Inputs data, starts, ends, axes, steps.
Result<std::vector<ValueType>> sliceShape(const ShapeContext& context);
Result<std::vector<Tensor>> sliceReference(const KernelContext& context);
std::vector<ElementOrigin> sliceOrigins(const DependencyContext& context);

/// By input 1 (sizes) or into num_outputs parts, the last one smaller where they do not divide.
Result<std::vector<ValueType>> splitShape(const ShapeContext& context);
Result<std::vector<Tensor>> splitReference(const KernelContext& context);
std::vector<ElementOrigin> splitOrigins(const DependencyContext& context);

Result<std::vector<ValueType>> expandShape(const ShapeContext& context);
Result<std::vector<Tensor>> expandReference(const KernelContext& context);
std::vector<ElementOrigin> expandOrigins(const DependencyContext& context);

Result<std::vector<ValueType>> tileShape(const ShapeContext& context);
Result<std::vector<Tensor>> tileReference(const KernelContext& context);
std::vector<ElementOrigin> tileOrigins(const DependencyContext& context);

// Tensors made of shapes and numbers.
Result<std::vector<ValueType>> shapeShape(const ShapeContext& context);
Result<std::vector<Tensor>> shapeReference(const KernelContext& context);
Result<std::vector<ValueType>> constantOfShapeShape(const ShapeContext& context);
Result<std::vector<Tensor>> constantOfShapeReference(const KernelContext& context);
Result<std::vector<ValueType>> rangeShape(const ShapeContext& context);
Result<std::vector<Tensor>> rangeReference(const KernelContext& context);
std::vector<ElementOrigin> rangeOrigins(const DependencyContext& context);
/// No element of any input: the result depends on shapes alone.
std::vector<ElementOrigin> noOrigins(const DependencyContext& context);

} // namespace plumbline
