#pragma once
// A Tensor is an immutable, strided view of shared storage: dtype, shape, byte strides, byte offset.
// Copies are cheap and may cross threads. New elements are written through a TensorBuilder, once, by one owner.

#include "core/tensor/dtype.h"
#include "core/tensor/shape.h"
#include "core/tensor/storage.h"

#include <span>

namespace plumbline {

class Tensor {
public:
    Tensor() = default; ///< no tensor at all: isNull()
    /// A row-major view at the storage's start. Asserts that it fits; files go through view().
    Tensor(std::shared_ptr<const Storage> storage, DType dtype, Shape shape, std::size_t byteOffset = 0);
    /// A checked view for bounds that come from a file. Strides are in bytes and may be negative or zero.
    static Result<Tensor> view(std::shared_ptr<const Storage> storage, DType dtype, Shape shape,
                               std::vector<std::int64_t> byteStrides, std::size_t byteOffset);
    template<class T> static Tensor of(Shape shape, std::span<const T> elements); ///< a copy of `elements`, row-major
    template<class T> static Tensor of(Shape shape, std::initializer_list<T> elements) {
        return of<T>(std::move(shape), std::span<const T>(elements.begin(), elements.size()));
    }

    bool isNull() const { return !m_storage; }
    DType dtype() const { return m_dtype; }
    const Shape& shape() const { return m_shape; }
    std::size_t rank() const { return m_shape.rank(); }
    std::int64_t elements() const { return m_elements; }
    std::size_t bytes() const { return static_cast<std::size_t>(m_elements) * itemSize(m_dtype); } ///< when dense
    const std::vector<std::int64_t>& byteStrides() const { return m_strides; }
    const std::shared_ptr<const Storage>& storage() const { return m_storage; }
    /// Address of element (0, …, 0).
    const std::byte* data() const { return m_storage->data() + m_offset; }

    bool isContiguous() const;         ///< row-major without gaps, and aligned to its element type
    Result<Tensor> contiguous() const; ///< itself, or a row-major copy
    /// All elements of a contiguous tensor of exactly this type.
    template<class T> std::span<const T> span() const {
        return {reinterpret_cast<const T*>(data()), static_cast<std::size_t>(m_elements)};
    }

    double at(std::span<const std::int64_t> index) const; ///< as a double; 64-bit integers above 2^53 round
    double flat(std::int64_t rowMajorIndex) const;
    std::string elementText(std::int64_t rowMajorIndex) const; ///< exact: shortest text that reads back equal

    // Views: no element is copied.
    Tensor sliced(std::size_t axis, std::int64_t begin, std::int64_t count) const;
    Tensor indexed(std::size_t axis, std::int64_t index) const; ///< drops the axis
    Tensor transposed(std::span<const std::size_t> permutation) const;
    Tensor withAxisInserted(std::size_t axis) const; ///< an axis of 1
    Tensor withAxisRemoved(std::size_t axis) const;  ///< of an axis of 1

    Result<Tensor> reshaped(Shape shape) const; ///< a view where it can be, else a copy; -1 is not accepted
    /// NumPy's astype: to a narrower integer it wraps, a float to an integer truncates.
    Result<Tensor> cast(DType dtype) const;

private:
    std::shared_ptr<const Storage> m_storage;
    DType m_dtype = DType::float32;
    Shape m_shape;
    std::vector<std::int64_t> m_strides;
    std::size_t m_offset = 0;
    std::int64_t m_elements = 0;
};

/// Row-major byte strides of a dense tensor.
std::vector<std::int64_t> denseStrides(const Shape& shape, DType dtype);
/// The index of a row-major position, one number an axis.
std::vector<std::int64_t> unflatten(std::int64_t rowMajorIndex, const Shape& shape);
/// "[3, 3, 4, 5]"
std::string indexText(std::span<const std::int64_t> index);

/// Owns the elements while they are written; build() seals them.
class TensorBuilder {
public:
    static Result<TensorBuilder> allocate(DType dtype, Shape shape); ///< not initialised
    static Result<TensorBuilder> zeros(DType dtype, Shape shape);

    DType dtype() const { return m_dtype; }
    const Shape& shape() const { return m_shape; }
    std::int64_t elements() const { return m_elements; }
    std::byte* data() { return m_storage->mutableData(); }
    template<class T> std::span<T> span() {
        return {reinterpret_cast<T*>(data()), static_cast<std::size_t>(m_elements)};
    }
    Tensor build() && { return Tensor(std::move(m_storage), m_dtype, std::move(m_shape)); }

private:
    std::shared_ptr<Storage> m_storage;
    DType m_dtype = DType::float32;
    Shape m_shape;
    std::int64_t m_elements = 0;
};

template<class T> Tensor Tensor::of(Shape shape, std::span<const T> elements) {
    auto builder = TensorBuilder::allocate(dtypeOf<T>, std::move(shape));
    if (!builder || static_cast<std::size_t>(builder->elements()) != elements.size())
        return {};
    std::copy(elements.begin(), elements.end(), builder->template span<T>().begin());
    return std::move(*builder).build();
}

} // namespace plumbline
