#include "core/ops/recurrent/packedmatrix.h"

#include "core/ops/simd/clones.h"

#include <algorithm>

namespace plumbline {

namespace {

typedef float Lane
    __attribute__((vector_size(64), aligned(4), may_alias)); // 16 floats, split where the CPU has narrower ones

/// Rows x 64 accumulators stay in registers while the panel streams by.
template<int Rows>
PLUMBLINE_INLINE void panelProduct(const float* panel, std::int64_t depth, const float* from, std::int64_t fromStride,
                                   float* to, std::int64_t toStride) {
    Lane sums[Rows][4];
    for (int r = 0; r < Rows; ++r)
        for (int i = 0; i < 4; ++i)
            sums[r][i] = *reinterpret_cast<const Lane*>(to + r * toStride + 16 * i);
    for (std::int64_t k = 0; k < depth; ++k, panel += 64) {
        const auto* lanes = reinterpret_cast<const Lane*>(panel);
        for (int r = 0; r < Rows; ++r) {
            const float x = from[r * fromStride + k];
            for (int i = 0; i < 4; ++i)
                sums[r][i] += x * lanes[i];
        }
    }
    for (int r = 0; r < Rows; ++r)
        for (int i = 0; i < 4; ++i)
            *reinterpret_cast<Lane*>(to + r * toStride + 16 * i) = sums[r][i];
}

PLUMBLINE_CLONES void panelRows(const float* panel, std::int64_t depth, const float* from, std::int64_t fromStride,
                                float* to, std::int64_t toStride, std::int64_t rows) {
    for (; rows >= 4; rows -= 4, from += 4 * fromStride, to += 4 * toStride)
        panelProduct<4>(panel, depth, from, fromStride, to, toStride);
    if (rows >= 2) {
        panelProduct<2>(panel, depth, from, fromStride, to, toStride);
        from += 2 * fromStride;
        to += 2 * toStride;
        rows -= 2;
    }
    if (rows == 1)
        panelProduct<1>(panel, depth, from, fromStride, to, toStride);
}

} // namespace

Result<PackedMatrix> PackedMatrix::transposed(const float* weights, std::int64_t rows, std::int64_t depth) {
    PackedMatrix out;
    out.m_depth = depth;
    out.m_columns = rows;
    out.m_panels = (rows + panelWidth - 1) / panelWidth;
    PLUMBLINE_TRY(auto builder, TensorBuilder::zeros(DType::float32, Shape{out.m_panels, depth, panelWidth}));
    auto* to = builder.span<float>().data();
    for (std::int64_t column = 0; column < rows; ++column)
        for (std::int64_t k = 0; k < depth; ++k)
            to[(column / panelWidth * depth + k) * panelWidth + column % panelWidth] = weights[column * depth + k];
    out.m_elements = std::move(builder).build();
    return out;
}

void PackedMatrix::multiplyAdd(const float* from, std::int64_t fromStride, float* to, std::int64_t toStride,
                               std::int64_t rows) const {
    multiplyAdd(from, fromStride, to, toStride, rows, 0, m_panels);
}

void PackedMatrix::multiplyAdd(const float* from, std::int64_t fromStride, float* to, std::int64_t toStride,
                               std::int64_t rows, std::int64_t firstPanel, std::int64_t lastPanel) const {
    const auto* panel = m_elements.span<float>().data();
    for (auto p = firstPanel; p < lastPanel; ++p)
        panelRows(panel + p * m_depth * panelWidth, m_depth, from, fromStride, to + p * panelWidth, toStride, rows);
}

} // namespace plumbline
