#include "core/ops/normalization/moments.h"
#include "core/ops/normalization/normalizationkernel.h"
#include "core/ops/support/spatial.h"

#include <algorithm>
#include <cmath>

namespace plumbline {

namespace {

constexpr std::int64_t parallelFrom = 1 << 14;

/// One group of an image that lies channel by channel.
PLUMBLINE_CLONES
void normaliseGroup(const float* x, float* y, std::int64_t channels, std::int64_t positions, double epsilon,
                    const float* scale, const float* bias) {
    const auto count = channels * positions;
    const double mean = moments::sum(x, count) / static_cast<double>(count);
    const double inverse = 1 / std::sqrt(moments::squares(x, count, mean) / static_cast<double>(count) + epsilon);
    for (std::int64_t c = 0; c < channels; ++c) {
        const double factor = inverse * static_cast<double>(scale[c]);
        const auto shift = static_cast<double>(bias[c]);
        for (std::int64_t p = c * positions; p < (c + 1) * positions; ++p)
            y[p] = static_cast<float>((static_cast<double>(x[p]) - mean) * factor + shift);
    }
}

/// One image whose channels lie together. `work` holds 3 * channels doubles: means, factors and sums.
PLUMBLINE_CLONES
void normaliseImage(const float* x, float* y, std::int64_t groups, std::int64_t channels, std::int64_t positions,
                    double epsilon, const float* scale, const float* bias, double* work) {
    const auto each = channels / groups;
    const auto count = static_cast<double>(each * positions);
    double* means = work;
    double* factors = work + channels;
    double* sums = work + 2 * channels;
    for (std::int64_t c = 0; c < channels; ++c)
        sums[c] = 0;
    for (std::int64_t p = 0; p < positions; ++p)
        for (std::int64_t c = 0; c < channels; ++c)
            sums[c] += static_cast<double>(x[p * channels + c]);
    for (std::int64_t g = 0; g < groups; ++g) {
        double total = 0;
        for (std::int64_t c = g * each; c < (g + 1) * each; ++c)
            total += sums[c];
        for (std::int64_t c = g * each; c < (g + 1) * each; ++c) {
            means[c] = total / count;
            sums[c] = 0;
        }
    }
    for (std::int64_t p = 0; p < positions; ++p)
        for (std::int64_t c = 0; c < channels; ++c) {
            const double d = static_cast<double>(x[p * channels + c]) - means[c];
            sums[c] += d * d;
        }
    for (std::int64_t g = 0; g < groups; ++g) {
        double total = 0;
        for (std::int64_t c = g * each; c < (g + 1) * each; ++c)
            total += sums[c];
        for (std::int64_t c = g * each; c < (g + 1) * each; ++c)
            factors[c] = 1 / std::sqrt(total / count + epsilon) * static_cast<double>(scale[c]);
    }
    for (std::int64_t p = 0; p < positions; ++p)
        for (std::int64_t c = 0; c < channels; ++c)
            y[p * channels + c] = static_cast<float>(
                (static_cast<double>(x[p * channels + c]) - means[c]) * factors[c] + static_cast<double>(bias[c]));
}

class GroupKernel final : public FastKernel {
public:
    bool channelsLast = false;
    std::int64_t batch = 1, groups = 1, channels = 1, positions = 1;
    double epsilon = 1e-5;
    int threads = 1;

    std::size_t scratchBytes() const override {
        return channelsLast ? static_cast<std::size_t>(batch * channels * 3) * sizeof(double) : 0;
    }
    std::string implementation() const override { return "vectorised normalisation of groups"; }

    void run(std::span<const std::byte* const> inputs, std::span<std::byte* const> outputs,
             std::byte* scratch) override {
        const auto* x = reinterpret_cast<const float*>(inputs[0]);
        const auto* scale = reinterpret_cast<const float*>(inputs[1]);
        const auto* bias = reinterpret_cast<const float*>(inputs[2]);
        auto* y = reinterpret_cast<float*>(outputs[0]);
        const auto image = channels * positions;
        const auto each = channels / groups;
        const auto tasks = channelsLast ? batch : batch * groups;
#pragma omp parallel for num_threads(threads) if (batch * image > parallelFrom && tasks > 1)
        for (std::int64_t i = 0; i < tasks; ++i)
            if (channelsLast)
                normaliseImage(x + i * image, y + i * image, groups, channels, positions, epsilon, scale, bias,
                               reinterpret_cast<double*>(scratch) + i * channels * 3);
            else {
                const auto first = i % groups * each;
                normaliseGroup(x + i * each * positions, y + i * each * positions, each, positions, epsilon,
                               scale + first, bias + first);
            }
    }
};

std::unique_ptr<FastKernel> make(const FastKernelRequest& request, bool perChannel) {
    const auto& type = *request.inputs[0];
    if (type.dtype != DType::float32 || !request.postOps.empty() || request.outputs.size() != 1)
        return nullptr;
    const auto shape = *toShape(type.shape);
    const auto layout = spatial::layoutOf(request.attributes, shape.rank());
    const auto image = spatial::imageOf(shape, layout);
    auto kernel = std::make_unique<GroupKernel>();
    kernel->batch = image.batch;
    kernel->channels = image.channels;
    kernel->positions = image.positions;
    kernel->groups = perChannel ? image.channels : request.attributes.integer("num_groups");
    kernel->channelsLast = layout.channelsLast;
    kernel->epsilon = request.attributes.number("epsilon", 1e-5);
    kernel->threads = request.threads;
    return kernel;
}

} // namespace

std::unique_ptr<FastKernel> fastGroupNormalization(const FastKernelRequest& request) { return make(request, false); }
std::unique_ptr<FastKernel> fastInstanceNormalization(const FastKernelRequest& request) { return make(request, true); }

} // namespace plumbline
