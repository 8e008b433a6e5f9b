#include "core/ops/pooling/pooling.h"
#include "core/ops/support/element.h"
#include "core/ops/support/rule.h"
#include "core/ops/support/spatial.h"

#include <limits>

namespace plumbline {

namespace {

Result<std::vector<ValueType>> globalShape(std::string_view op, const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, op, 1, 1));
    PLUMBLINE_CHECK(rule::floats(context, op));
    PLUMBLINE_CHECK(rule::rankAtLeast(context, op, 0, 3));
    const auto& x = context.input(0);
    const auto layout = spatial::layoutOf(context.attributes, x.shape.size());
    return rule::Types{
        {x.dtype, layout.join(x.shape[0], x.shape[layout.channelAxis()], Dims(layout.spatialRank(), Dim(1)))}};
}

/// y = last(all positions of one channel folded by `step` from `start`).
template<class Step, class Last>
Result<std::vector<Tensor>> fold(const KernelContext& context, double start, Step step, Last last) {
    PLUMBLINE_TRY(auto out, element::allocate(context));
    const auto in =
        spatial::imageOf(context.input(0).shape(), spatial::layoutOf(context.attributes, context.input(0).rank()));
    return element::visitFloat(out.dtype(), [&](auto zero) -> Result<std::vector<Tensor>> {
        using T = decltype(zero);
        const auto* x = element::read<T>(context.input(0));
        auto* y = element::write<T>(out);
        for (std::int64_t n = 0; n < in.batch; ++n)
            for (std::int64_t c = 0; c < in.channels; ++c) {
                double value = start;
                for (std::int64_t p = 0; p < in.positions; ++p)
                    value = step(value,
                                 element::widen(x[n * in.batchStride + c * in.channelStride + p * in.positionStride]));
                y[n * in.channels + c] = element::narrow<T>(last(value, static_cast<double>(in.positions)));
            }
        return element::one(std::move(out));
    });
}

} // namespace

Result<std::vector<ValueType>> globalMaxPoolShape(const ShapeContext& context) {
    return globalShape("GlobalMaxPool", context);
}
Result<std::vector<ValueType>> globalAveragePoolShape(const ShapeContext& context) {
    return globalShape("GlobalAveragePool", context);
}

Result<std::vector<Tensor>> globalMaxPoolReference(const KernelContext& context) {
    return fold(
        context, -std::numeric_limits<double>::infinity(),
        [](double most, double x) { return x > most || x != x ? (most != most ? most : x) : most; },
        [](double most, double) { return most; });
}

Result<std::vector<Tensor>> globalAveragePoolReference(const KernelContext& context) {
    return fold(
        context, 0, [](double sum, double x) { return sum + x; }, [](double sum, double count) { return sum / count; });
}

std::vector<ElementOrigin> globalPoolOrigins(const DependencyContext& context) {
    const auto shape = *toShape(context.input(0).shape);
    const auto in = spatial::imageOf(shape, spatial::layoutOf(context.attributes, shape.rank()));
    const auto base = context.element / in.channels * in.batchStride + context.element % in.channels * in.channelStride;
    std::vector<ElementOrigin> found;
    for (std::int64_t p = 0; p < in.positions && found.size() < context.limit; ++p)
        found.push_back({0, base + p * in.positionStride});
    return found;
}

} // namespace plumbline
