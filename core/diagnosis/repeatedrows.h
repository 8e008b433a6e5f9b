#pragma once
// Rows that are copies of each other tell no more than one of them. A batch of one row repeated moves as a single row
// does, a batch of labels as its few classes do, and is held against training as such.

#include "core/profile/envelope.h"

#include <span>

namespace plumbline {

/// One number a row of axis 0: equal where the rows' bytes are (and, but for one chance in 10^19, only there).
std::vector<std::uint64_t> rowKeys(const Tensor& tensor);
/// The keys of the rows of several arrays side by side.
void joinKeys(std::vector<std::uint64_t>& keys, std::span<const std::uint64_t> others);

struct IndependentRows {
    std::int64_t distinct = 1; ///< rows that differ: as many chances for an extreme value
    std::int64_t even = 1;     ///< as many distinct rows, evenly weighted, give means as uncertain (Kish, 1965)
};
IndependentRows independentRows(std::vector<std::uint64_t> keys);

} // namespace plumbline
