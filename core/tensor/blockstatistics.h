#pragma once
// Statistics of a few thousand elements at a time, for whoever has them in cache. Blocks merge by Statistics::merge;
// the bins of all blocks are in the table until emptied().

#include "core/tensor/statistics.h"
#include "core/tensor/statisticskernel.h"

namespace plumbline::detail {

/// Everything but the histogram, whose bins go to `table` where that is not null.
Statistics blockStatistics(const float* x, std::size_t n, BinTable* table);
Statistics blockStatistics(const double* x, std::size_t n, BinTable* table);

/// Count and moments alone, of n > 0 elements that are all finite.
Statistics blockMoments(const float* x, std::size_t n);

} // namespace plumbline::detail
