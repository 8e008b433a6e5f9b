#include "core/ops/elementwise/clip.h"
#include "core/ops/simd/clones.h"

#include <algorithm>

namespace plumbline {

namespace {

constexpr std::int64_t chunk = 1 << 14;

/// The comparisons leave a NaN in x alone; a bound that is NaN is kept.
PLUMBLINE_CLONES
void clip(const float* x, float* y, std::int64_t count, float low, float high, bool hasLow, bool hasHigh) {
    for (std::int64_t i = 0; i < count; ++i) {
        float v = x[i];
        v = hasLow & ((v < low) | (low != low)) ? low : v;
        v = hasHigh & ((v > high) | (high != high)) ? high : v;
        y[i] = v;
    }
}

class ClipKernel final : public FastKernel {
public:
    std::int64_t elements = 0;
    int threads = 1;

    std::string implementation() const override { return "vectorised clip"; }

    void run(std::span<const std::byte* const> inputs, std::span<std::byte* const> outputs, std::byte*) override {
        const auto bound = [&](std::size_t i) {
            return i < inputs.size() ? reinterpret_cast<const float*>(inputs[i]) : nullptr;
        };
        const auto *low = bound(1), *high = bound(2);
        const auto* x = reinterpret_cast<const float*>(inputs[0]);
        auto* y = reinterpret_cast<float*>(outputs[0]);
#pragma omp parallel for num_threads(threads) if (elements > 2 * chunk)
        for (std::int64_t at = 0; at < elements; at += chunk)
            clip(x + at, y + at, std::min(chunk, elements - at), low ? *low : 0, high ? *high : 0, low, high);
    }
};

} // namespace

std::unique_ptr<FastKernel> fastClip(const FastKernelRequest& request) {
    if (request.inputs[0]->dtype != DType::float32 || !request.postOps.empty())
        return nullptr;
    auto kernel = std::make_unique<ClipKernel>();
    kernel->elements = toShape(request.inputs[0]->shape)->elements();
    kernel->threads = request.threads;
    return kernel;
}

} // namespace plumbline
