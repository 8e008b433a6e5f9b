#include "core/tensor/bintable.h"

#include "core/tensor/machine.h"
#include "core/tensor/statisticsavx512.h"

#include <algorithm>
#include <deque>
#include <memory>

namespace plumbline::detail {

namespace {

void plainDrain(std::uint32_t* counts, std::uint32_t first, std::uint32_t groups, std::uint32_t* out) {
    auto* even = counts + first;
    auto* odd = even + BinTable::bins;
    for (std::uint32_t i = 0; i < groups * binGroup; ++i)
        out[i] = even[i] + odd[i];
    std::fill_n(even, groups * binGroup, 0u);
    std::fill_n(odd, groups * binGroup, 0u);
}

} // namespace

std::span<const BinDrain> binDrains() {
    static const auto all = runnable<BinDrain>(avx512Drain, nullptr, plainDrain);
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

RawCounts drained(BinTable& table) {
    RawCounts out;
    if (table.isEmpty())
        return out;
    const auto groups = table.most / binGroup + 1 - table.least / binGroup;
    out.first = table.least / binGroup * binGroup;
    out.extent = groups * binGroup;
    out.counts = std::make_unique_for_overwrite<std::uint32_t[]>(2 * std::size_t{out.extent});
    const auto drain = binDrains().front();
    drain(table.counts, out.first, groups, out.counts.get());
    drain(table.counts, 0x8000 | out.first, groups, out.counts.get() + out.extent);
    table.least = 0x7FFF;
    table.most = 0;
    return out;
}

} // namespace plumbline::detail
