#include "core/ops/onednn/epilogue.h"
#include "core/ops/onednn/geometry.h"
#include "core/ops/onednn/kernels.h"
#include "core/ops/onednn/primitive.h"
#include "core/ops/simd/clones.h"

#include <algorithm>

namespace plumbline::onednn {

namespace {

PLUMBLINE_CLONES void addRow(float* to, const float* from, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i)
        to[i] += from[i];
}

/// Few channels: whole output rows are filled tap by tap, the channels unrolled by the compiler.
template<int Channels>
void addStrided(float* to, std::int64_t toStep, const float* from, std::int64_t fromStep, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i, to += toStep, from += fromStep)
        for (int c = 0; c < Channels; ++c)
            to[c] += from[c];
}

/// Channels-last, two spatial axes, one group: columns = source x weights, then every output row gathers its taps. The
/// images are taken in groups so that the columns stay in the second-level cache.
class Col2ImKernel final : public FastKernel {
public:
    static std::unique_ptr<FastKernel> make(const Geometry& g, const FastKernelRequest& request, Epilogue epilogue) {
        requireRoomForCode();
        auto kernel = std::unique_ptr<Col2ImKernel>(new Col2ImKernel);
        kernel->m_g = g;
        kernel->m_epilogue = std::move(epilogue);
        if (request.constants.size() > 2 && request.constants[2])
            kernel->m_epilogue.prependBias(*request.constants[2]);
        kernel->m_columns = g.kernelPixels() * g.outChannels;

        // Enough rows for the product to be worth its weights' way through the cache, few enough for its columns.
        constexpr std::int64_t cacheElements = 512 * 1024;
        constexpr std::int64_t leastRows = 256;
        const auto perImage = g.inPixels();
        const auto byCache =
            std::max<std::int64_t>(1, cacheElements / std::max<std::int64_t>(1, perImage * kernel->m_columns));
        const auto byRows = (leastRows + perImage - 1) / perImage;
        kernel->m_group = std::min(g.batch, std::max(byCache, byRows));

        // (C, M, kh, kw) -> (C, kh, kw, M): a pixel's columns lie as the output's channels do.
        const auto f32 = Memory::data_type::f32;
        auto flat = TensorBuilder::allocate(DType::float32, Shape{g.inChannels, kernel->m_columns});
        if (!flat)
            return nullptr;
        const auto* from = request.constants[1]->span<float>().data();
        auto* to = flat->span<float>().data();
        const auto taps = g.kernelPixels();
        for (std::int64_t c = 0; c < g.inChannels; ++c)
            for (std::int64_t m = 0; m < g.outChannels; ++m)
                for (std::int64_t t = 0; t < taps; ++t)
                    to[(c * taps + t) * g.outChannels + m] = from[(c * g.outChannels + m) * taps + t];
        const auto weights = std::move(*flat).build();

        const auto prepare = [&](std::int64_t images, std::optional<Primitive>& product) {
            const Desc a({images * perImage, g.inChannels}, f32, Tag::ab);
            const Desc b({g.inChannels, kernel->m_columns}, f32, Tag::any);
            const Desc c({images * perImage, kernel->m_columns}, f32, Tag::ab);
            const auto descriptor = matmul(cpuEngine(), a, b, Desc(), c);
            if (!descriptor)
                return false;
            product.emplace(*descriptor, dnnl::matmul(*descriptor),
                            std::vector<Primitive::Argument>{
                                {DNNL_ARG_SRC, a}, {DNNL_ARG_WEIGHTS, descriptor->weights_desc()}, {DNNL_ARG_DST, c}});
            const Desc plain({g.inChannels, kernel->m_columns}, f32, Tag::ab);
            // Both products mostly want the same layout: the second then shares the first one's copy.
            if (kernel->m_weights.isNull() || descriptor->weights_desc() != kernel->m_weightsDesc) {
                const auto stored = reordered(weights.data(), plain, descriptor->weights_desc());
                if (!stored)
                    return false;
                (kernel->m_weights.isNull() ? kernel->m_weights : kernel->m_restWeights) = *stored;
                product->set(1, stored->data());
                if (kernel->m_restWeights.isNull())
                    kernel->m_weightsDesc = descriptor->weights_desc();
            } else {
                product->set(1, kernel->m_weights.data());
            }
            kernel->m_workBytes = std::max(kernel->m_workBytes, product->scratchBytes());
            return true;
        };
        const auto rest = g.batch % kernel->m_group;
        if (!prepare(kernel->m_group, kernel->m_product) || (rest && !prepare(rest, kernel->m_restProduct)))
            return nullptr;
        return kernel;
    }

    std::size_t scratchBytes() const override { return columnBytes() + m_workBytes; }

