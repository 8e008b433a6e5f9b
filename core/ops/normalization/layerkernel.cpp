#include "core/ops/normalization/moments.h"
#include "core/ops/normalization/normalizationkernel.h"

#include <cmath>

namespace plumbline {

namespace {

constexpr std::int64_t parallelFrom = 1 << 14;

PLUMBLINE_CLONES
void normaliseRow(const float* x, float* y, std::int64_t length, double epsilon, const float* scale,
                  const float* bias) {
    const double mean = moments::sum(x, length) / static_cast<double>(length);
    const double inverse = 1 / std::sqrt(moments::squares(x, length, mean) / static_cast<double>(length) + epsilon);
    for (std::int64_t i = 0; i < length; ++i)
        y[i] = static_cast<float>((static_cast<double>(x[i]) - mean) * inverse * static_cast<double>(scale[i]) +
                                  static_cast<double>(bias[i]));
}

class LayerKernel final : public FastKernel {
public:
    std::int64_t rows = 1, length = 1;
    double epsilon = 1e-5;
    std::vector<float> zeros; ///< where no bias is given
    int threads = 1;

    std::string implementation() const override { return "vectorised normalisation of rows"; }

    void run(std::span<const std::byte* const> inputs, std::span<std::byte* const> outputs, std::byte*) override {
        const auto* x = reinterpret_cast<const float*>(inputs[0]);
        const auto* scale = reinterpret_cast<const float*>(inputs[1]);
        const auto* bias = inputs.size() > 2 && inputs[2] ? reinterpret_cast<const float*>(inputs[2]) : zeros.data();
        auto* y = reinterpret_cast<float*>(outputs[0]);
#pragma omp parallel for num_threads(threads) if (rows * length > parallelFrom && rows > 1)
        for (std::int64_t r = 0; r < rows; ++r)
            normaliseRow(x + r * length, y + r * length, length, epsilon, scale, bias);
    }
};

} // namespace

std::unique_ptr<FastKernel> fastLayerNormalization(const FastKernelRequest& request) {
    const auto& type = *request.inputs[0];
    if (type.dtype != DType::float32 || !request.postOps.empty() || request.outputs.size() != 1 || type.shape.empty())
        return nullptr;
    const auto shape = *toShape(type.shape);
    const auto rank = static_cast<std::int64_t>(shape.rank());
    const auto axis = request.attributes.integer("axis", -1);
    auto kernel = std::make_unique<LayerKernel>();
    for (std::int64_t a = 0; a < rank; ++a)
        (a < (axis < 0 ? axis + rank : axis) ? kernel->rows : kernel->length) *= shape[static_cast<std::size_t>(a)];
    for (std::size_t i = 1; i < request.inputs.size(); ++i) // stretched operands are the reference kernel's
        if (request.inputs[i] && toShape(request.inputs[i]->shape)->elements() != kernel->length)
            return nullptr;
    kernel->epsilon = request.attributes.number("epsilon", 1e-5);
    kernel->zeros.assign(static_cast<std::size_t>(kernel->length), 0.0f);
    kernel->threads = request.threads;
    return kernel;
}

} // namespace plumbline
