#pragma once
// Statistics of every column of a table in one pass over its rows, as they lie in memory. Histograms of thousands of
// columns stay small: bins are the upper 16 bits of a binary32, and of the 512 blocks by sign and exponent only those
// met are kept.

#include "core/tensor/statistics.h"

#include <array>
#include <vector>

namespace plumbline {

class ColumnAccumulator {
public:
    explicit ColumnAccumulator(std::size_t columns);

    /// All elements of a contiguous tensor whose last axis is the columns.
    void add(const Tensor& rows);   ///< on all threads: columns do not depend on one another
    std::vector<Statistics> take(); ///< ends the accumulation

private:
    static constexpr std::uint16_t noBlock = 0xffff;
    struct Bins {
        std::array<std::uint16_t, 512> block; ///< of each sign and exponent
        std::vector<std::array<std::int64_t, 128>> counts;
        Bins() { block.fill(noBlock); }
        void count(float value);
        Histogram histogram() const;
    };
    struct Column {
        Statistics statistics; ///< without its histogram
        Bins bins;
        void add(std::span<double> values); ///< `values` may be reordered
    };
    template<class T> void addRows(const T* elements, std::int64_t rows);

    std::vector<Column> m_columns;
};

} // namespace plumbline
