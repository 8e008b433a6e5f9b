#pragma once
// A small constant matrix for products with few rows, as one step of a recurrent layer makes them: packed once in
// panels of 64 columns, so that a step streams through it without a library call's overhead.

#include "core/base/result.h"
#include "core/tensor/tensor.h"

namespace plumbline {

class PackedMatrix {
public:
    /// The transpose of `rows` x `depth` float32 elements: ONNX keeps recurrent weights as
    /// (gates x hidden, hidden). What the padding's columns come to is never read.
    static Result<PackedMatrix> transposed(const float* weights, std::int64_t rows, std::int64_t depth);

    std::int64_t depth() const { return m_depth; }
    std::int64_t columns() const { return m_columns; }
    std::int64_t paddedColumns() const { return m_panels * panelWidth; } ///< the least row stride of `to`

    /// to[r] += from[r] x this, for `rows` rows, on the calling thread. Each element is summed in the order of depth,
    /// whatever the number of rows. `to` is `paddedColumns()` wide or wider.
    void multiplyAdd(const float* from, std::int64_t fromStride, float* to, std::int64_t toStride,
                     std::int64_t rows) const;
    /// The same for panels [first, last): what a team of threads shares out.
    void multiplyAdd(const float* from, std::int64_t fromStride, float* to, std::int64_t toStride, std::int64_t rows,
                     std::int64_t firstPanel, std::int64_t lastPanel) const;
    std::int64_t panels() const { return m_panels; }
    std::size_t bytes() const { return m_elements.bytes(); }

    static constexpr std::int64_t panelWidth = 64;

private:
    Tensor m_elements; ///< (panels, depth, 64)
    std::int64_t m_depth = 0, m_columns = 0, m_panels = 0;
};

} // namespace plumbline
