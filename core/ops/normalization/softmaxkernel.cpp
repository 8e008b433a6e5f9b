#include "core/ops/normalization/normalizationkernel.h"
#include "core/ops/simd/math.h"

#include <limits>

namespace plumbline {

namespace {

constexpr std::int64_t lanes = 16;
constexpr std::int64_t parallelFrom = 1 << 13;

/// The greatest element, a NaN left aside: it comes in through the sum.
PLUMBLINE_INLINE float greatest(const float* x, std::int64_t count) {
    float most[lanes];
    for (auto& m : most)
        m = -std::numeric_limits<float>::infinity();
    std::int64_t i = 0;
    for (; i + lanes <= count; i += lanes)
        for (std::int64_t l = 0; l < lanes; ++l)
            most[l] = x[i + l] > most[l] ? x[i + l] : most[l];
    for (; i < count; ++i)
        most[0] = x[i] > most[0] ? x[i] : most[0];
    for (std::int64_t l = 1; l < lanes; ++l)
        most[0] = most[l] > most[0] ? most[l] : most[0];
    return most[0];
}

PLUMBLINE_INLINE double sumOf(const float* x, std::int64_t count) {
    double sums[lanes] = {};
    std::int64_t i = 0;
    for (; i + lanes <= count; i += lanes)
        for (std::int64_t l = 0; l < lanes; ++l)
            sums[l] += static_cast<double>(x[i + l]);
    for (; i < count; ++i)
        sums[0] += static_cast<double>(x[i]);
    double total = 0;
    for (const double s : sums)
        total += s;
    return total;
}

PLUMBLINE_CLONES
void softmaxRow(const float* x, float* y, std::int64_t length, bool logarithm) {
    const float most = greatest(x, length);
    if (logarithm) {
        // Exponentials are summed over blocks of the output, which the differences overwrite afterwards: x may be y.
        double total = 0;
        alignas(64) float block[256];
        for (std::int64_t at = 0; at < length; at += 256) {
            const auto count = length - at < 256 ? length - at : 256;
            for (std::int64_t i = 0; i < count; ++i)
                block[i] = simd::exp(x[at + i] - most);
            total += sumOf(block, count);
        }
        const auto logTotal = std::log(total);
        for (std::int64_t i = 0; i < length; ++i)
            y[i] = static_cast<float>(static_cast<double>(x[i]) - static_cast<double>(most) - logTotal);
        return;
    }
    for (std::int64_t i = 0; i < length; ++i)
        y[i] = simd::exp(x[i] - most);
    const double inverse = 1 / sumOf(y, length);
    for (std::int64_t i = 0; i < length; ++i)
        y[i] = static_cast<float>(static_cast<double>(y[i]) * inverse);
}

class SoftmaxKernel final : public FastKernel {
public:
    std::int64_t rows = 1, length = 1;
    bool logarithm = false;
    int threads = 1;

    std::string implementation() const override { return "vectorised exponentials of rows"; }

    void run(std::span<const std::byte* const> inputs, std::span<std::byte* const> outputs, std::byte*) override {
        const auto* x = reinterpret_cast<const float*>(inputs[0]);
        auto* y = reinterpret_cast<float*>(outputs[0]);
#pragma omp parallel for num_threads(threads) if (rows * length > parallelFrom && rows > 1)
        for (std::int64_t r = 0; r < rows; ++r)
            softmaxRow(x + r * length, y + r * length, length, logarithm);
    }
};

std::unique_ptr<FastKernel> make(const FastKernelRequest& request, bool logarithm) {
    const auto& type = *request.inputs[0];
    const auto rank = static_cast<std::int64_t>(type.shape.size());
    const auto axis = request.attributes.integer("axis", -1);
    if (type.dtype != DType::float32 || !request.postOps.empty() || rank == 0 || (axis != -1 && axis != rank - 1))
        return nullptr;
    const auto shape = *toShape(type.shape);
    auto kernel = std::make_unique<SoftmaxKernel>();
    kernel->length = shape.back();
    kernel->rows = shape.elements() / kernel->length;
    kernel->logarithm = logarithm;
    kernel->threads = request.threads;
    return kernel;
}

} // namespace

std::unique_ptr<FastKernel> fastSoftmax(const FastKernelRequest& request) { return make(request, false); }
std::unique_ptr<FastKernel> fastLogSoftmax(const FastKernelRequest& request) { return make(request, true); }

} // namespace plumbline
