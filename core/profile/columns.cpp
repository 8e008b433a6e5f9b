#include "core/profile/columns.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace plumbline {

ColumnAccumulator::ColumnAccumulator(std::size_t columns) : m_columns(columns) {}

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
    std::ranges::sort(bins, {}, [](const Histogram::Bin& bin) { return bin.key; });
    return Histogram::fromBins(std::move(bins));
}

void ColumnAccumulator::Column::add(std::span<double> values) {
    constexpr double largest = std::numeric_limits<float>::max();
    Statistics part;
    part.count = static_cast<std::int64_t>(values.size());
    double bad = 0; // becomes NaN with the first element that is not finite
    for (const double value : values)
        bad += value * 0;
    if (bad != 0) {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            const double value = values[i];
            const auto row = static_cast<std::int64_t>(i);
            if (std::isnan(value)) {
                ++part.nan;
                part.firstNan = part.firstNan ? part.firstNan : row;
            } else if (std::isinf(value)) {
                ++(value > 0 ? part.positiveInfinity : part.negativeInfinity);
                part.firstInf = part.firstInf ? part.firstInf : row;
            } else
                values[kept++] = value;
        }
        values = values.first(kept);
    }
    if (!values.empty()) {
        const double shift = values[0]; // an element of the block itself: little cancels in the sum of squares
        double sum = 0, squares = 0;
        part.min = part.max = shift;
        for (const double value : values) {
            const double d = value - shift;
            sum += d;
            squares += d * d;
            part.min = value < part.min ? value : part.min;
            part.max = value > part.max ? value : part.max;
            part.zero += value == 0;
            part.negative += value < 0;
        }
        const auto n = static_cast<double>(values.size());
        part.mean = shift + sum / n;
        part.m2 = std::max(0.0, squares - sum * (sum / n));
        for (const double value : values)
            bins.count(static_cast<float>(std::clamp(value, -largest, largest)));
    }
    statistics.merge(part);
}

/// Tiles of a cache line's columns are turned, so that each column has its values in one piece.
template<class T> void ColumnAccumulator::addRows(const T* elements, std::int64_t rows) {
    constexpr std::size_t tile = 16, block = 1024;
    const auto width = m_columns.size();
    const auto tiles = static_cast<std::int64_t>((width + tile - 1) / tile);
#pragma omp parallel for schedule(dynamic) if (rows * static_cast <std::int64_t>(width) > 65536)
    for (std::int64_t t = 0; t < tiles; ++t) {
        const auto first = static_cast<std::size_t>(t) * tile, columns = std::min(tile, width - first);
        std::vector<double> turned(columns * block);
        for (std::size_t begin = 0; begin < static_cast<std::size_t>(rows); begin += block) {
            const auto count = std::min(block, static_cast<std::size_t>(rows) - begin);
            for (std::size_t r = 0; r < count; ++r) {
                const T* row = elements + (begin + r) * width + first;
                for (std::size_t c = 0; c < columns; ++c)
                    turned[c * block + r] = toDouble(row[c]);
            }
            for (std::size_t c = 0; c < columns; ++c)
                m_columns[first + c].add(std::span(turned).subspan(c * block, count));
        }
    }
}

void ColumnAccumulator::add(const Tensor& rows) {
    const auto count = rows.elements() / std::max<std::int64_t>(1, static_cast<std::int64_t>(m_columns.size()));
    visitDType(rows.dtype(), [&](auto type) {
        using T = decltype(type);
        if constexpr (std::is_same_v<T, bool>) // any byte but 0 is true
            addRows(reinterpret_cast<const std::uint8_t*>(rows.data()), count);
        else
            addRows(rows.span<T>().data(), count);
    });
}

std::vector<Statistics> ColumnAccumulator::take() {
    std::vector<Statistics> out;
    for (auto& column : m_columns) {
        column.statistics.histogram = column.bins.histogram();
        out.push_back(std::move(column.statistics));
    }
    m_columns.clear();
    return out;
}

} // namespace plumbline
