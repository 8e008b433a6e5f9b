#pragma once
// The fast kernel of every move that is described axis by axis (support/mapping.h): Pad, Slice, Tile and Expand copy
// runs of bytes.

#include "core/ops/support/mapping.h"

namespace plumbline {

/// `fillInput`: the input whose one element fills places that read nothing; 0: zero bytes.
std::unique_ptr<FastKernel> mappedKernel(const FastKernelRequest& request, const AxisMaps& maps,
                                         std::size_t fillInput = 0);

std::unique_ptr<FastKernel> fastPad(const FastKernelRequest& request);
std::unique_ptr<FastKernel> fastSlice(const FastKernelRequest& request);
std::unique_ptr<FastKernel> fastTile(const FastKernelRequest& request);
std::unique_ptr<FastKernel> fastExpand(const FastKernelRequest& request);

} // namespace plumbline
