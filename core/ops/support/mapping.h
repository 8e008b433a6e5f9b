#pragma once
// Moves described axis by axis: output index i on an axis reads input index map[i], or nothing (-1). Pad, Slice, Tile,
// Expand and nearest Resize are such moves; their reference kernels and dependency rules are this one loop.

#include "core/ops/op.h"

namespace plumbline {

/// One list an axis of the output; the input has as many axes.
using AxisMaps = std::vector<std::vector<std::int64_t>>;

/// The input's element that `element` of the output reads, or -1.
std::int64_t mappedElement(const AxisMaps& maps, const Shape& input, std::int64_t element);

/// The reference kernel of a move. The output is allocated before the maps are made: they are never longer than it.
/// `fill` is the bytes of one element for places that read nothing.
Result<std::vector<Tensor>> mapped(const KernelContext& context, const std::function<AxisMaps()>& maps,
                                   const Tensor& input, const std::byte* fill = nullptr);

} // namespace plumbline
