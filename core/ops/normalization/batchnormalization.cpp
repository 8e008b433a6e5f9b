#include "core/ops/normalization/normalization.h"
#include "core/ops/support/element.h"
#include "core/ops/support/rule.h"
#include "core/ops/support/spatial.h"

#include <cmath>

namespace plumbline {

static constexpr std::array roles{"", "scale", "bias", "mean", "variance"};

static std::size_t channelAxis(const Attributes& attributes, std::size_t rank) {
    return rank < 2 ? 0 : spatial::layoutOf(attributes, rank).channelAxis();
}

Result<std::vector<ValueType>> batchNormalizationShape(const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, "BatchNormalization", 5, 5));
    PLUMBLINE_CHECK(rule::floats(context, "BatchNormalization"));
    PLUMBLINE_CHECK(rule::rankAtLeast(context, "BatchNormalization", 0, 2));
    const auto& x = context.input(0);
    const auto& channels = x.shape[channelAxis(context.attributes, x.shape.size())];
    for (std::size_t i = 1; i < 5; ++i) {
        PLUMBLINE_CHECK(rule::floats(context, "BatchNormalization", i));
        PLUMBLINE_CHECK(rule::perChannel(context, "BatchNormalization", i, roles[i], channels));
    }
    rule::Types out{x};
    if (context.attributes.integer("training_mode") != 0) {
        out.push_back(context.input(3));
        out.push_back(context.input(4));
    }
    return out;
}

namespace {

std::vector<double> doubles(const Tensor& tensor) {
    std::vector<double> out(static_cast<std::size_t>(tensor.elements()));
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = tensor.flat(static_cast<std::int64_t>(i));
    return out;
}

struct Channels {
    std::int64_t count, inner, elements;
    std::size_t of(std::int64_t element) const { return static_cast<std::size_t>(element / inner % count); }
};

/// Population moments of the batch, per channel: two passes, the variance about the mean.
template<class T>
void batchMoments(const T* x, const Channels& channels, std::vector<double>& mean, std::vector<double>& variance) {
    const auto each = static_cast<double>(channels.elements / std::max<std::int64_t>(channels.count, 1));
    std::fill(mean.begin(), mean.end(), 0);
    std::fill(variance.begin(), variance.end(), 0);
    for (std::int64_t i = 0; i < channels.elements; ++i)
        mean[channels.of(i)] += element::widen(x[i]);
    for (auto& m : mean)
        m /= each;
    for (std::int64_t i = 0; i < channels.elements; ++i) {
        const auto difference = element::widen(x[i]) - mean[channels.of(i)];
        variance[channels.of(i)] += difference * difference;
    }
    for (auto& v : variance)
        v /= each;
}

Result<Tensor> moved(const Tensor& running, const std::vector<double>& batch, double momentum) {
    PLUMBLINE_TRY(auto out, TensorBuilder::allocate(DType::float64, running.shape()));
    for (std::size_t i = 0; i < batch.size(); ++i)
        out.span<double>()[i] = momentum * running.flat(static_cast<std::int64_t>(i)) + (1 - momentum) * batch[i];
    return std::move(out).build().cast(running.dtype());
}

} // namespace

Result<std::vector<Tensor>> batchNormalizationReference(const KernelContext& context) {
    PLUMBLINE_TRY(auto out, element::allocate(context));
    const auto& shape = out.shape();
    const auto axis = channelAxis(context.attributes, shape.rank());
    Channels channels{shape[axis], 1, out.elements()};
    for (std::size_t i = axis + 1; i < shape.rank(); ++i)
        channels.inner *= shape[i];
    const auto epsilon = context.attributes.number("epsilon", 1e-5);
    const bool training = context.attributes.integer("training_mode") != 0;
    const auto scale = doubles(context.input(1)), bias = doubles(context.input(2));
    auto mean = doubles(context.input(3)), variance = doubles(context.input(4));
    return element::visitFloat(out.dtype(), [&](auto zero) -> Result<std::vector<Tensor>> {
        using T = decltype(zero);
        const auto* x = element::read<T>(context.input(0));
        if (training)
            batchMoments(x, channels, mean, variance);
        auto* y = element::write<T>(out);
        for (std::int64_t i = 0; i < channels.elements; ++i) {
            const auto c = channels.of(i);
            y[i] = element::narrow<T>((element::widen(x[i]) - mean[c]) / std::sqrt(variance[c] + epsilon) * scale[c] +
                                      bias[c]);
        }
        auto outputs = element::one(std::move(out));
        if (training)
            for (const auto& [input, batch] : {std::pair(3, &mean), std::pair(4, &variance)}) {
                PLUMBLINE_TRY(auto running, moved(context.input(static_cast<std::size_t>(input)), *batch,
                                                  context.attributes.number("momentum", 0.9)));
                outputs.push_back(std::move(running));
            }
        return outputs;
    });
}

std::vector<ElementOrigin> batchNormalizationOrigins(const DependencyContext& context) {
    const auto shape = *toShape(context.input(0).shape);
    const auto axis = channelAxis(context.attributes, shape.rank());
    std::vector<ElementOrigin> out{{0, context.element}};
    for (std::size_t i = 1; i < 5; ++i)
        out.push_back({i, unflatten(context.element, shape)[axis]});
    out.resize(std::min(out.size(), context.limit));
    return out;
}

} // namespace plumbline
