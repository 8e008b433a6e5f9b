#pragma once
// Elements of any tensor, strided or not, as runs of float or double in row-major order.

#include "core/tensor/tensor.h"

#include <cstring>

namespace plumbline::detail {

template<class T> class BlockReader {
public:
    explicit BlockReader(const Tensor& tensor)
        : m_tensor(tensor), m_direct(tensor.dtype() == dtypeOf<T> && tensor.isContiguous()) {}

    /// Elements [at, at + n): the tensor's own memory where it is already so, else `buffer` filled.
    const T* read(std::int64_t at, std::size_t n, T* buffer) const {
        if (m_direct)
            return reinterpret_cast<const T*>(m_tensor.data()) + at;
        visitDType(m_tensor.dtype(), [&](auto type) { gather<decltype(type)>(at, n, buffer); });
        return buffer;
    }

private:
    template<class From> static T load(const std::byte* address) {
        if constexpr (std::is_same_v<From, bool>) {
            return *address != std::byte{0} ? T(1) : T(0); // a byte of a file may be neither 0 nor 1
        } else {
            From value;
            std::memcpy(&value, address, sizeof value);
            if constexpr (std::is_same_v<From, Float16> || std::is_same_v<From, BFloat16>)
                return static_cast<T>(toFloat(value));
            else
                return static_cast<T>(value);
        }
    }

    template<class From> void gather(std::int64_t at, std::size_t n, T* out) const {
        const auto& shape = m_tensor.shape();
        const auto& strides = m_tensor.byteStrides();
        const auto rank = shape.rank();
        if (rank == 0) {
            *out = load<From>(m_tensor.data());
            return;
        }
        auto index = unflatten(at, shape);
        while (n > 0) {
            const std::byte* row = m_tensor.data();
            for (std::size_t axis = 0; axis < rank; ++axis)
                row += index[axis] * strides[axis];
            const auto left = static_cast<std::size_t>(shape[rank - 1] - index[rank - 1]);
            const auto run = left < n ? left : n;
            for (std::size_t i = 0; i < run; ++i)
                *out++ = load<From>(row + static_cast<std::int64_t>(i) * strides[rank - 1]);
            n -= run;
            index[rank - 1] = 0;
            for (std::size_t axis = rank - 1; axis-- > 0 && ++index[axis] == shape[axis];)
                index[axis] = 0;
        }
    }

    const Tensor& m_tensor;
    bool m_direct;
};

} // namespace plumbline::detail
