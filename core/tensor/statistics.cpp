#include "core/tensor/statistics.h"

#include "core/tensor/blockreader.h"
#include "core/tensor/blockstatistics.h"

#include <omp.h>

#include <algorithm>
#include <cmath>

namespace plumbline {

double Statistics::standardDeviation() const { return std::sqrt(variance()); }

void Statistics::merge(const Statistics& other) {
    const auto here = static_cast<double>(finite());
    const auto there = static_cast<double>(other.finite());
    if (there > 0) {
        if (here > 0) {
            const double total = here + there;
            const double delta = other.mean - mean;
            // Equal means add nothing: 0 * infinity must not appear where both are at double's ends.
            m2 += other.m2 + (delta == 0 ? 0 : delta * delta * (here * there / total));
            mean +=
                std::isfinite(delta) ? delta * (there / total) : other.mean * (there / total) - mean * (there / total);
            min = std::min(min, other.min);
            max = std::max(max, other.max);
        } else {
            min = other.min;
            max = other.max;
            mean = other.mean;
            m2 = other.m2;
        }
    }
    if (!firstNan && other.firstNan)
        firstNan = *other.firstNan + count;
    if (!firstInf && other.firstInf)
        firstInf = *other.firstInf + count;
    count += other.count;
    nan += other.nan;
    positiveInfinity += other.positiveInfinity;
    negativeInfinity += other.negativeInfinity;
    zero += other.zero;
    negative += other.negative;
    histogram.merge(other.histogram);
}

namespace {

using namespace detail;

/// Chunks of work for threads: a fixed partition merged in order, so that no result depends on who ran what.
constexpr std::int64_t chunkElements = 4 * static_cast<std::int64_t>(blockElements);
constexpr std::int64_t chunkedFrom = 2 * chunkElements;
/// Below this many elements a second thread costs more than it brings: its bins have to come over.
constexpr std::int64_t parallelFrom = 4 * chunkElements;
/// Bins are 32-bit: no thread counts more elements than this between two emptyings of its table.
constexpr std::int64_t roundElements = std::int64_t{1} << 30;

enum class Pass { all, withoutHistogram, moments };

/// Elements [begin, end) in row-major order.
template<class T>
Statistics rangeStatistics(const BlockReader<T>& reader, std::int64_t begin, std::int64_t end, BinTable* table,
                           Pass pass = Pass::all) {
    alignas(64) T buffer[blockElements];
    Statistics out;
    for (auto at = begin; at < end; at += static_cast<std::int64_t>(blockElements)) {
        const auto n = static_cast<std::size_t>(std::min<std::int64_t>(end - at, blockElements));
        const auto* x = reader.read(at, n, buffer);
        if constexpr (std::is_same_v<T, float>)
            if (pass == Pass::moments) {
                out.merge(blockMoments(x, n));
                continue;
            }
        out.merge(blockStatistics(x, n, table));
    }
    return out;
}

template<class T> Statistics compute(const Tensor& tensor, Pass pass) {
    const bool histogram = pass == Pass::all;
    const BlockReader<T> reader(tensor);
    const auto elements = tensor.elements();
    Statistics out;
    if (elements < chunkedFrom) {
        BinTable* table = histogram ? &threadTable() : nullptr;
        out = rangeStatistics(reader, 0, elements, table, pass);
        if (table)
            out.histogram = Histogram::fromRaw(drained(*table), out.zero);
        return out;
    }
    const int threads = elements < parallelFrom ? 1 : omp_get_max_threads();
    for (std::int64_t begin = 0; begin < elements; begin += roundElements) {
        const auto end = std::min(elements, begin + roundElements);
        const auto chunks = (end - begin + chunkElements - 1) / chunkElements;
        std::vector<Statistics> parts(static_cast<std::size_t>(chunks));
        std::vector<RawCounts> counted(static_cast<std::size_t>(threads));
#pragma omp parallel if (threads > 1) num_threads(threads)
        {
            BinTable* table = histogram ? &threadTable() : nullptr;
#pragma omp for schedule(dynamic) nowait
            for (std::int64_t c = 0; c < chunks; ++c) {
                const auto from = begin + c * chunkElements;
                parts[static_cast<std::size_t>(c)] =
                    rangeStatistics(reader, from, std::min(end, from + chunkElements), table, pass);
            }
            if (table)
                counted[static_cast<std::size_t>(omp_get_thread_num())] = drained(*table);
        }
        Statistics round;
        for (const auto& part : parts)
            round.merge(part);
        if (histogram)
            round.histogram = Histogram::fromRaw(std::move(counted), round.zero);
        if (begin == 0)
            out = std::move(round);
        else
            out.merge(round);
    }
    return out;
}

/// One Statistics a position along the middle axis of (outer, extent, inner), each element in one pass.
template<class T>
std::vector<Statistics> computeAlong(const Tensor& tensor, std::int64_t outer, std::int64_t extent,
                                     std::int64_t inner) {
    const BlockReader<T> reader(tensor);
    std::vector<Statistics> out(static_cast<std::size_t>(extent));
    if (inner >= 16) {
        for (std::int64_t o = 0; o < outer; ++o)
            for (std::int64_t e = 0; e < extent; ++e) {
                const auto begin = (o * extent + e) * inner;
                out[static_cast<std::size_t>(e)].merge(rangeStatistics(reader, begin, begin + inner, nullptr));
            }
        return out;
    }
    // Short runs: transpose a few thousand elements at a time, so that each position has its run in one piece.
    const auto group = std::max<std::int64_t>(1, static_cast<std::int64_t>(blockElements) / inner);
    const auto rows =
        std::min(outer, std::max<std::int64_t>(1, std::min<std::int64_t>(group, (1 << 20) / (extent * inner))));
    std::vector<T> source(static_cast<std::size_t>(rows * extent * inner)), turned(source.size());
    for (std::int64_t o = 0; o < outer; o += rows) {
        const auto here = std::min(rows, outer - o);
        const T* from = reader.read(o * extent * inner, static_cast<std::size_t>(here * extent * inner), source.data());
        for (std::int64_t r = 0; r < here; ++r)
            for (std::int64_t e = 0; e < extent; ++e)
                for (std::int64_t i = 0; i < inner; ++i)
                    turned[static_cast<std::size_t>((e * here + r) * inner + i)] = *from++;
        for (std::int64_t e = 0; e < extent; ++e)
            out[static_cast<std::size_t>(e)].merge(
                blockStatistics(turned.data() + e * here * inner, static_cast<std::size_t>(here * inner), nullptr));
    }
    return out;
}

/// True for the types whose elements a float holds exactly.
bool fitsFloat(DType dtype) { return dtype == DType::float32 || itemSize(dtype) <= 2; }

} // namespace

Statistics statisticsOf(const Tensor& tensor, HistogramWanted histogram) {
    if (tensor.isNull() || tensor.elements() == 0)
        return {};
    const auto pass = histogram == HistogramWanted::yes ? Pass::all : Pass::withoutHistogram;
    return fitsFloat(tensor.dtype()) ? compute<float>(tensor, pass) : compute<double>(tensor, pass);
}

Moments momentsOf(const Tensor& tensor) {
    if (tensor.isNull() || tensor.elements() == 0)
        return {};
    const auto all = fitsFloat(tensor.dtype()) ? compute<float>(tensor, Pass::moments)
                                               : compute<double>(tensor, Pass::withoutHistogram);
    return {all.mean, all.m2};
}

std::vector<Statistics> statisticsAlong(const Tensor& tensor, std::size_t axis) {
    if (tensor.isNull() || axis >= tensor.rank())
        return {};
    std::int64_t outer = 1, inner = 1;
    for (std::size_t a = 0; a < tensor.rank(); ++a)
        (a < axis ? outer : inner) *= a == axis ? 1 : tensor.shape()[a];
    const auto extent = tensor.shape()[axis];
    if (outer == 0 || inner == 0 || extent == 0)
        return std::vector<Statistics>(static_cast<std::size_t>(extent));
    return fitsFloat(tensor.dtype()) ? computeAlong<float>(tensor, outer, extent, inner)
                                     : computeAlong<double>(tensor, outer, extent, inner);
}

} // namespace plumbline
