#include "core/ops/onednn/epilogue.h"
#include "core/ops/onednn/geometry.h"
#include "core/ops/onednn/kernels.h"
#include "core/ops/onednn/primitive.h"

#include <algorithm>
#include <cmath>

namespace plumbline::onednn {

namespace {

Tag activationTag(const Geometry& g) {
    if (g.axes() == 2)
        return g.channelsLast ? Tag::nhwc : Tag::nchw;
    return g.channelsLast ? Tag::ndhwc : Tag::ncdhw;
}

/// ONNX's weights as oneDNN reads them: (M, C/g, …) of a Conv, (C, M/g, …) of a ConvTranspose.
Desc weightsDesc(const Geometry& g) {
    const bool grouped = g.groups > 1;
    Memory::dims dims;
    if (grouped)
        dims.push_back(g.groups);
    dims.push_back(g.outChannels / g.groups);
    dims.push_back(g.inChannels / g.groups);
    dims.insert(dims.end(), g.kernel.begin(), g.kernel.end());
    static constexpr Tag plain[2][2] = {{Tag::oihw, Tag::goihw}, {Tag::oidhw, Tag::goidhw}};
    static constexpr Tag swapped[2][2] = {{Tag::iohw, Tag::giohw}, {Tag::iodhw, Tag::giodhw}};
    const auto& table = g.transposed ? swapped : plain;
    return {dims, Memory::data_type::f32, table[g.axes() - 2][grouped]};
}

Desc anyLayout(const Desc& desc) { return {desc.dims(), desc.data_type(), Tag::any}; }

Memory::dims imageDims(std::int64_t batch, std::int64_t channels, const std::vector<std::int64_t>& spatial) {
    Memory::dims dims{batch, channels};
    dims.insert(dims.end(), spatial.begin(), spatial.end());
    return dims;
}

bool isFinite(const Tensor& tensor) {
    return std::ranges::all_of(tensor.span<float>(), [](float x) { return std::isfinite(x); });
}

/// A convolution or stride-1 deconvolution. Channels-last images go in and out as they lie; channels-first ones are
/// reordered to the layout that the primitive likes and back.
class ConvolutionKernel final : public FastKernel {
public:
    static std::unique_ptr<FastKernel> make(const Geometry& g, const FastKernelRequest& request, Epilogue epilogue) {
        requireRoomForCode();
        const Desc source(imageDims(g.batch, g.inChannels, g.in), Memory::data_type::f32, activationTag(g));
        const Desc target(imageDims(g.batch, g.outChannels, g.out), Memory::data_type::f32, activationTag(g));
        const auto weights = weightsDesc(g);
        ConvolutionShape shape;
        shape.source = g.channelsLast ? source : anyLayout(source);
        shape.destination = g.channelsLast ? target : anyLayout(target);
        shape.weights = anyLayout(weights);
        shape.strides = g.strides;
        for (const auto dilation : g.dilations)
            shape.dilations.push_back(dilation - 1);
        shape.padsBegin = g.padsBegin;
        shape.padsEnd = g.padsEnd;
        const bool biased = request.constants.size() > 2 && request.constants[2];
        if (biased)
            shape.bias = Desc({g.outChannels}, Memory::data_type::f32, Tag::a);

        auto kernel = std::unique_ptr<ConvolutionKernel>(new ConvolutionKernel);
        kernel->m_epilogue = std::move(epilogue);
        kernel->m_outer = g.batch;
        kernel->m_inner = g.outPixels();
        kernel->m_channelsLast = g.channelsLast;
        if (biased)
            kernel->m_bias = *request.constants[2];
        const auto prepared =
            g.transposed
                ? kernel->prepare<dnnl::deconvolution_forward>(deconvolution(cpuEngine(), shape), source, target)
                : kernel->prepare<dnnl::convolution_forward>(onednn::convolution(cpuEngine(), shape), source, target);
        if (!prepared || (kernel->multipliesPadding() && g.isPadded() && !isFinite(*request.constants[1])))
            return nullptr;
        const auto stored = reordered(request.constants[1]->data(), weights, *prepared);
        if (!stored)
            return nullptr;
        kernel->m_weights = *stored;
        kernel->m_main->set(1, kernel->m_weights.data());
        if (biased)
            kernel->m_main->set(3, kernel->m_bias.data());
        return kernel;
    }

    std::size_t scratchBytes() const override { return m_sourceBytes + m_targetBytes + m_workBytes; }