    void run(std::span<const std::byte* const> inputs, std::span<std::byte* const> outputs,
             std::byte* scratch) override {
        const auto* source = reinterpret_cast<const float*>(inputs[0]);
        auto* target = reinterpret_cast<float*>(outputs[0]);
        auto* columns = reinterpret_cast<float*>(scratch);
        for (std::int64_t image = 0; image < m_g.batch; image += m_group) {
            const auto count = std::min(m_group, m_g.batch - image);
            auto& product = count == m_group ? *m_product : *m_restProduct;
            product.set(0, source + image * m_g.inPixels() * m_g.inChannels);
            product.set(2, columns);
            product.setScratch(scratch + columnBytes());
            product.execute();
            gather(columns, target + image * m_g.outPixels() * m_g.outChannels, count);
        }
    }

    std::string implementation() const override { return m_product->implementation() + " + col2im"; }

private:
    std::size_t columnBytes() const {
        return static_cast<std::size_t>(m_group * m_g.inPixels() * m_columns) * sizeof(float) / 64 * 64 + 64;
    }

    void gather(const float* columns, float* target, std::int64_t images) const {
        const auto rows = images * m_g.out[0];
        const auto rowElements = m_g.out[1] * m_g.outChannels;
        const bool parallel = rows * rowElements >= 8192;
#pragma omp parallel for if (parallel) schedule(static)
        for (std::int64_t row = 0; row < rows; ++row) {
            auto* to = target + row * rowElements;
            const auto image = row / m_g.out[0];
            gatherRow(columns + image * m_g.inPixels() * m_columns, to, row % m_g.out[0]);
            m_epilogue.applyRows(to, m_g.out[1]);
        }
    }

    void gatherRow(const float* columns, float* to, std::int64_t y) const {
        const auto channels = m_g.outChannels;
        std::fill_n(to, m_g.out[1] * channels, 0.0f);
        for (std::int64_t ky = 0; ky < m_g.kernel[0]; ++ky) {
            const auto shifted = y + m_g.padsBegin[0] - ky * m_g.dilations[0];
            if (shifted < 0 || shifted % m_g.strides[0] != 0 || shifted / m_g.strides[0] >= m_g.in[0])
                continue;
            const auto* line = columns + shifted / m_g.strides[0] * m_g.in[1] * m_columns;
            for (std::int64_t kx = 0; kx < m_g.kernel[1]; ++kx)
                addTap(line + (ky * m_g.kernel[1] + kx) * channels, to, kx * m_g.dilations[1] - m_g.padsBegin[1]);
        }
    }

    /// Input pixel x lands at output pixel x * stride + offset.
    void addTap(const float* tap, float* to, std::int64_t offset) const {
        const auto stride = m_g.strides[1];
        const auto channels = m_g.outChannels;
        const auto first = offset < 0 ? (-offset + stride - 1) / stride : 0;
        const auto last = std::min(m_g.in[1], (m_g.out[1] - offset + stride - 1) / stride); // one past
        if (first >= last)
            return;
        auto* out = to + (first * stride + offset) * channels;
        const auto* from = tap + first * m_columns;
        const auto step = stride * channels;
        switch (channels) {
        case 1: return addStrided<1>(out, step, from, m_columns, last - first);
        case 2: return addStrided<2>(out, step, from, m_columns, last - first);
        case 3: return addStrided<3>(out, step, from, m_columns, last - first);
        case 4: return addStrided<4>(out, step, from, m_columns, last - first);
        default: break;
        }
        for (std::int64_t x = first; x < last; ++x, out += step, from += m_columns)
            addRow(out, from, channels);
    }

    Geometry m_g;
    Epilogue m_epilogue;
    std::int64_t m_columns = 0; ///< of one input pixel: kernel pixels x output channels
    std::int64_t m_group = 1;   ///< images a product
    std::optional<Primitive> m_product, m_restProduct;
    Tensor m_weights, m_restWeights;
    Desc m_weightsDesc;
    std::size_t m_workBytes = 0;
};

} // namespace

std::unique_ptr<FastKernel> transposedConvolution(const FastKernelRequest& request) {
    const auto geometry = geometryOf(request, true);
    if (!geometry)
        return nullptr;
    const auto& g = *geometry;
    const bool strided = std::ranges::any_of(g.strides, [](std::int64_t s) { return s > 1; });
    constexpr std::int64_t narrow = 16; // one AVX-512 register: below it a deconvolution leaves lanes empty
    if (g.groups > 1 || !g.channelsLast || g.axes() != 2 || (!strided && g.outChannels >= narrow))
        return directConvolution(g, request);
    auto epilogue = Epilogue::make(request.postOps, g.outChannels, g.channelAxis());
    const bool bias = request.inputs.size() > 2 && request.inputs[2];
    if (!epilogue || (bias && !request.constants[2]))
        return nullptr;
    try {
        return Col2ImKernel::make(g, request, std::move(*epilogue));
    } catch (const dnnl::error&) {
        return nullptr;
    }
}

} // namespace plumbline::onednn
