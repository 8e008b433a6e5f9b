#include "core/ops/shaping/movekernel.h"
#include "core/ops/support/rule.h"

#include <cstring>

namespace plumbline {

namespace {

constexpr std::size_t parallelFrom = 1 << 18; ///< bytes

class ConcatKernel final : public FastKernel {
public:
    std::int64_t outer = 1;
    std::size_t row = 0;           ///< bytes of the output for one outer index
    std::vector<std::size_t> runs; ///< bytes of each input for one outer index

    std::string implementation() const override { return "copied runs"; }

    void run(std::span<const std::byte* const> inputs, std::span<std::byte* const> outputs, std::byte*) override {
#pragma omp parallel for if (static_cast <std::size_t>(outer) * row > parallelFrom && outer > 1) schedule(static)
        for (std::int64_t o = 0; o < outer; ++o) {
            auto* to = outputs[0] + static_cast<std::size_t>(o) * row;
            for (std::size_t i = 0; i < runs.size(); to += runs[i++])
                std::memcpy(to, inputs[i] + static_cast<std::size_t>(o) * runs[i], runs[i]);
        }
    }
};

} // namespace

std::unique_ptr<FastKernel> fastConcat(const FastKernelRequest& request) {
    const auto shape = *toShape(request.outputs[0].shape);
    const auto axis = rule::axis("Concat", request.attributes.integer("axis"), shape.rank());
    if (!axis || !request.postOps.empty() || shape.elements() == 0)
        return nullptr;
    auto kernel = std::make_unique<ConcatKernel>();
    for (std::size_t i = 0; i < *axis; ++i)
        kernel->outer *= shape[i];
    for (const auto* input : request.inputs) {
        kernel->runs.push_back(static_cast<std::size_t>(toShape(input->shape)->elements() / kernel->outer) *
                               itemSize(input->dtype));
        kernel->row += kernel->runs.back();
    }
    return kernel;
}

} // namespace plumbline
