// Resize of float32: each output row reads a few input rows with weights, worked out when the kernel is prepared.

#include "core/ops/shaping/resizekernel.h"

#include "core/ops/shaping/resize.h"
#include "core/ops/simd/clones.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace plumbline {

namespace {

constexpr std::size_t mostCombinations = 64; ///< cubic over four axes would be 256: the reference kernel does that
constexpr std::int64_t parallelFrom = 1 << 15;

/// The samples of one axis, end to end; `first` has one more entry than the axis has outputs.
struct Taps {
    std::int64_t outputs = 1;
    std::vector<std::int64_t> offset; ///< in elements of the input
    std::vector<float> weight;
    std::vector<std::size_t> first;
};

PLUMBLINE_CLONES
void accumulate(float* y, const float* x, float weight, std::int64_t count, bool begin) {
    if (begin)
        for (std::int64_t i = 0; i < count; ++i)
            y[i] = weight * x[i];
    else
        for (std::int64_t i = 0; i < count; ++i)
            y[i] += weight * x[i];
}

class ResizeKernel final : public FastKernel {
public:
    std::vector<Taps> axes; ///< the axes before the tail
    std::int64_t tail = 1;  ///< elements of the trailing axes that stay as they are
    std::int64_t outer = 1; ///< outputs of all axes but the last
    bool moves = true;      ///< every output is one input
    int threads = 1;

    std::string implementation() const override { return "separable taps"; }

    void run(std::span<const std::byte* const> inputs, std::span<std::byte* const> outputs, std::byte*) override {
        const auto* x = reinterpret_cast<const float*>(inputs[0]);
        auto* y = reinterpret_cast<float*>(outputs[0]);
        const auto row = axes.back().outputs * tail;
#pragma omp parallel for num_threads(threads) if (outer * row > parallelFrom && outer > 1)
        for (std::int64_t o = 0; o < outer; ++o)
            runRow(x, y + o * row, o);
    }

private:
    struct Combination {
        std::int64_t offset;
        float weight;
    };

    void runRow(const float* x, float* y, std::int64_t index) const {
        std::array<Combination, mostCombinations> list;
        list[0] = {0, 1};
        std::size_t count = 1;
        for (std::size_t a = axes.size() - 1; a-- > 0;) {
            const auto& taps = axes[a];
            const auto at = static_cast<std::size_t>(index % taps.outputs);
            index /= taps.outputs;
            const auto begin = taps.first[at], samples = taps.first[at + 1] - begin;
            for (std::size_t s = samples; s-- > 0;) // the first sample overwrites the list it multiplies: last
                for (std::size_t c = 0; c < count; ++c)
                    list[s * count + c] = {list[c].offset + taps.offset[begin + s],
                                           list[c].weight * taps.weight[begin + s]};
            count *= samples;
        }
        const auto& last = axes.back();
        if (moves) {
            const float* from = x + list[0].offset;
            for (std::int64_t k = 0; k < last.outputs; ++k)
                if (tail == 1)
                    y[k] = from[last.offset[static_cast<std::size_t>(k)]];
                else
                    std::memcpy(y + k * tail, from + last.offset[static_cast<std::size_t>(k)],
                                static_cast<std::size_t>(tail) * sizeof(float));
            return;
        }
        for (std::int64_t k = 0; k < last.outputs; ++k) {
            const auto begin = last.first[static_cast<std::size_t>(k)],
                       end = last.first[static_cast<std::size_t>(k) + 1];
            if (tail == 1) {
                float sum = 0;
                for (auto s = begin; s < end; ++s)
                    for (std::size_t c = 0; c < count; ++c)
                        sum += list[c].weight * last.weight[s] * x[list[c].offset + last.offset[s]];
                y[k] = sum;
            } else
                for (auto s = begin; s < end; ++s)
                    for (std::size_t c = 0; c < count; ++c)
                        accumulate(y + k * tail, x + list[c].offset + last.offset[s], list[c].weight * last.weight[s],
                                   tail, s == begin && c == 0);
        }
    }
};

} // namespace

std::unique_ptr<FastKernel> fastResize(const FastKernelRequest& request) {
    const auto& type = *request.inputs[0];
    const auto given = [&](std::size_t i) { return i < request.inputs.size() && request.inputs[i]; };
    const auto constant = [&](std::size_t i) {
        return given(i) && request.constants[i] ? *request.constants[i] : Tensor();
    };
    if (type.dtype != DType::float32 || !request.postOps.empty() || (given(1) && constant(1).isNull()) ||
        (given(2) && constant(2).isNull()))
        return nullptr;
    const auto input = *toShape(type.shape), output = *toShape(request.outputs[0].shape);
    const auto plan = resizePlan(request.attributes, input, output, constant(1), constant(2));
    auto kernel = std::make_unique<ResizeKernel>();
    kernel->threads = request.threads;
    std::size_t rank = plan.size();
    for (; rank > 1 && plan[rank - 1].identity; --rank)
        kernel->tail *= output[rank - 1];
    auto stride = kernel->tail;
    std::size_t combinations = 1;
    kernel->axes.resize(rank);
    for (std::size_t a = rank; a-- > 0;) {
        auto& taps = kernel->axes[a];
        taps.outputs = output[a];
        taps.first.push_back(0);
        std::size_t most = 1;
        for (std::int64_t k = 0; k < output[a]; ++k) {
            const std::vector<ResizeSample> self{{k, 1}};
            const auto& samples = plan[a].identity ? self : plan[a].samples[static_cast<std::size_t>(k)];
            for (const auto& sample : samples) {
                if (sample.index < 0)
                    return nullptr; // an extrapolation value
                taps.offset.push_back(sample.index * stride);
                taps.weight.push_back(static_cast<float>(sample.weight));
            }
            most = std::max(most, samples.size());
            kernel->moves = kernel->moves && samples.size() == 1 && samples[0].weight == 1;
            taps.first.push_back(taps.offset.size());
            if (samples.empty())
                return nullptr;
        }
        if (a + 1 < rank) {
            combinations *= most;
            kernel->outer *= output[a];
        }
        stride *= input[a];
    }
    if (combinations > mostCombinations)
        return nullptr;
    return kernel;
}

} // namespace plumbline
