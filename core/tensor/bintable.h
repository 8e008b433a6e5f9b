#pragma once
// The dense table in which one thread counts the bins of a histogram, and how it becomes one.

#include "core/tensor/histogram.h"

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

/// What all the tables hold together, in order of value, and `zeros` in the bin of zero; they are empty afterwards.
/// Null tables hold nothing.
Histogram emptied(std::span<BinTable* const> tables, std::int64_t zeros);

inline constexpr std::uint32_t binGroup = 16; ///< bins looked at together: most are empty

/// `groups` groups of bins of one sign, from the raw magnitude `first` on, a multiple of binGroup.
struct BinRange {
    std::uint32_t first = 0, groups = 0;
    bool negative = false;
    /// The first raw bin of the g-th group in order of value.
    std::uint32_t group(std::uint32_t g) const {
        return negative ? 0x8000 + first + (groups - 1 - g) * binGroup : first + g * binGroup;
    }
};

/// Appends to `out` the bins of `range` that hold something in all tables together, in order of value, and zeroes them.
/// `out` has room for all bins of the range and 8 more; returns its new end.
using BinDrain = Histogram::Bin* (*)(std::span<BinTable* const> tables, BinRange range, Histogram::Bin* out);
/// Those that this machine can run, the fastest first.
std::span<const BinDrain> binDrains();

} // namespace plumbline::detail
