#pragma once
// The dense table in which one thread counts the bins of a histogram, and how it becomes one.

#include "core/tensor/histogram.h"

#include <span>

namespace plumbline::detail {

/// Counts by raw upper 16 bits, in two tables in turn: an element need not wait for the store of its neighbour in the
/// same bin. Zeros are not counted here. All finite bins are zero between uses; `least` and `most` bound the raw
/// magnitudes touched. The bins of NaN and infinity are never read: what need not be counted may go there.
struct BinTable {
    static constexpr std::uint32_t bins = 1u << 16;
    static constexpr std::uint32_t firstUnread = 0x7F80; ///< and the 127 after it
    std::uint32_t* counts = nullptr;                     ///< two tables of `bins`
    std::uint32_t least = 0x7FFF, most = 0;

    bool isEmpty() const { return least > most; }
};

/// The calling thread's own, one for each value that it counts at the same time.
BinTable& threadTable(std::size_t which = 0);

/// What the table holds, less than 2^32 elements; it is empty afterwards.
RawCounts drained(BinTable& table);

inline constexpr std::uint32_t binGroup = 16; ///< bins looked at together: many are empty

/// Writes the counts of both tables together to `out`, for `groups` groups of raw bins from `first` on (a multiple of
/// binGroup), and zeroes them in the tables.
using BinDrain = void (*)(std::uint32_t* counts, std::uint32_t first, std::uint32_t groups, std::uint32_t* out);
/// Those that this machine can run, the fastest first.
std::span<const BinDrain> binDrains();

} // namespace plumbline::detail
