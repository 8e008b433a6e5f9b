#include "core/formats/data/random.h"
#include "core/profile/columns.h"
#include "core/profile/lawrecognition.h"

#include <queue>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace plumbline {

namespace {

constexpr std::int64_t mostColumns = 4096;
constexpr std::size_t sampleBytes = 128u << 20;
constexpr std::size_t chunkBytes = 4u << 20; ///< stays in a second-level cache or near it: a chunk is read twice

bool allWhole(const Tensor& tensor) {
    if (!isFloat(tensor.dtype()))
        return true;
    return visitDType(tensor.dtype(), [&](auto type) {
        using T = decltype(type);
        return std::ranges::all_of(tensor.span<T>(), [](T element) {
            const double value = toDouble(element);
            return !std::isfinite(value) || std::floor(value) == value;
        });
    });
}

/// The law after an affine map, where it is still one of ours.
std::optional<Law> mappedLaw(const SourceSpec& spec) {
    Law law = *spec.law;
    if (!spec.map)
        return law;
    const auto map = [&](double x) { return spec.map->scale * x + spec.map->offset; };
    switch (law.kind) {
    case Law::Kind::integers: return std::nullopt;
    case Law::Kind::normal: return Law{law.kind, map(law.a), std::fabs(spec.map->scale) * law.b};
    case Law::Kind::uniform: break;
    }
    return Law{law.kind, std::min(map(law.a), map(law.b)), std::max(map(law.a), map(law.b))};
}

} // namespace

std::vector<std::int64_t> sampleRowIndices(std::int64_t rows, std::int64_t limit) {
    std::vector<std::int64_t> kept;
    if (rows <= limit) {
        for (std::int64_t i = 0; i < rows; ++i)
            kept.push_back(i);
        return kept;
    }
    std::priority_queue<std::pair<std::uint64_t, std::int64_t>> smallest; // the largest hash of those kept on top
    for (std::int64_t i = 0; i < rows; ++i) {
        const auto hash = mixBits(static_cast<std::uint64_t>(i));
        if (static_cast<std::int64_t>(smallest.size()) < limit)
            smallest.emplace(hash, i);
        else if (!smallest.empty() && hash < smallest.top().first) {
            smallest.pop();
            smallest.emplace(hash, i);
        }
    }
    for (; !smallest.empty(); smallest.pop())
        kept.push_back(smallest.top().second);
    std::ranges::sort(kept);
    return kept;
}

Shape InputProfile::rowShape() const {
    Shape row = shape;
    if (row.rank() > 0)
        row.erase(0);
    return row;
}

const InputProfile* Profile::find(std::string_view input) const {
    const auto found = std::ranges::find(inputs, input, &InputProfile::input);
    return found == inputs.end() ? nullptr : &*found;
}

Result<InputProfile> profileInput(const std::string& input, DataSource& source, const SourceSpec& spec,
                                  const Progress& progress) {
    InputProfile out;
    out.input = input;
    out.source = spec.text;
    out.kind = spec.law ? ReferenceKind::law : ReferenceKind::dataset;
    out.shape = source.shape();
    out.dtype = source.dtype();
    out.hasOwnDtype = source.hasOwnDtype();
    out.columns = source.columns();
    if (out.shape.rank() == 0)
        return failure(ErrorCode::shape, "source.scalar",
                       "The training reference {source} is a single number: rows along a batch axis are needed.",
                       {{"source", spec.text}});
    const auto rows = out.shape[0];
    out.rows = spec.law ? 0 : rows;

    Shape sampleShape = out.shape;
    sampleShape[0] = 1;
    const auto rowBytes = static_cast<double>(sampleShape.elements()) * static_cast<double>(itemSize(out.dtype));
    const auto limit = std::clamp<std::int64_t>(static_cast<std::int64_t>(sampleBytes / std::max(rowBytes, 1.0)), 1,
                                                maximumSampleRows);
    out.sampleRows = sampleRowIndices(rows, limit);
    sampleShape[0] = static_cast<std::int64_t>(out.sampleRows.size());
    PLUMBLINE_TRY(auto sample, TensorBuilder::allocate(out.dtype, sampleShape));
    std::byte* sampled = sample.data();
    auto nextSampled = out.sampleRows.begin();

    const auto columns = out.shape.rank() > 1 ? out.shape.back() : 0;
    const bool perColumn = columns > 1 && columns <= mostColumns;
    ColumnAccumulator accumulator(perColumn ? static_cast<std::size_t>(columns) : 0);
    out.wholeNumbers = true;
    const auto chunk = source.chunkRows(chunkBytes);
    for (std::int64_t begin = 0; begin < rows; begin += chunk) {
        if (progress.isCancelled())
            return Progress::cancelled();
        progress.report("profiling " + spec.text, static_cast<double>(begin) / static_cast<double>(rows));
        const auto count = std::min(chunk, rows - begin);
        PLUMBLINE_TRY(const Tensor read, source.rows(begin, count));
        PLUMBLINE_TRY(const Tensor dense, read.contiguous());
        out.statistics.merge(statisticsOf(dense));
        if (perColumn && dense.elements() > 0)
            accumulator.add(dense);
        out.wholeNumbers = out.wholeNumbers && allWhole(dense);
        const auto bytes = dense.bytes() / static_cast<std::size_t>(count);
        for (; nextSampled != out.sampleRows.end() && *nextSampled < begin + count; ++nextSampled) {
            if (bytes > 0)
                std::memcpy(sampled, dense.data() + static_cast<std::size_t>(*nextSampled - begin) * bytes, bytes);
            sampled += bytes;
        }
    }
    out.sample = std::move(sample).build();
    if (perColumn)
        out.perColumn = accumulator.take();
    else if (columns == 1)
        out.perColumn.push_back(out.statistics);
    if (spec.law) {
        out.shape[0] = 0;
        out.law = mappedLaw(spec);
    } else
        out.law = recognizeLaw(out);
    return out;
}

} // namespace plumbline
