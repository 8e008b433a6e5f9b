#pragma once
// Statistics that follow from those of the operands: exactly in every count and bin, and in the moments as merged parts
// do. Counting the same elements again is most of what watching a run costs.

#include "core/ops/op.h"
#include "core/tensor/statistics.h"

namespace plumbline {

/// How one step's output has its elements from its operands.
struct StatisticsRule {
    enum class Kind : std::uint8_t {
        none,
        same,      ///< the operand's elements in its order
        moved,     ///< the operand's elements in another order
        repeated,  ///< each of them `times` times
        joined,    ///< those of all operands
        rectified, ///< max(x, 0): the bins above zero are the operand's
    };
    Kind kind = Kind::none;
    std::int64_t times = 1;
};

/// The rule of one op on concrete types, `none` where there is none. `constants` as in a FastKernelRequest.
StatisticsRule statisticsRule(std::string_view op, const Attributes& attributes, std::span<const ValueType> inputs,
                              std::span<const Tensor* const> constants, const ValueType& output);

/// Of max(x, 0), where all x are finite: everything but moments and bins.
Statistics rectifiedCounts(const Statistics& operand);
/// The histogram of max(x, 0), from that of any x.
Histogram rectifiedBins(const Statistics& operand);

/// The statistics of `result`; nothing where they do not follow: an operand's are missing (null) or without bins, or
/// non-finite elements moved and their first has to be found.
std::optional<Statistics> derivedStatistics(StatisticsRule rule, std::span<const Statistics* const> operands,
                                            const Tensor& result, HistogramWanted histogram);

} // namespace plumbline
