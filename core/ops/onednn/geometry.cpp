#include "core/ops/onednn/geometry.h"

#include "core/ops/support/spatial.h"

#include <algorithm>
#include <numeric>

namespace plumbline::onednn {

namespace {

std::int64_t product(const std::vector<std::int64_t>& extents) {
    return std::accumulate(extents.begin(), extents.end(), std::int64_t{1}, std::multiplies<>());
}

} // namespace

std::int64_t Geometry::inPixels() const { return product(in); }
std::int64_t Geometry::outPixels() const { return product(out); }
bool Geometry::isPadded() const {
    const auto any = [](const auto& pads) { return std::ranges::any_of(pads, [](std::int64_t p) { return p != 0; }); };
    return any(padsBegin) || any(padsEnd);
}

std::int64_t Geometry::kernelPixels() const { return product(kernel); }

std::optional<Geometry> geometryOf(const FastKernelRequest& request, bool transposed) {
    const auto* weights = request.constants[1];
    const auto in = toShape(request.inputs[0]->shape);
    const auto out = toShape(request.outputs[0].shape);
    if (!weights || !in || !out || request.inputs[0]->dtype != DType::float32 || weights->dtype() != DType::float32)
        return std::nullopt;
    const auto rank = in->rank();
    if (rank < 3 || rank > 5 || weights->rank() != rank || in->elements() == 0 || out->elements() == 0 ||
        weights->elements() == 0)
        return std::nullopt;

    const auto layout = spatial::layoutOf(request.attributes, rank);
    const std::vector<std::int64_t> kernel(weights->shape().begin() + 2, weights->shape().end());
    spatial::TransposedWindow window;
    if (transposed) {
        auto result = spatial::transposedWindowOf("ConvTranspose", request.attributes, kernel, rank - 2);
        if (!result)
            return std::nullopt;
        window = std::move(*result);
    } else {
        auto result = spatial::windowOf("Conv", request.attributes, kernel, rank - 2);
        if (!result)
            return std::nullopt;
        static_cast<spatial::Window&>(window) = std::move(*result);
    }

    Geometry g;
    g.rank = rank;
    g.transposed = transposed;
    g.channelsLast = layout.channelsLast;
    g.groups = request.attributes.integer("group", 1);
    g.batch = (*in)[0];
    g.inChannels = (*in)[layout.channelAxis()];
    g.outChannels = (*out)[layout.channelAxis()];
    g.kernel = window.kernel;
    g.strides = window.strides;
    g.dilations = window.dilations;
    for (std::size_t i = 0; i < rank - 2; ++i) {
        g.in.push_back((*in)[layout.spatialAxis(i)]);
        g.out.push_back((*out)[layout.spatialAxis(i)]);
        // The padding at the end joins the two sizes exactly; where the last step of a convolution does not use the
        // whole input it comes out smaller than what was asked for, which oneDNN takes as the same thing.
        const auto needed = transposed ? (g.in[i] - 1) * g.strides[i] + window.reach(i) - g.out[i]
                                       : (g.out[i] - 1) * g.strides[i] + window.reach(i) - g.in[i];
        g.padsBegin.push_back(transposed ? spatial::cropBefore(window, i, g.in[i], g.out[i])
                                         : spatial::padBefore(window, i, g.in[i], g.out[i]));
        g.padsEnd.push_back(needed - g.padsBegin[i]);
    }
    if (rank == 3) {
        const auto lift = [](std::vector<std::int64_t>& list, std::int64_t value) { list.insert(list.begin(), value); };
        for (auto* list : {&g.in, &g.out, &g.kernel, &g.strides, &g.dilations})
            lift(*list, 1);
        lift(g.padsBegin, 0);
        lift(g.padsEnd, 0);
    }
    return g;
}

} // namespace plumbline::onednn
