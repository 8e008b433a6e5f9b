#pragma once
// Some rows of an array, some values of each: enough to hold two arrays against each other, whatever their size.

#include "core/tensor/tensor.h"

#include <cstddef>
#include <vector>

namespace plumbline {

/// A row is `steps` groups of `columns` values: the last axis is kept whole, what lies between it and the batch is
/// thinned evenly. A last axis of more than `mostValues` counts as one column, thinned as well.
struct SampledRows {
    static constexpr std::size_t mostRows = 512, mostValues = 4096;

    std::size_t rows = 0, steps = 0, columns = 0;
    std::vector<float> values; ///< row by row, (rows, steps, columns)

    bool isEmpty() const { return values.empty(); }
    std::size_t rowSize() const { return steps * columns; }
    const float* row(std::size_t index) const { return values.data() + index * rowSize(); }
    /// Finite values of one column, of the given rows or of all, in order of size.
    std::vector<float> sortedColumn(std::size_t column) const;
};

/// Evenly spread rows of `tensor`; empty where it has none, or no memory is left.
SampledRows sampledRows(const Tensor& tensor, std::size_t mostRows = SampledRows::mostRows);

} // namespace plumbline
