#pragma once
// What one pass over a tensor's memory tells about it. Moments, extremes and the histogram are over finite elements;
// NaN, +Inf, -Inf, zero and negative elements are counted beside them. Two Statistics merge exactly in any order:
// counts are integers, bins do not depend on the data, and moments merge by Chan, Golub & LeVeque (1979).

#include "core/tensor/histogram.h"
#include "core/tensor/tensor.h"

#include <optional>

namespace plumbline {

struct Statistics {
    std::int64_t count = 0; ///< all elements
    std::int64_t nan = 0;
    std::int64_t positiveInfinity = 0;
    std::int64_t negativeInfinity = 0;
    std::int64_t zero = 0;                ///< +0 and -0
    std::int64_t negative = 0;            ///< finite and below zero
    double min = 0, max = 0;              ///< of the finite elements; 0 where there are none
    double mean = 0;                      ///< of the finite elements
    double m2 = 0;                        ///< sum of squared deviations from the mean
    std::optional<std::int64_t> firstNan; ///< row-major index of the first NaN
    std::optional<std::int64_t> firstInf;
    Histogram histogram;

    std::int64_t finite() const { return count - nan - positiveInfinity - negativeInfinity; }
    std::int64_t infinite() const { return positiveInfinity + negativeInfinity; }
    double variance() const { return finite() > 0 ? m2 / static_cast<double>(finite()) : 0; } ///< population
    double standardDeviation() const;

    /// `other` follows this one in row-major order: its indices are moved by this one's count.
    void merge(const Statistics& other);
};

enum class HistogramWanted { yes, no };

struct Moments {
    double mean = 0, m2 = 0;
};
/// Mean and sum of squared deviations of a tensor that is known to hold finite elements only: a third of a full pass.
Moments momentsOf(const Tensor& tensor);

/// One pass, on all OpenMP threads for large tensors. The result does not depend on the number of threads.
Statistics statisticsOf(const Tensor& tensor, HistogramWanted histogram = HistogramWanted::yes);

/// The statistics of each slice along `axis` (per row: axis 0; per channel: the channel axis). No histograms.
std::vector<Statistics> statisticsAlong(const Tensor& tensor, std::size_t axis);

} // namespace plumbline
