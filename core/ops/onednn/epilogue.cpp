#include "core/ops/onednn/epilogue.h"

#include "core/ops/simd/activation.h"
#include "core/ops/simd/clones.h"

#include <algorithm>

namespace plumbline::onednn {

namespace {

const float* floats(const Tensor& tensor) { return tensor.isNull() ? nullptr : tensor.span<float>().data(); }

bool isPerChannel(const Tensor& tensor, std::int64_t channels) {
    return tensor.isNull() ||
           (tensor.dtype() == DType::float32 && tensor.elements() == channels && tensor.isContiguous());
}

PLUMBLINE_CLONES void scaleShiftRow(float* row, const float* scale, const float* shift, std::int64_t channels) {
    if (scale && shift)
        for (std::int64_t c = 0; c < channels; ++c)
            row[c] = row[c] * scale[c] + shift[c];
    else if (scale)
        for (std::int64_t c = 0; c < channels; ++c)
            row[c] *= scale[c];
    else if (shift)
        for (std::int64_t c = 0; c < channels; ++c)
            row[c] += shift[c];
}

PLUMBLINE_CLONES void scaleShiftPlane(float* data, std::int64_t count, float scale, float shift) {
    for (std::int64_t i = 0; i < count; ++i)
        data[i] = data[i] * scale + shift;
}

} // namespace

std::optional<Epilogue> Epilogue::make(std::span<const PostOp> postOps, std::int64_t channels,
                                       std::size_t channelAxis) {
    Epilogue out;
    out.m_channels = channels;
    for (const auto& postOp : postOps) {
        Step step;
        if (postOp.op == "ScaleShift") {
            step.scale = postOp.attributes.tensor("scale");
            step.shift = postOp.attributes.tensor("shift");
            const auto axis = postOp.attributes.integer("axis", static_cast<std::int64_t>(channelAxis));
            if (axis != static_cast<std::int64_t>(channelAxis) || !isPerChannel(step.scale, channels) ||
                !isPerChannel(step.shift, channels))
                return std::nullopt;
        } else {
            const auto activation = simd::vectorActivation(postOp.op, postOp.attributes);
            if (!activation)
                return std::nullopt;
            step.activation = activation->apply;
            step.alpha = activation->alpha;
            step.beta = activation->beta;
        }
        out.m_steps.push_back(std::move(step));
    }
    return out;
}

void Epilogue::prependBias(const Tensor& bias) {
    Step step;
    step.shift = bias;
    m_steps.insert(m_steps.begin(), std::move(step));
}

void Epilogue::applyRows(float* data, std::int64_t rows) const {
    for (const auto& step : m_steps) {
        if (step.activation) {
            step.activation(data, static_cast<std::size_t>(rows * m_channels), step.alpha, step.beta);
            continue;
        }
        for (std::int64_t row = 0; row < rows; ++row)
            scaleShiftRow(data + row * m_channels, floats(step.scale), floats(step.shift), m_channels);
    }
}

void Epilogue::applyPlane(float* data, std::int64_t count, std::int64_t channel) const {
    for (const auto& step : m_steps) {
        if (step.activation) {
            step.activation(data, static_cast<std::size_t>(count), step.alpha, step.beta);
            continue;
        }
        const auto* scale = floats(step.scale);
        const auto* shift = floats(step.shift);
        if (scale && !shift) // not x * scale + 0: that would turn -0 into 0
            scaleShiftPlane(data, count, scale[channel], -0.0f);
        else
            scaleShiftPlane(data, count, scale ? scale[channel] : 1.0f, shift ? shift[channel] : -0.0f);
    }
}

void Epilogue::apply(float* data, std::int64_t outer, std::int64_t inner) const {
    if (m_steps.empty())
        return;
    constexpr std::int64_t blockElements = 8192; // 32 kB: the steps after the first find it in the L1 cache
    constexpr std::int64_t parallelElements = 32768;
    const bool parallel = outer * m_channels * inner >= parallelElements;
    if (inner == 1) {
        const auto block = std::max<std::int64_t>(1, blockElements / m_channels);
        const auto blocks = (outer + block - 1) / block;
#pragma omp parallel for if (parallel) schedule(static)
        for (std::int64_t b = 0; b < blocks; ++b)
            applyRows(data + b * block * m_channels, std::min(block, outer - b * block));
        return;
    }
#pragma omp parallel for if (parallel) schedule(static)
    for (std::int64_t plane = 0; plane < outer * m_channels; ++plane)
        applyPlane(data + plane * inner, inner, plane % m_channels);
}

} // namespace plumbline::onednn
