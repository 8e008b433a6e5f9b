#include "core/tensor/bintable.h"

#include "core/tensor/statisticsavx512.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <memory>

namespace plumbline::detail {

namespace {

bool isEmptyGroup(const std::uint32_t* counts, std::uint32_t first) {
    std::array<std::uint64_t, binGroup / 2> words[2];
    std::memcpy(words[0].data(), counts + first, sizeof words[0]);
    std::memcpy(words[1].data(), counts + BinTable::bins + first, sizeof words[1]);
    std::uint64_t any = 0;
    for (std::size_t i = 0; i < binGroup / 2; ++i)
        any |= words[0][i] | words[1][i];
    return any == 0;
}

Histogram::Bin* plainGroup(std::span<BinTable* const> tables, std::uint32_t first, Histogram::Bin* out) {
    std::int64_t counts[binGroup] = {};
    for (auto* table : tables) {
        std::uint32_t* even = table->counts + first;
        std::uint32_t* odd = even + BinTable::bins;
        if (isEmptyGroup(table->counts, first))
            continue;
        for (std::uint32_t i = 0; i < binGroup; ++i)
            counts[i] += std::int64_t{even[i]} + odd[i];
        std::fill_n(even, binGroup, 0u);
        std::fill_n(odd, binGroup, 0u);
    }
    const bool negative = (first & 0x8000) != 0;
    for (std::uint32_t i = 0; i < binGroup; ++i) {
        const auto at = negative ? binGroup - 1 - i : i;
        const auto raw = first + at;
        if (counts[at] > 0)
            *out++ = {static_cast<std::uint16_t>(negative ? ~raw : raw | 0x8000), counts[at]};
    }
    return out;
}

Histogram::Bin* plainDrain(std::span<BinTable* const> tables, BinRange range, Histogram::Bin* out) {
    for (std::uint32_t g = 0; g < range.groups; ++g)
        out = plainGroup(tables, range.group(g), out);
    return out;
}

} // namespace

std::span<const BinDrain> binDrains() {
    static const auto all = [] {
        std::vector<BinDrain> out;
#if defined(__x86_64__)
        if (hasAvx512())
            out.push_back(avx512Drain);
#endif
        out.push_back(plainDrain);
        return out;
    }();
    return all;
}

BinTable& threadTable(std::size_t which) {
    struct Owned {
        std::unique_ptr<std::uint32_t[]> memory = std::make_unique<std::uint32_t[]>(2 * BinTable::bins);
        BinTable table{memory.get()};
    };
    thread_local std::deque<Owned> tables; // a table keeps its place
    while (tables.size() <= which)
        tables.emplace_back();
    return tables[which].table;
}

Histogram emptied(std::span<BinTable* const> tables, std::int64_t zeros) {
    std::vector<BinTable*> used;
    std::uint32_t least = 0x7FFF, most = 0;
    for (auto* table : tables)
        if (table && !table->isEmpty()) {
            used.push_back(table);
            least = std::min(least, table->least);
            most = std::max(most, table->most);
        }
    const auto firstGroup = least / binGroup;
    const auto groups = used.empty() ? 0 : most / binGroup + 1 - firstGroup;
    thread_local std::vector<Histogram::Bin> bins; // grown once; the histogram gets a copy of exactly its size
    const auto room = 2 * std::size_t{groups} * binGroup + 1 + 8; // a drain writes up to 8 past its end
    if (bins.size() < room)
        bins.resize(room);
    const auto drain = binDrains().front();
    auto* const positives = drain(used, {firstGroup * binGroup, groups, true}, bins.data());
    auto* end = positives;
    if (zeros > 0)
        *end++ = {Histogram::keyOf(0.0f), zeros};
    end = drain(used, {firstGroup * binGroup, groups, false}, end);
    // Denormals share the bin of zero.
    if (zeros > 0 && end - positives > 1 && positives[1].key == positives[0].key) {
        positives[0].count += positives[1].count;
        end = std::move(positives + 2, end, positives + 1);
    }
    for (auto* table : used) {
        table->least = 0x7FFF;
        table->most = 0;
    }
    return Histogram::fromBins(std::vector(bins.data(), end));
}

} // namespace plumbline::detail
