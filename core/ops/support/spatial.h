#pragma once
// The geometry of sliding windows: convolutions, transposed convolutions and pools, of any number of spatial axes, in
// both layouts. Formulas: ONNX operators Conv, ConvTranspose, MaxPool (opset 18); auto_pad=SAME_UPPER is TensorFlow's
// "same".
//
//   channels first: (n, c, s0, s1, …)      channels last: (n, s0, s1, …, c)

#include "core/ops/op.h"

namespace plumbline::spatial {

struct Layout {
    bool channelsLast = false;
    std::size_t rank = 0; ///< of the whole tensor
    std::size_t spatialRank() const { return rank - 2; }
    std::size_t channelAxis() const { return channelsLast ? rank - 1 : 1; }
    std::size_t spatialAxis(std::size_t i) const { return channelsLast ? 1 + i : 2 + i; }
    /// The shape of an image tensor from its parts.
    Dims join(const Dim& batch, const Dim& channels, const Dims& spatial) const;
    Dims spatialOf(const Dims& shape) const;
};
Layout layoutOf(const Attributes& attributes, std::size_t rank);

/// A concrete image tensor with its strides in elements.
struct Image {
    std::int64_t batch = 0, channels = 0, positions = 0; ///< positions: all spatial extents multiplied
    std::vector<std::int64_t> spatial;
    std::int64_t batchStride = 0, channelStride = 0, positionStride = 0;
};
Image imageOf(const Shape& shape, const Layout& layout);

enum class AutoPad { none, valid, sameUpper, sameLower };

struct Window {
    std::vector<std::int64_t> kernel, strides, dilations, padBegin, padEnd;
    AutoPad autoPad = AutoPad::none;
    std::int64_t reach(std::size_t axis) const { return dilations[axis] * (kernel[axis] - 1) + 1; }
};
/// From kernel_shape (or, for a convolution, its weights' extents), strides, dilations, pads, auto_pad.
/// Errors: lists of a wrong length, extents and strides below one, pads below zero.
Result<Window> windowOf(std::string_view op, const Attributes& attributes, std::vector<std::int64_t> kernel,
                        std::size_t spatialRank);

/// Output extents of a convolution or pool. An error ("zero-size.<op>") where a known one comes out below one.
Result<Dims> windowOutput(std::string_view op, const Window& window, const Dims& inputShape, const Layout& layout,
                          bool ceilMode = false);
/// Elements of padding before the input's first one on an axis, of concrete extents.
std::int64_t padBefore(const Window& window, std::size_t axis, std::int64_t input, std::int64_t output);

/// A transposed convolution: the same, with output_padding and output_shape.
struct TransposedWindow : Window {
    std::vector<std::int64_t> outputPadding, outputShape;
};
Result<TransposedWindow> transposedWindowOf(std::string_view op, const Attributes& attributes,
                                            std::vector<std::int64_t> kernel, std::size_t spatialRank);
Result<Dims> transposedOutput(std::string_view op, const TransposedWindow& window, const Dims& inputShape,
                              const Layout& layout);
/// Elements cut off before the first output on an axis.
std::int64_t cropBefore(const TransposedWindow& window, std::size_t axis, std::int64_t input, std::int64_t output);

/// One product of a window: the flattened spatial position in the input, and in the kernel.
struct Tap {
    std::int64_t input = 0;
    std::int64_t kernel = 0;
};
/// The taps of one output position, padding left out, in the kernel's order. `before` is padBefore of every axis.
void windowTaps(const Window& window, std::span<const std::int64_t> before, std::span<const std::int64_t> inputExtents,
                std::span<const std::int64_t> outputIndex, std::vector<Tap>& taps);
/// The same for a transposed convolution; `before` is cropBefore of every axis.
void transposedTaps(const Window& window, std::span<const std::int64_t> before,
                    std::span<const std::int64_t> inputExtents, std::span<const std::int64_t> outputIndex,
                    std::vector<Tap>& taps);

/// A flattened spatial position as one number an axis.
void unflattenInto(std::int64_t position, std::span<const std::int64_t> extents, std::vector<std::int64_t>& index);

} // namespace plumbline::spatial
