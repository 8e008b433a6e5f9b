#pragma once
// The few figures of a list of values that hypotheses are made of and held to.

#include "core/tensor/statistics.h"

#include <vector>

namespace plumbline {

struct Figures {
    double mean = 0, deviation = 0;       ///< of the population
    double low = 0, middle = 0, high = 0; ///< the quantiles at 10, 50 and 90 %
    double min = 0, max = 0;
};

Figures figuresOfSorted(const std::vector<double>& sorted);
Figures figuresOf(std::vector<double> values);   ///< in any order
Figures figuresOf(const Statistics& statistics); ///< of its finite elements, quantiles from the histogram

} // namespace plumbline
