#include "core/ops/pooling/fastpool.h"

#include "core/ops/simd/clones.h"
#include "core/ops/support/spatial.h"

#include <algorithm>
#include <limits>

namespace plumbline {

namespace {

/// Keeps a NaN from either side, the infinities, and of equal elements the first.
PLUMBLINE_INLINE float larger(float kept, float x) { return x > kept || x != x ? x : kept; }

PLUMBLINE_CLONES void maxRow(float* to, const float* from, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i)
        to[i] = larger(to[i], from[i]);
}
PLUMBLINE_CLONES void addRow(float* to, const float* from, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i)
        to[i] += from[i];
}
PLUMBLINE_CLONES void divideRow(float* to, float by, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i)
        to[i] /= by;
}
PLUMBLINE_CLONES void addRowWide(double* to, const float* from, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i)
        to[i] += from[i];
}

/// Windows over up to three spatial axes; the innermost loop runs over channels (channels last) or single elements.
class PoolKernel final : public FastKernel {
public:
    static std::unique_ptr<FastKernel> make(bool isMax, const FastKernelRequest& request) {
        const auto in = toShape(request.inputs[0]->shape);
        const auto out = toShape(request.outputs[0].shape);
        if (!in || !out || request.inputs[0]->dtype != DType::float32 || request.outputs.size() != 1 ||
            !request.postOps.empty() || in->elements() == 0 || out->elements() == 0 || in->rank() < 3 || in->rank() > 5)
            return nullptr;
        const auto layout = spatial::layoutOf(request.attributes, in->rank());
        auto window = spatial::windowOf(isMax ? "MaxPool" : "AveragePool", request.attributes,
                                        request.attributes.integers("kernel_shape"), in->rank() - 2);
        if (!window)
            return nullptr;
        auto kernel = std::make_unique<PoolKernel>();
        kernel->m_isMax = isMax;
        kernel->m_countPadding = request.attributes.integer("count_include_pad") != 0;
        kernel->m_channelsLast = layout.channelsLast;
        kernel->m_batch = (*in)[0];
        kernel->m_channels = (*in)[layout.channelAxis()];
        const std::size_t missing = 3 - layout.spatialRank();
        for (std::size_t i = 0; i < layout.spatialRank(); ++i) {
            auto& axis = kernel->m_axes[missing + i];
            axis.in = (*in)[layout.spatialAxis(i)];
            axis.out = (*out)[layout.spatialAxis(i)];
            axis.kernel = window->kernel[i];
            axis.stride = window->strides[i];
            axis.dilation = window->dilations[i];
            axis.before = spatial::padBefore(*window, i, axis.in, axis.out);
            // What a window that counts its padding may count: the padded extent, not what ceil_mode adds to it.
            const auto reach = (axis.out - 1) * axis.stride + window->reach(i);
            axis.paddedEnd = window->autoPad == spatial::AutoPad::none ? axis.in + window->padEnd[i]
                                                                       : std::max(axis.in, reach - axis.before);
        }
        return kernel;
    }

    std::string implementation() const override { return "windows"; }

    void run(std::span<const std::byte* const> inputs, std::span<std::byte* const> outputs, std::byte*) override {
        const auto* from = reinterpret_cast<const float*>(inputs[0]);
        auto* to = reinterpret_cast<float*>(outputs[0]);
        const auto planes = m_channelsLast ? m_batch : m_batch * m_channels;
        const auto depth = m_channelsLast ? m_channels : 1;
        const auto inPlane = m_axes[0].in * m_axes[1].in * m_axes[2].in * depth;
        const auto lines = m_axes[0].out * m_axes[1].out;
        const auto outLine = m_axes[2].out * depth;
        const bool parallel = planes * lines * outLine >= 16384;
#pragma omp parallel for collapse(2) if (parallel) schedule(static)
        for (std::int64_t plane = 0; plane < planes; ++plane)
            for (std::int64_t line = 0; line < lines; ++line)
                poolLine(from + plane * inPlane, to + (plane * lines + line) * outLine, line / m_axes[1].out,
                         line % m_axes[1].out, depth);
    }

private:
    struct Axis {
        std::int64_t in = 1, out = 1, kernel = 1, stride = 1, dilation = 1, before = 0, paddedEnd = 1;
        /// Taps [first, last) of the window at `position` that lie inside the input.
        std::pair<std::int64_t, std::int64_t> taps(std::int64_t position) const {
            const auto start = position * stride - before;
            const auto first = start < 0 ? (-start + dilation - 1) / dilation : 0;
            const auto last = start >= in ? 0 : std::min(kernel, (in - start + dilation - 1) / dilation);
            return {first, std::max(first, last)};
        }
        std::int64_t countedTaps(std::int64_t position) const {
            const auto start = position * stride - before;
            return start >= paddedEnd ? 0 : std::min(kernel, (paddedEnd - start + dilation - 1) / dilation);
        }
        std::int64_t at(std::int64_t position, std::int64_t tap) const {
            return position * stride - before + tap * dilation;
        }
    };

