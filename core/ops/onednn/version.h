#pragma once
// The one place that knows oneDNN 2.6 from 3.x: how primitive descriptors are made. Everything here returns nothing
// where oneDNN has no implementation for the request; the caller then uses another kernel.

#include <oneapi/dnnl/dnnl.hpp>

#include <optional>

namespace plumbline::onednn {

using Memory = dnnl::memory;
using Tag = dnnl::memory::format_tag;
using Desc = dnnl::memory::desc;

struct ConvolutionShape {
    Desc source, weights, bias, destination; ///< bias: a zero descriptor where there is none
    Memory::dims strides, dilations;         ///< dilations as oneDNN counts them: 0 is none
    Memory::dims padsBegin, padsEnd;
};

inline dnnl::primitive_attr userScratchpad() {
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    return attributes;
}

#if DNNL_VERSION_MAJOR >= 3
inline bool isZero(const Desc& desc) { return desc.is_zero(); }
inline std::optional<dnnl::convolution_forward::primitive_desc> convolution(const dnnl::engine& engine,
                                                                            const ConvolutionShape& s) {
    try {
        return dnnl::convolution_forward::primitive_desc(
            engine, dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, s.source, s.weights,
            s.bias, s.destination, s.strides, s.dilations, s.padsBegin, s.padsEnd, userScratchpad());
    } catch (const dnnl::error&) {
        return std::nullopt;
    }
}
inline std::optional<dnnl::deconvolution_forward::primitive_desc> deconvolution(const dnnl::engine& engine,
                                                                                const ConvolutionShape& s) {
    try {
        return dnnl::deconvolution_forward::primitive_desc(
            engine, dnnl::prop_kind::forward_inference, dnnl::algorithm::deconvolution_direct, s.source, s.weights,
            s.bias, s.destination, s.strides, s.dilations, s.padsBegin, s.padsEnd, userScratchpad());
    } catch (const dnnl::error&) {
        return std::nullopt;
    }
}
inline std::optional<dnnl::matmul::primitive_desc> matmul(const dnnl::engine& engine, const Desc& a, const Desc& b,
                                                          const Desc& bias, const Desc& c) {
    try {
        return dnnl::matmul::primitive_desc(engine, a, b, bias, c, userScratchpad());
    } catch (const dnnl::error&) {
        return std::nullopt;
    }
}
#else
inline bool isZero(const Desc& desc) { return desc.data.ndims == 0; }
inline std::optional<dnnl::convolution_forward::primitive_desc> convolution(const dnnl::engine& engine,
                                                                            const ConvolutionShape& s) {
    try {
        const auto kind = dnnl::prop_kind::forward_inference;
        const auto algorithm = dnnl::algorithm::convolution_direct;
        return dnnl::convolution_forward::primitive_desc(
            isZero(s.bias)
                ? dnnl::convolution_forward::desc(kind, algorithm, s.source, s.weights, s.destination, s.strides,
                                                  s.dilations, s.padsBegin, s.padsEnd)
                : dnnl::convolution_forward::desc(kind, algorithm, s.source, s.weights, s.bias, s.destination,
                                                  s.strides, s.dilations, s.padsBegin, s.padsEnd),
            userScratchpad(), engine);
    } catch (const dnnl::error&) {
        return std::nullopt;
    }
}
inline std::optional<dnnl::deconvolution_forward::primitive_desc> deconvolution(const dnnl::engine& engine,
                                                                                const ConvolutionShape& s) {
    try {
        const auto kind = dnnl::prop_kind::forward_inference;
        const auto algorithm = dnnl::algorithm::deconvolution_direct;
        return dnnl::deconvolution_forward::primitive_desc(
            isZero(s.bias)
                ? dnnl::deconvolution_forward::desc(kind, algorithm, s.source, s.weights, s.destination, s.strides,
                                                    s.dilations, s.padsBegin, s.padsEnd)
                : dnnl::deconvolution_forward::desc(kind, algorithm, s.source, s.weights, s.bias, s.destination,
                                                    s.strides, s.dilations, s.padsBegin, s.padsEnd),
            userScratchpad(), engine);
    } catch (const dnnl::error&) {
        return std::nullopt;
    }
}
inline std::optional<dnnl::matmul::primitive_desc> matmul(const dnnl::engine& engine, const Desc& a, const Desc& b,
                                                          const Desc& bias, const Desc& c) {
    try {
        return dnnl::matmul::primitive_desc(
            isZero(bias) ? dnnl::matmul::desc(a, b, c) : dnnl::matmul::desc(a, b, bias, c), userScratchpad(), engine);
    } catch (const dnnl::error&) {
        return std::nullopt;
    }
}
#endif

} // namespace plumbline::onednn
