#include "core/profile/columns.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace plumbline {

ColumnAccumulator::ColumnAccumulator(std::size_t columns)
    : m_columns(columns)
    , m_bins(columns)
    , m_sums(columns) {}

void ColumnAccumulator::Bins::count(float value) {
    const std::uint32_t upper = std::bit_cast<std::uint32_t>(value == 0 ? 0.0f : value) >> 16;
    auto& index = block[upper >> 7];
    if (index == noBlock) {
        index = static_cast<std::uint16_t>(counts.size());
        counts.emplace_back().fill(0);
    }
    ++counts[index][upper & 127];
}

Histogram ColumnAccumulator::Bins::histogram() const {
    std::vector<Histogram::Bin> bins;
    for (std::size_t b = 0; b < block.size(); ++b)
        if (block[b] != noBlock)
            for (std::size_t i = 0; i < 128; ++i)
                if (const auto n = counts[block[b]][i]; n > 0) {
                    const auto raw = static_cast<std::uint32_t>(b << 7 | i) << 16;
                    bins.emplace_back(Histogram::keyOf(std::bit_cast<float>(raw)), n);
                }
    std::ranges::sort(bins);
    return Histogram::fromBins(std::move(bins));
}

template<class T>
void ColumnAccumulator::addRows(std::span<const T> elements) {
    constexpr double largest = std::numeric_limits<float>::max();
    const auto width = m_columns.size();
    std::ranges::fill(m_sums, Sums());
    for (std::size_t i = 0; i < elements.size(); i += width)
        for (std::size_t c = 0; c < width; ++c) {
            const double value = toDouble(elements[i + c]);
            auto& column = m_columns[c];
            if (!std::isfinite(value)) {
                const auto row = column.count + static_cast<std::int64_t>(i / width);
                if (std::isnan(value)) {
                    ++column.nan;
                    column.firstNan = column.firstNan ? column.firstNan : row;
                } else {
                    ++(value > 0 ? column.positiveInfinity : column.negativeInfinity);
                    column.firstInf = column.firstInf ? column.firstInf : row;
                }
                continue;
            }
            auto& sums = m_sums[c];
            if (sums.finite++ == 0)
                sums.shift = sums.min = sums.max = value;
            const double d = value - sums.shift;
            sums.sum += d;
            sums.squares += d * d;
            sums.min = std::min(sums.min, value);
            sums.max = std::max(sums.max, value);
            column.zero += value == 0;
            column.negative += value < 0;
            m_bins[c].count(static_cast<float>(std::clamp(value, -largest, largest)));
        }
    for (std::size_t c = 0; c < width; ++c) {
        const auto& sums = m_sums[c];
        const auto n = static_cast<double>(sums.finite);
        Statistics part; // only what merges by arithmetic: counts were kept above
        part.count = sums.finite;
        part.min = sums.min;
        part.max = sums.max;
        part.mean = n > 0 ? sums.shift + sums.sum / n : 0;
        part.m2 = n > 0 ? std::max(0.0, sums.squares - sums.sum * (sums.sum / n)) : 0;
        auto& column = m_columns[c];
        const auto rows = static_cast<std::int64_t>(elements.size() / width);
        const auto bad = column.nan + column.infinite();
        const auto all = column.count + rows;
        column.count = all - bad - sums.finite; // the finite ones before this call
        const auto nan = std::exchange(column.nan, 0);
        const auto positive = std::exchange(column.positiveInfinity, 0);
        const auto negative = std::exchange(column.negativeInfinity, 0);
        column.merge(part);
        column.count = all;
        column.nan = nan;
        column.positiveInfinity = positive;
        column.negativeInfinity = negative;
    }
}

void ColumnAccumulator::add(const Tensor& rows) {
    visitDType(rows.dtype(), [&](auto type) {
        using T = decltype(type);
        if constexpr (std::is_same_v<T, bool>) // any byte but 0 is true
            addRows(std::span(reinterpret_cast<const std::uint8_t*>(rows.data()), rows.bytes()));
        else
            addRows(rows.span<T>());
    });
}

std::vector<Statistics> ColumnAccumulator::take() {
    for (std::size_t c = 0; c < m_columns.size(); ++c)
        m_columns[c].histogram = m_bins[c].histogram();
    return std::move(m_columns);
}

} // namespace plumbline
