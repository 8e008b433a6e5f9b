#pragma once
// NumPy's (and ONNX's multidirectional) broadcasting, on dimensions that may be unknown and on elements.

#include "core/ops/op.h"

#include <array>

namespace plumbline::broadcast {

/// The common shape of all operands. Of two unknown extents that are not equal by their symbols the first is taken: the
/// check of the concrete run decides. An error names all operands' shapes.
Result<Dims> shapes(std::string_view op, std::span<const Dims* const> operands);

/// Strides in elements by which an operand is read along the axes of `output`: 0 where it is stretched.
std::vector<std::int64_t> strides(const Shape& operand, const Shape& output);

/// Calls f(output position, offsets) for every element of `output`, where offsets[i] is the element of operand i.
template<std::size_t N, class F>
void forEach(const Shape& output, const std::array<std::vector<std::int64_t>, N>& operandStrides, F&& f) {
    const auto total = output.elements();
    const auto rank = output.rank();
    std::array<std::int64_t, N> offsets{};
    std::vector<std::int64_t> index(rank, 0);
    for (std::int64_t position = 0; position < total; ++position) {
        f(position, offsets);
        for (std::size_t axis = rank; axis-- > 0;) {
            ++index[axis];
            for (std::size_t i = 0; i < N; ++i)
                offsets[i] += operandStrides[i][axis];
            if (index[axis] < output[axis])
                break;
            for (std::size_t i = 0; i < N; ++i)
                offsets[i] -= operandStrides[i][axis] * output[axis];
            index[axis] = 0;
        }
    }
}

/// The element of `operand` that an element of `output` was made of.
std::int64_t originOf(std::int64_t element, const Shape& output, const Shape& operand);

} // namespace plumbline::broadcast
