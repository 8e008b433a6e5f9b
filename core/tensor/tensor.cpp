#include "core/tensor/tensor.h"

#include "core/base/checked.h"
#include "core/base/numbertext.h"

#include <fmt/format.h>

#include <cassert>
#include <cmath>
#include <cstring>

namespace plumbline {

std::vector<std::int64_t> denseStrides(const Shape& shape, DType dtype) {
    std::vector<std::int64_t> strides(shape.rank());
    auto stride = static_cast<std::int64_t>(itemSize(dtype));
    for (std::size_t axis = shape.rank(); axis-- > 0;) {
        strides[axis] = stride;
        stride *= std::max<std::int64_t>(shape[axis], 1);
    }
    return strides;
}

std::vector<std::int64_t> unflatten(std::int64_t rowMajorIndex, const Shape& shape) {
    std::vector<std::int64_t> index(shape.rank());
    for (std::size_t axis = shape.rank(); axis-- > 0;) {
        const auto extent = std::max<std::int64_t>(shape[axis], 1);
        index[axis] = rowMajorIndex % extent;
        rowMajorIndex /= extent;
    }
    return index;
}

std::string indexText(std::span<const std::int64_t> index) { return fmt::format("[{}]", fmt::join(index, ", ")); }

Tensor::Tensor(std::shared_ptr<const Storage> storage, DType dtype, Shape shape, std::size_t byteOffset)
    : m_storage(std::move(storage)), m_dtype(dtype), m_shape(std::move(shape)), m_strides(denseStrides(m_shape, dtype)),
      m_offset(byteOffset), m_elements(m_shape.elements()) {
    assert(m_offset + bytes() <= m_storage->bytes());
}

Result<Tensor> Tensor::view(std::shared_ptr<const Storage> storage, DType dtype, Shape shape,
                            std::vector<std::int64_t> byteStrides, std::size_t byteOffset) {
    PLUMBLINE_TRY(const auto elements, shape.checkedElements());
    assert(byteStrides.size() == shape.rank());
    // The lowest and highest byte that any index can touch must lie in the storage.
    auto low = std::optional(static_cast<std::int64_t>(byteOffset));
    auto high = checkedAdd(*low, static_cast<std::int64_t>(itemSize(dtype)));
    for (std::size_t axis = 0; axis < shape.rank() && low && high && elements > 0; ++axis) {
        const auto reach = checkedMultiply(byteStrides[axis], shape[axis] - 1);
        auto& end = byteStrides[axis] < 0 ? low : high;
        end = reach ? checkedAdd(*end, *reach) : std::nullopt;
    }
    const auto size = static_cast<std::int64_t>(storage->bytes());
    if (!low || !high || (elements > 0 && (*low < 0 || *high > size)))
        return failure(
            ErrorCode::cannotRead, "tensor.bounds",
            "An array of shape {shape} and type {dtype} does not fit the {size} that are stored.",
            {{"shape", shape.text()}, {"dtype", std::string(name(dtype))}, {"size", bytesText(storage->bytes())}});
    Tensor out;
    out.m_storage = std::move(storage);
    out.m_dtype = dtype;
    out.m_shape = std::move(shape);
    out.m_strides = std::move(byteStrides);
    out.m_offset = byteOffset;
    out.m_elements = elements;
    return out;
}

bool Tensor::isContiguous() const {
    if (m_elements == 0)
        return true;
    if (reinterpret_cast<std::uintptr_t>(data()) % itemSize(m_dtype) != 0)
        return false; // an array inside a file may start anywhere: a copy is aligned
    auto stride = static_cast<std::int64_t>(itemSize(m_dtype));
    for (std::size_t axis = rank(); axis-- > 0;) {
        if (m_shape[axis] != 1 && m_strides[axis] != stride)
            return false;
        stride *= m_shape[axis];
    }
    return true;
}

namespace {

/// Calls f(pointer, row-major position) for every element, the innermost axis in a tight loop.
template<class F>
void forEachAddress(const std::byte* base, const Shape& shape, const std::vector<std::int64_t>& strides, F&& f) {
    if (shape.elements() == 0)
        return;
    const std::size_t rank = shape.rank();
    if (rank == 0) {
        f(base, std::int64_t{0});
        return;
    }
    const auto inner = shape[rank - 1];
    const auto innerStride = strides[rank - 1];
    std::vector<std::int64_t> index(rank, 0);
    std::int64_t position = 0;
    while (true) {
        const std::byte* row = base;
        for (std::size_t axis = 0; axis + 1 < rank; ++axis)
            row += index[axis] * strides[axis];
        for (std::int64_t i = 0; i < inner; ++i)
            f(row + i * innerStride, position++);
        std::size_t axis = rank - 1;
        while (axis > 0 && ++index[axis - 1] == shape[axis - 1])
            index[--axis] = 0;
        if (axis == 0)
            return;
    }
}

template<class T> T load(const std::byte* address) {
    T value;
    std::memcpy(&value, address, sizeof value);
    return value;
}

template<>
bool load<bool>(const std::byte* address) { // a byte other than 0 and 1 in a file must not become an invalid bool
    return *address != std::byte{0};
}

template<class To, class From> To convert(From from) {
    if constexpr (std::is_same_v<From, Float16> || std::is_same_v<From, BFloat16>)
        return convert<To>(toFloat(from));
    else if constexpr (std::is_same_v<To, Float16>)
        return toFloat16(static_cast<float>(from));
    else if constexpr (std::is_same_v<To, BFloat16>)
        return toBFloat16(static_cast<float>(from));
    else if constexpr (std::is_same_v<To, bool>)
        return from != From{};
    else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
        // Out of range is undefined in C++; NumPy on x86-64 goes through int64, whose overflow is its minimum.
        const double value = static_cast<double>(from);
        if (!(value >= -0x1p63 && value < 0x1p63)) {
            if (std::is_same_v<To, std::uint64_t> && value >= 0x1p63 && value < 0x1p64)
                return static_cast<To>(static_cast<std::uint64_t>(value));
            return static_cast<To>(std::numeric_limits<std::int64_t>::min());
        }
        return static_cast<To>(static_cast<std::int64_t>(value));
    } else
        return static_cast<To>(from);
}

} // namespace

