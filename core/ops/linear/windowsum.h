#pragma once
// The loop that Conv and ConvTranspose share: each output is a sum over taps and the channels of its group.

#include "core/ops/support/element.h"
#include "core/ops/support/spatial.h"

namespace plumbline::windowsum {

using TapsRule = void (*)(const spatial::Window& window, std::span<const std::int64_t> before,
                          std::span<const std::int64_t> inputExtents, std::span<const std::int64_t> outputIndex,
                          std::vector<spatial::Tap>& taps);

struct Plan {
    spatial::Window window;
    std::vector<std::int64_t> before; ///< padding or cropping before the first element, an axis each
    spatial::Image input, output;
    std::int64_t groups = 1;
    TapsRule taps = nullptr;
    bool transposed = false; ///< weights (C, M/group, k…) instead of (M, C/group, k…)
    std::int64_t kernelSize = 1;

    std::int64_t inputsPerGroup() const { return input.channels / groups; }
    std::int64_t outputsPerGroup() const { return output.channels / groups; }
    /// The first element of the kernel between an input channel of the group and an output channel.
    std::int64_t weightAt(std::int64_t inputInGroup, std::int64_t outputChannel) const {
        if (!transposed)
            return (outputChannel * inputsPerGroup() + inputInGroup) * kernelSize;
        const auto group = outputChannel / outputsPerGroup();
        return ((group * inputsPerGroup() + inputInGroup) * outputsPerGroup() + outputChannel % outputsPerGroup()) *
               kernelSize;
    }
};

Plan convolution(const Attributes& attributes, const Shape& input, const Shape& weight, const Shape& output);
Plan transposedConvolution(const Attributes& attributes, const Shape& input, const Shape& weight, const Shape& output);

Result<std::vector<Tensor>> run(const Plan& plan, const KernelContext& context);
std::vector<ElementOrigin> origins(const Plan& plan, const DependencyContext& context);

} // namespace plumbline::windowsum
