#include "core/ops/normalization/normalizationkernel.h"
#include "core/ops/simd/clones.h"
#include "core/ops/support/spatial.h"

#include <algorithm>
#include <cmath>

namespace plumbline {

namespace {

constexpr std::int64_t block = 1 << 13;
constexpr std::int64_t parallelFrom = 1 << 15;

/// Rows of all channels.
PLUMBLINE_CLONES
void rowsLoop(const float* x, float* y, std::int64_t rows, std::int64_t channels, const float* mean,
              const float* factor, const float* bias) {
    for (std::int64_t r = 0; r < rows; ++r, x += channels, y += channels)
        for (std::int64_t c = 0; c < channels; ++c)
            y[c] = (x[c] - mean[c]) * factor[c] + bias[c];
}

/// Neighbours of one channel.
PLUMBLINE_CLONES
void channelLoop(const float* x, float* y, std::int64_t count, float mean, float factor, float bias) {
    for (std::int64_t i = 0; i < count; ++i)
        y[i] = (x[i] - mean) * factor + bias;
}

class BatchKernel final : public FastKernel {
public:
    std::int64_t outer = 1, channels = 1, inner = 1;
    std::vector<float> mean, factor, bias;

    std::string implementation() const override { return "vector loop"; }

    void run(std::span<const std::byte* const> inputs, std::span<std::byte* const> outputs, std::byte*) override {
        const auto elements = outer * channels * inner;
        const auto part = std::max<std::int64_t>(1, block / granule()) * granule();
#pragma omp parallel for if (elements > parallelFrom) schedule(static)
        for (std::int64_t begin = 0; begin < elements; begin += part)
            runPart(inputs, outputs, begin, std::min(begin + part, elements));
    }

    /// A row of all channels, or the neighbours of one.
    std::int64_t granule() const override { return inner == 1 ? channels : inner; }
    void runPart(std::span<const std::byte* const> inputs, std::span<std::byte* const> outputs, std::int64_t begin,
                 std::int64_t end) override {
        const auto* x = reinterpret_cast<const float*>(inputs[0]);
        auto* y = reinterpret_cast<float*>(outputs[0]);
        if (inner == 1) {
            rowsLoop(x + begin, y + begin, (end - begin) / channels, channels, mean.data(), factor.data(), bias.data());
            return;
        }
        for (; begin < end; begin += inner) {
            const auto c = static_cast<std::size_t>(begin / inner % channels);
            channelLoop(x + begin, y + begin, inner, mean[c], factor[c], bias[c]);
        }
    }
};

} // namespace

std::unique_ptr<FastKernel> fastBatchNormalization(const FastKernelRequest& request) {
    const auto& type = *request.inputs[0];
    if (type.dtype != DType::float32 || !request.postOps.empty() || request.outputs.size() != 1 ||
        request.attributes.integer("training_mode") != 0)
        return nullptr;
    for (std::size_t i = 1; i < 5; ++i)
        if (!request.constants[i] || request.constants[i]->dtype() != DType::float32)
            return nullptr;
    const auto shape = *toShape(type.shape);
    const auto axis = spatial::layoutOf(request.attributes, shape.rank()).channelAxis();
    auto kernel = std::make_unique<BatchKernel>();
    kernel->channels = shape[axis];
    for (std::size_t i = 0; i < shape.rank(); ++i)
        if (i != axis)
            (i < axis ? kernel->outer : kernel->inner) *= shape[i];
    const double epsilon = request.attributes.number("epsilon", 1e-5);
    for (std::int64_t c = 0; c < kernel->channels; ++c) {
        const double deviation = std::sqrt(request.constants[4]->flat(c) + epsilon);
        kernel->factor.push_back(static_cast<float>(request.constants[1]->flat(c) / deviation));
        if (!std::isfinite(kernel->factor.back()))
            return nullptr; // the reference kernel divides first: 0 / 0 and its like come out otherwise
        kernel->bias.push_back(static_cast<float>(request.constants[2]->flat(c)));
        kernel->mean.push_back(static_cast<float>(request.constants[3]->flat(c)));
    }
    return kernel;
}

} // namespace plumbline