Result<Tensor> Tensor::contiguous() const {
    if (isContiguous())
        return *this;
    PLUMBLINE_TRY(auto builder, TensorBuilder::allocate(m_dtype, m_shape));
    const auto size = itemSize(m_dtype);
    forEachAddress(data(), m_shape, m_strides, [&, out = builder.data()](const std::byte* from, std::int64_t at) {
        std::memcpy(out + static_cast<std::size_t>(at) * size, from, size);
    });
    return std::move(builder).build();
}

double Tensor::at(std::span<const std::int64_t> index) const {
    assert(index.size() == rank());
    const std::byte* address = data();
    for (std::size_t axis = 0; axis < rank(); ++axis)
        address += index[axis] * m_strides[axis];
    return visitDType(m_dtype, [&](auto type) { return toDouble(load<decltype(type)>(address)); });
}

double Tensor::flat(std::int64_t rowMajorIndex) const { return at(unflatten(rowMajorIndex, m_shape)); }

std::string Tensor::elementText(std::int64_t rowMajorIndex) const {
    const auto index = unflatten(rowMajorIndex, m_shape);
    const std::byte* address = data();
    for (std::size_t axis = 0; axis < rank(); ++axis)
        address += index[axis] * m_strides[axis];
    return visitDType(m_dtype, [&](auto type) -> std::string {
        using T = decltype(type);
        const T value = load<T>(address);
        if constexpr (std::is_same_v<T, Float16> || std::is_same_v<T, BFloat16>)
            return exactText(toFloat(value));
        else if constexpr (std::is_same_v<T, bool>)
            return value ? "True" : "False";
        else if constexpr (std::is_floating_point_v<T>)
            return exactText(value);
        else
            return fmt::format("{}", value);
    });
}

