#pragma once
// How much a row costs a model, by arithmetic alone: what decides how many rows a profile runs, the same on every
// machine.

#include "core/graph/graph.h"

namespace plumbline {

struct RowCost {
    double multiplications = 0; ///< multiply-adds of convolutions, matrix products and recurrent layers
    double elements = 0;        ///< of all values of one row
};
/// From the shapes of one row a graph input, batch axis left out. Values whose shape cannot be inferred cost nothing.
/// `batch`: the rows that a run has to have.
RowCost rowCost(const Graph& graph, std::span<const Shape> rowShapes, std::int64_t batch = 1);

/// Rows worth running: some 12 billion multiply-adds or 24 million elements (one or two tenths of a second on two
/// cores), but at least 64 rows while that is below 60 billion, and at least 8 ever. At most 2,048.
std::int64_t rowsToRun(const RowCost& cost);
/// Rows of one batch: large enough for the kernels, small enough for the cache.
std::int64_t rowsAtOnce(const RowCost& cost);

} // namespace plumbline
