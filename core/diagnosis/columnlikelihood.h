#pragma once
// One column of numbers as counts, and how likely they are under another's.

#include "core/profile/profile.h"

#include <vector>

namespace plumbline {

/// A column of the prediction: its values in order of size, and how many independent ones they are worth.
struct ColumnValues {
    std::vector<double> sorted; ///< finite ones
    double nan = 0;             ///< how many are not finite
    double worth = 0;           ///< rows that follow each other closely tell less: n (1 - r) / (1 + r), r of lag 1
};

/// Every index of the last axis is a column. `most` bounds the values taken of each (evenly spread).
std::vector<ColumnValues> columnsOf(const Tensor& tensor, std::size_t most = 4096);

/// The bins in which the given columns of training are told apart: their common quantiles.
std::vector<double> commonEdges(const std::vector<const Statistics*>& columns);

/// Log-likelihood of `values` in bins of `edges`, drawn from a column with training's counts (null: any law at all).
double logLikelihood(const ColumnValues& values, const std::vector<double>& edges, const Statistics* training);

/// Kolmogorov-Smirnov distance in multiples of its critical value at 1 %.
double ksMultiple(const ColumnValues& values, const Statistics& training);
/// The same between two columns of training.
double ksMultiple(const Statistics& a, const Statistics& b);

/// Most values lie more than training's own width beyond its range: a row number is worth a single draw, since each
/// follows from the one before, and yet it is no column of zeros and ones.
bool standsElsewhere(const ColumnValues& values, const Statistics& training);

} // namespace plumbline
