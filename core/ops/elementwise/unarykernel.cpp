#include "core/ops/elementwise/unarykernel.h"

#include "core/ops/simd/activation.h"

#include <algorithm>

namespace plumbline {

namespace {

class UnaryKernel final : public FastKernel {
public:
    UnaryKernel(simd::VectorActivation function, std::int64_t count) : m_function(function), m_count(count) {}

    std::string implementation() const override { return "vector loop"; }

    void run(std::span<const std::byte* const> inputs, std::span<std::byte* const> outputs, std::byte*) override {
        constexpr std::int64_t block = 4096; // 16 kB: copied and computed within the L1 cache
        constexpr std::int64_t parallelBlocks = 8;
        const auto blocks = (m_count + block - 1) / block;
#pragma omp parallel for if (blocks >= parallelBlocks) schedule(static)
        for (std::int64_t b = 0; b < blocks; ++b)
            runPart(inputs, outputs, b * block, std::min((b + 1) * block, m_count));
    }

    std::int64_t granule() const override { return 1; }
    void runPart(std::span<const std::byte* const> inputs, std::span<std::byte* const> outputs, std::int64_t begin,
                 std::int64_t end) override {
        const auto* from = reinterpret_cast<const float*>(inputs[0]);
        auto* to = reinterpret_cast<float*>(outputs[0]);
        if (from != to)
            std::copy(from + begin, from + end, to + begin);
        m_function.apply(to + begin, static_cast<std::size_t>(end - begin), m_function.alpha, m_function.beta);
    }

private:
    simd::VectorActivation m_function;
    std::int64_t m_count;
};

} // namespace

std::unique_ptr<FastKernel> fastUnary(std::string_view op, const FastKernelRequest& request) {
    const auto shape = toShape(request.outputs[0].shape);
    const auto function = simd::vectorActivation(op, request.attributes);
    if (!shape || !function || request.inputs[0]->dtype != DType::float32 || !request.postOps.empty())
        return nullptr;
    return std::make_unique<UnaryKernel>(*function, shape->elements());
}

} // namespace plumbline
