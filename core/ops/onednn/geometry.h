#pragma once
// The spatial geometry of one convolution with every size known, in oneDNN's terms. One spatial axis is lifted to two
// (height 1), so that kernels see two or three.

#include "core/ops/op.h"

#include <optional>

namespace plumbline::onednn {

struct Geometry {
    bool channelsLast = false;
    bool transposed = false;
    std::int64_t batch = 0, groups = 1;
    std::int64_t inChannels = 0, outChannels = 0;
    std::vector<std::int64_t> in, out, kernel, strides, dilations, padsBegin, padsEnd; ///< one a spatial axis

    std::size_t rank = 0; ///< of the node's own tensors

    std::size_t axes() const { return in.size(); }
    std::size_t channelAxis() const { return channelsLast ? rank - 1 : 1; }
    std::int64_t inPixels() const;  ///< of one image
    std::int64_t outPixels() const; ///< of one image
    std::int64_t kernelPixels() const;
    bool isPadded() const;
};

/// Of a Conv or ConvTranspose node whose shapes its shape rule accepted. Nothing where it is not float32 with constant
/// weights, has an extent of zero, or more than three spatial axes.
std::optional<Geometry> geometryOf(const FastKernelRequest& request, bool transposed);

} // namespace plumbline::onednn
