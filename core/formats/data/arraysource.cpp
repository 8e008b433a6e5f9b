#include "core/formats/data/arraysource.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>

namespace plumbline {

const std::vector<std::string> DataSource::m_noColumns;

std::int64_t DataSource::chunkRows(std::size_t bytes) const {
    double rowBytes = static_cast<double>(itemSize(dtype()));
    for (std::size_t axis = 1; axis < shape().rank(); ++axis)
        rowBytes *= static_cast<double>(shape()[axis]);
    return std::max<std::int64_t>(1, static_cast<std::int64_t>(static_cast<double>(bytes) / std::max(rowBytes, 1.0)));
}

ArraySource::ArraySource(Tensor stored, Options options) : m_stored(std::move(stored)), m_options(std::move(options)) {}

DType mappedDType(DType stored, const std::optional<AffineMap>& map) {
    return map && !isFloat(stored) ? DType::float32 : stored;
}

DType ArraySource::dtype() const { return mappedDType(m_stored.dtype(), m_options.map); }

Result<void> checkRange(const DataSource& source, std::int64_t begin, std::int64_t count) {
    if (source.shape().rank() == 0)
        return failure(ErrorCode::shape, "source.scalar",
                       "A single number has no rows: an array with a batch axis is needed.");
    const auto rows = source.shape()[0];
    if (begin < 0 || count < 0 || begin > rows || count > rows - begin)
        return failure(ErrorCode::wrongCall, "source.range", "Rows {begin} to {end} were asked of an array of {rows}.",
                       {{"begin", begin}, {"end", begin + count}, {"rows", rows}});
    return {};
}

Result<Tensor> ArraySource::rows(std::int64_t begin, std::int64_t count) {
    PLUMBLINE_CHECK(checkRange(*this, begin, count));
    const auto part = m_stored.sliced(0, begin, count);
    dropPages(part.bytes());
    return finished(part);
}

Result<Tensor> ArraySource::finished(const Tensor& part) const {
    Tensor out = part;
    if (m_options.byteSwapped) {
        PLUMBLINE_TRY(out, byteSwapped(out));
    }
    if (m_options.map) {
        PLUMBLINE_TRY(out, applyMap(*m_options.map, out));
    }
    return out;
}

void ArraySource::dropPages(std::size_t bytes) {
    constexpr std::size_t budget = 64u << 20;
    if (!m_stored.storage()->isMapped())
        return;
    if (m_touched > budget) {
        releasePages(*m_stored.storage());
        m_touched = 0;
    }
    m_touched += bytes;
}

void releasePages(const Storage& storage) {
    if (storage.isMapped() && storage.bytes() > 0)
        ::madvise(const_cast<std::byte*>(storage.data()), storage.bytes(), MADV_DONTNEED);
}

Result<Tensor> byteSwapped(const Tensor& tensor) {
    PLUMBLINE_TRY(auto builder, TensorBuilder::allocate(tensor.dtype(), tensor.shape()));
    PLUMBLINE_TRY(const auto dense, tensor.contiguous());
    const auto size = itemSize(tensor.dtype());
    std::memcpy(builder.data(), dense.data(), dense.bytes());
    for (std::byte* element = builder.data(); element != builder.data() + dense.bytes(); element += size)
        std::reverse(element, element + size);
    return std::move(builder).build();
}

std::unique_ptr<DataSource> tensorSource(Tensor tensor, std::vector<std::string> columns) {
    return std::make_unique<ArraySource>(std::move(tensor),
                                         ArraySource::Options{"tensor", std::move(columns), {}, false});
}

} // namespace plumbline