    void poolLine(const float* from, float* to, std::int64_t z, std::int64_t y, std::int64_t depth) const {
        const auto& [a, b, c] = m_axes;
        const auto [zFirst, zLast] = a.taps(z);
        const auto [yFirst, yLast] = b.taps(y);
        for (std::int64_t x = 0; x < c.out; ++x, to += depth) {
            const auto [xFirst, xLast] = c.taps(x);
            std::fill_n(to, depth, m_isMax ? -std::numeric_limits<float>::infinity() : 0.0f);
            for (auto i = zFirst; i < zLast; ++i)
                for (auto j = yFirst; j < yLast; ++j) {
                    const auto* line = from + (a.at(z, i) * b.in + b.at(y, j)) * c.in * depth;
                    for (auto k = xFirst; k < xLast; ++k)
                        take(to, line + c.at(x, k) * depth, depth);
                }
            if (!m_isMax) {
                const auto inside = (zLast - zFirst) * (yLast - yFirst) * (xLast - xFirst);
                const auto counted = m_countPadding ? a.countedTaps(z) * b.countedTaps(y) * c.countedTaps(x) : inside;
                divideRow(to, static_cast<float>(counted), depth);
            }
        }
    }

    void take(float* to, const float* from, std::int64_t depth) const {
        if (depth == 1)
            *to = m_isMax ? larger(*to, *from) : *to + *from;
        else if (m_isMax)
            maxRow(to, from, depth);
        else
            addRow(to, from, depth);
    }

    bool m_isMax = false, m_countPadding = false, m_channelsLast = false;
    std::int64_t m_batch = 0, m_channels = 0;
    std::array<Axis, 3> m_axes;
};

class GlobalPoolKernel final : public FastKernel {
public:
    static std::unique_ptr<FastKernel> make(bool isMax, const FastKernelRequest& request) {
        const auto in = toShape(request.inputs[0]->shape);
        if (!in || request.inputs[0]->dtype != DType::float32 || !request.postOps.empty() || in->elements() == 0 ||
            in->rank() < 3)
            return nullptr;
        const auto layout = spatial::layoutOf(request.attributes, in->rank());
        auto kernel = std::make_unique<GlobalPoolKernel>();
        kernel->m_isMax = isMax;
        kernel->m_channelsLast = layout.channelsLast;
        kernel->m_batch = (*in)[0];
        kernel->m_channels = (*in)[layout.channelAxis()];
        kernel->m_positions = in->elements() / (kernel->m_batch * kernel->m_channels);
        return kernel;
    }

    /// Sums of an average are kept in double, one a channel.
    std::size_t scratchBytes() const override {
        return m_isMax ? 0 : static_cast<std::size_t>(m_batch * m_channels) * sizeof(double);
    }
    std::string implementation() const override { return "reduction"; }

    void run(std::span<const std::byte* const> inputs, std::span<std::byte* const> outputs,
             std::byte* scratch) override {
        const auto* from = reinterpret_cast<const float*>(inputs[0]);
        auto* to = reinterpret_cast<float*>(outputs[0]);
        auto* sums = reinterpret_cast<double*>(scratch);
        const bool parallel = m_batch * m_positions * m_channels >= 65536;
        if (m_channelsLast) {
#pragma omp parallel for if (parallel) schedule(static)
            for (std::int64_t n = 0; n < m_batch; ++n)
                reduceRows(from + n * m_positions * m_channels, to + n * m_channels, sums + n * m_channels);
            return;
        }
#pragma omp parallel for if (parallel) schedule(static)
        for (std::int64_t plane = 0; plane < m_batch * m_channels; ++plane)
            to[plane] = reducePlane(from + plane * m_positions);
    }

private:
    void reduceRows(const float* from, float* to, double* sums) const {
        if (m_isMax) {
            std::copy_n(from, m_channels, to);
            for (std::int64_t p = 1; p < m_positions; ++p)
                maxRow(to, from + p * m_channels, m_channels);
            return;
        }
        std::fill_n(sums, m_channels, 0.0);
        for (std::int64_t p = 0; p < m_positions; ++p)
            addRowWide(sums, from + p * m_channels, m_channels);
        for (std::int64_t c = 0; c < m_channels; ++c)
            to[c] = static_cast<float>(sums[c] / static_cast<double>(m_positions));
    }

    float reducePlane(const float* from) const {
        if (m_isMax) {
            float kept = from[0];
            for (std::int64_t p = 1; p < m_positions; ++p)
                kept = larger(kept, from[p]);
            return kept;
        }
        double sum = 0;
        for (std::int64_t p = 0; p < m_positions; ++p)
            sum += from[p];
        return static_cast<float>(sum / static_cast<double>(m_positions));
    }

    bool m_isMax = false, m_channelsLast = false;
    std::int64_t m_batch = 0, m_channels = 0, m_positions = 0;
};

} // namespace

std::unique_ptr<FastKernel> fastMaxPool(const FastKernelRequest& request) { return PoolKernel::make(true, request); }
std::unique_ptr<FastKernel> fastAveragePool(const FastKernelRequest& request) {
    return PoolKernel::make(false, request);
}
std::unique_ptr<FastKernel> fastGlobalMaxPool(const FastKernelRequest& request) {
    return GlobalPoolKernel::make(true, request);
}
std::unique_ptr<FastKernel> fastGlobalAveragePool(const FastKernelRequest& request) {
    return GlobalPoolKernel::make(false, request);
}

} // namespace plumbline
