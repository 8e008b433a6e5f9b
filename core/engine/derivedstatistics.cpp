#include "core/engine/derivedstatistics.h"

#include "core/ops/shaping/resize.h"

#include <algorithm>

namespace plumbline {

namespace {

/// Below this, counting the elements is quicker than merging bins.
constexpr std::int64_t joinedFrom = 1 << 14;

/// How often a Resize repeats each input, where it does nothing else.
std::int64_t repetitions(const Attributes& attributes, const Shape& input, const Shape& output,
                         std::span<const Tensor* const> constants) {
    const auto constant = [&](std::size_t i) {
        return i < constants.size() && constants[i] ? *constants[i] : Tensor();
    };
    std::int64_t times = 1;
    const auto axes = resizePlan(attributes, input, output, constant(1), constant(2));
    for (std::size_t a = 0; a < axes.size(); ++a) {
        if (axes[a].identity)
            continue;
        std::vector<std::int64_t> uses(static_cast<std::size_t>(input[a]), 0);
        for (const auto& samples : axes[a].samples) {
            if (samples.size() != 1 || samples[0].weight != 1 || samples[0].index < 0)
                return 0;
            ++uses[static_cast<std::size_t>(samples[0].index)];
        }
        if (uses.empty() || std::ranges::any_of(uses, [&](auto n) { return n != uses[0]; }))
            return 0;
        times *= uses[0];
    }
    return times;
}

bool hasBins(const Statistics& statistics) { return statistics.finite() == 0 || !statistics.histogram.isEmpty(); }

Histogram scaled(const Histogram& histogram, std::int64_t times) {
    auto bins = histogram.bins();
    for (auto& bin : bins)
        bin.count *= times;
    return Histogram::fromBins(std::move(bins));
}

Statistics rectified(const Statistics& operand, const Tensor& result, HistogramWanted histogram) {
    Statistics out;
    if (operand.finite() == operand.count && operand.count > 0) {
        out = rectifiedCounts(operand);
        const auto moments = momentsOf(result);
        out.mean = moments.mean;
        out.m2 = moments.m2;
    } else
        out = statisticsOf(result, HistogramWanted::no);
    if (histogram == HistogramWanted::yes)
        out.histogram = rectifiedBins(operand);
    return out;
}

Statistics repeated(Statistics out, std::int64_t times) {
    for (auto* count : {&out.count, &out.zero, &out.negative})
        *count *= times;
    out.m2 *= static_cast<double>(times);
    out.histogram = scaled(out.histogram, times);
    return out;
}

} // namespace

Statistics rectifiedCounts(const Statistics& operand) {
    Statistics out;
    out.count = operand.count;
    out.zero = operand.zero + operand.negative;
    out.min = std::max(operand.min, 0.0);
    out.max = std::max(operand.max, 0.0);
    return out;
}

Histogram rectifiedBins(const Statistics& operand) {
    return operand.histogram.rectified(operand.negative + operand.negativeInfinity);
}

StatisticsRule statisticsRule(std::string_view op, const Attributes& attributes, std::span<const ValueType> inputs,
                              std::span<const Tensor* const> constants, const ValueType& output) {
    using Kind = StatisticsRule::Kind;
    if (inputs.empty() || inputs[0].dtype != output.dtype)
        return {};
    if (op == "Relu")
        return {Kind::rectified};
    const auto out = toShape(output.shape);
    if (!out || out->elements() < joinedFrom)
        return {};
    if (op == "Transpose")
        return {Kind::moved};
    if (op == "Concat")
        return {Kind::joined};
    if (op == "Resize")
        if (const auto in = toShape(inputs[0].shape))
            if (const auto times = repetitions(attributes, *in, *out, constants); times > 0)
                return {Kind::repeated, times};
    return {};
}

std::optional<Statistics> derivedStatistics(StatisticsRule rule, std::span<const Statistics* const> operands,
                                            const Tensor& result, HistogramWanted histogram) {
    using Kind = StatisticsRule::Kind;
    if (rule.kind == Kind::none || operands.empty() || !operands[0])
        return std::nullopt;
    const auto& first = *operands[0];
    const bool binned = histogram == HistogramWanted::yes;
    if (binned && !hasBins(first))
        return std::nullopt;
    if (rule.kind == Kind::same)
        return first;
    if (rule.kind == Kind::rectified)
        return rectified(first, result, histogram);
    for (const auto* operand : operands)
        if (!operand || operand->finite() != operand->count || (binned && !hasBins(*operand)))
            return std::nullopt;
    auto out = first;
    if (rule.kind == Kind::repeated)
        out = repeated(std::move(out), rule.times);
    if (rule.kind == Kind::joined)
        for (const auto* operand : operands.subspan(1))
            out.merge(*operand);
    return out.count == result.elements() ? std::optional(std::move(out)) : std::nullopt;
}

} // namespace plumbline