    void run(std::span<const std::byte* const> inputs, std::span<std::byte* const> outputs,
             std::byte* scratch) override {
        const std::byte* source = inputs[0];
        std::byte* target = outputs[0];
        auto* const sourceScratch = scratch;
        auto* const targetScratch = scratch + m_sourceBytes;
        auto* const work = targetScratch + m_targetBytes;
        m_main->setScratch(work);
        if (m_reorderSource) {
            m_reorderSource->set(0, source);
            m_reorderSource->set(1, sourceScratch);
            m_reorderSource->setScratch(work);
            m_reorderSource->execute();
            source = sourceScratch;
        }
        m_main->set(0, source);
        m_main->set(2, m_reorderTarget ? targetScratch : target);
        m_main->execute();
        if (m_reorderTarget) {
            m_reorderTarget->set(0, targetScratch);
            m_reorderTarget->set(1, target);
            m_reorderTarget->setScratch(work);
            m_reorderTarget->execute();
        }
        auto* elements = reinterpret_cast<float*>(target);
        if (m_channelsLast)
            m_epilogue.apply(elements, m_outer * m_inner, 1);
        else
            m_epilogue.apply(elements, m_outer, m_inner);
    }

    std::string implementation() const override { return m_main->implementation(); }

private:
    /// oneDNN's convolutions through gemm lay zeros around the image: times a weight of Inf or NaN they would make NaN
    /// where there is no operand at all (seen with 2.6.3; its jit kernels leave padding out).
    bool multipliesPadding() const { return m_main->implementation().find("gemm") != std::string::npos; }

    static std::size_t padded(std::size_t bytes) { return (bytes + 63) / 64 * 64; }

    /// Makes the primitives; returns the layout in which the weights are wanted.
    template<class Forward, class Descriptor>
    std::optional<Desc> prepare(const std::optional<Descriptor>& descriptor, const Desc& source, const Desc& target) {
        if (!descriptor)
            return std::nullopt;
        std::vector<Primitive::Argument> arguments{{DNNL_ARG_SRC, descriptor->src_desc()},
                                                   {DNNL_ARG_WEIGHTS, descriptor->weights_desc()},
                                                   {DNNL_ARG_DST, descriptor->dst_desc()}};
        if (!m_bias.isNull())
            arguments.push_back({DNNL_ARG_BIAS, descriptor->bias_desc()});
        m_main.emplace(*descriptor, Forward(*descriptor), arguments);
        m_workBytes = padded(m_main->scratchBytes());
        if (descriptor->src_desc() != source) {
            m_reorderSource = reorder(source, descriptor->src_desc());
            m_sourceBytes = padded(descriptor->src_desc().get_size());
        }
        if (descriptor->dst_desc() != target) {
            m_reorderTarget = reorder(descriptor->dst_desc(), target);
            m_targetBytes = padded(descriptor->dst_desc().get_size());
        }
        return descriptor->weights_desc();
    }

    std::optional<Primitive> reorder(const Desc& from, const Desc& to) {
        const dnnl::reorder::primitive_desc descriptor(cpuEngine(), from, cpuEngine(), to, userScratchpad());
        std::optional<Primitive> out;
        out.emplace(descriptor, dnnl::reorder(descriptor),
                    std::vector<Primitive::Argument>{{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}});
        m_workBytes = std::max(m_workBytes, padded(out->scratchBytes()));
        return out;
    }

    std::optional<Primitive> m_main, m_reorderSource, m_reorderTarget;
    Tensor m_weights, m_bias;
    Epilogue m_epilogue;
    std::size_t m_sourceBytes = 0, m_targetBytes = 0, m_workBytes = 0;
    std::int64_t m_outer = 0, m_inner = 0;
    bool m_channelsLast = false;
};

} // namespace

std::unique_ptr<FastKernel> directConvolution(const Geometry& g, const FastKernelRequest& request) {
    auto epilogue = Epilogue::make(request.postOps, g.outChannels, g.channelAxis());
    const bool bias = request.inputs.size() > 2 && request.inputs[2];
    if (!epilogue || (bias && !request.constants[2]))
        return nullptr;
    try {
        return ConvolutionKernel::make(g, request, std::move(*epilogue));
    } catch (const dnnl::error&) {
        return nullptr;
    }
}

std::unique_ptr<FastKernel> convolution(const FastKernelRequest& request) {
    const auto geometry = geometryOf(request, false);
    return geometry ? directConvolution(*geometry, request) : nullptr;
}

} // namespace plumbline::onednn
