#pragma once
// An array that lies in memory or in a mapped file, as a source: what .npy, stored .npz members, images and tensors
// become.

#include "core/formats/data/source.h"

namespace plumbline {

class ArraySource final : public DataSource {
public:
    struct Options {
        std::string format = "tensor";
        std::vector<std::string> columns;
        std::optional<AffineMap> map;
        bool byteSwapped = false; ///< elements are stored big-endian: rows are copied and swapped
    };
    ArraySource(Tensor stored, Options options);

    const Shape& shape() const override { return m_stored.shape(); }
    DType dtype() const override;
    std::string format() const override { return m_options.format; }
    const std::vector<std::string>& columns() const override { return m_options.columns; }
    Result<Tensor> rows(std::int64_t begin, std::int64_t count) override;
    Result<Tensor> all() override { return finished(m_stored); }

private:
    Result<Tensor> finished(const Tensor& part) const;
    void dropPages(std::size_t bytes);

    Tensor m_stored;
    Options m_options;
    std::size_t m_touched = 0; ///< bytes handed out since the mapping's pages were last given back
};

/// Reverses the bytes of every element of a copy.
Result<Tensor> byteSwapped(const Tensor& tensor);
/// The dtype that rows have after an optional map.
DType mappedDType(DType stored, const std::optional<AffineMap>& map);
/// The error of rows() for a range that the array does not have.
Result<void> checkRange(const DataSource& source, std::int64_t begin, std::int64_t count);
/// Gives the pages of a mapped file back to the kernel; a view that still stands reads them again from the file.
void releasePages(const Storage& storage);

} // namespace plumbline