Tensor Tensor::sliced(std::size_t axis, std::int64_t begin, std::int64_t count) const {
    assert(begin >= 0 && count >= 0 && begin + count <= m_shape[axis]);
    Tensor out = *this;
    if (count > 0)
        out.m_offset += static_cast<std::size_t>(begin * m_strides[axis]);
    out.m_shape[axis] = count;
    out.m_elements = out.m_shape.elements();
    return out;
}

Tensor Tensor::indexed(std::size_t axis, std::int64_t index) const {
    return sliced(axis, index, 1).withAxisRemoved(axis);
}

Tensor Tensor::transposed(std::span<const std::size_t> permutation) const {
    assert(permutation.size() == rank());
    Tensor out = *this;
    for (std::size_t axis = 0; axis < rank(); ++axis) {
        out.m_shape[axis] = m_shape[permutation[axis]];
        out.m_strides[axis] = m_strides[permutation[axis]];
    }
    return out;
}

Tensor Tensor::withAxisInserted(std::size_t axis) const {
    Tensor out = *this;
    const auto stride = axis < rank() ? m_strides[axis] * m_shape[axis] : static_cast<std::int64_t>(itemSize(m_dtype));
    out.m_shape.insert(axis, 1);
    out.m_strides.insert(out.m_strides.begin() + static_cast<std::ptrdiff_t>(axis), stride);
    return out;
}

Tensor Tensor::withAxisRemoved(std::size_t axis) const {
    assert(m_shape[axis] == 1);
    Tensor out = *this;
    out.m_shape.erase(axis);
    out.m_strides.erase(out.m_strides.begin() + static_cast<std::ptrdiff_t>(axis));
    return out;
}

Result<Tensor> Tensor::reshaped(Shape shape) const {
    PLUMBLINE_TRY(const auto elements, shape.checkedElements());
    if (elements != m_elements)
        return failure(
            ErrorCode::shape, "tensor.reshape",
            "{elements} elements of shape {from} cannot take the shape {to}, which has {wanted}.",
            {{"elements", m_elements}, {"from", m_shape.text()}, {"to", shape.text()}, {"wanted", elements}});
    PLUMBLINE_TRY(Tensor out, contiguous());
    out.m_strides = denseStrides(shape, m_dtype);
    out.m_shape = std::move(shape);
    return out;
}

Result<Tensor> Tensor::cast(DType dtype) const {
    if (dtype == m_dtype)
        return *this;
    PLUMBLINE_TRY(auto builder, TensorBuilder::allocate(dtype, m_shape));
    visitDType(m_dtype, [&](auto fromType) {
        visitDType(dtype, [&](auto toType) {
            using From = decltype(fromType);
            using To = decltype(toType);
            To* out = builder.template span<To>().data();
            forEachAddress(data(), m_shape, m_strides,
                           [out](const std::byte* from, std::int64_t at) { out[at] = convert<To>(load<From>(from)); });
        });
    });
    return std::move(builder).build();
}

Result<TensorBuilder> TensorBuilder::allocate(DType dtype, Shape shape) {
    PLUMBLINE_TRY(const auto elements, shape.checkedElements());
    const auto bytes = checkedMultiply(elements, static_cast<std::int64_t>(itemSize(dtype)));
    if (!bytes)
        return failure(ErrorCode::tooLarge, "tensor.size",
                       "An array of shape {shape} has more bytes than 64 bits count.", {{"shape", shape.text()}});
    TensorBuilder out;
    PLUMBLINE_TRY(out.m_storage, Storage::allocate(static_cast<std::size_t>(*bytes)));
    out.m_dtype = dtype;
    out.m_shape = std::move(shape);
    out.m_elements = elements;
    return out;
}

Result<TensorBuilder> TensorBuilder::zeros(DType dtype, Shape shape) {
    PLUMBLINE_TRY(auto out, allocate(dtype, std::move(shape)));
    std::memset(out.data(), 0, static_cast<std::size_t>(out.m_elements) * itemSize(dtype));
    return out;
}

} // namespace plumbline
