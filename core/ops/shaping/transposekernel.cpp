#include "core/ops/shaping/movekernel.h"
#include "core/ops/support/rule.h"

#include <algorithm>
#include <cstring>

namespace plumbline {

namespace {

constexpr std::int64_t parallelFrom = 1 << 15; ///< elements

class TransposeKernel final : public FastKernel {
public:
    std::vector<std::int64_t> extents,
        strides; ///< of the output's axes before its last one; strides in the input's elements
    std::int64_t last = 1, lastStride = 1; ///< the output's last axis
    std::int64_t rows = 1;
    std::size_t size = 4; ///< bytes of an element

    std::string implementation() const override { return "copied runs"; }

    void run(std::span<const std::byte* const> inputs, std::span<std::byte* const> outputs, std::byte*) override {
#pragma omp parallel for if (rows * last > parallelFrom && rows > 1) schedule(static)
        for (std::int64_t r = 0; r < rows; ++r) {
            std::int64_t at = 0;
            for (auto rest = r, axis = static_cast<std::int64_t>(extents.size()); axis-- > 0;) {
                const auto i = static_cast<std::size_t>(axis);
                at += rest % extents[i] * strides[i];
                rest /= extents[i];
            }
            row(inputs[0] + static_cast<std::size_t>(at) * size,
                outputs[0] + static_cast<std::size_t>(r * last) * size);
        }
    }

private:
    void row(const std::byte* from, std::byte* to) const {
        if (lastStride == 1)
            std::memcpy(to, from, static_cast<std::size_t>(last) * size);
        else if (size == 4)
            gather<std::uint32_t>(from, to);
        else if (size == 8)
            gather<std::uint64_t>(from, to);
        else if (size == 2)
            gather<std::uint16_t>(from, to);
        else
            gather<std::uint8_t>(from, to);
    }
    template<class T> void gather(const std::byte* from, std::byte* to) const {
        const auto* x = reinterpret_cast<const T*>(from);
        auto* y = reinterpret_cast<T*>(to);
        for (std::int64_t i = 0; i < last; ++i)
            y[i] = x[i * lastStride];
    }
};

} // namespace

std::unique_ptr<FastKernel> fastTranspose(const FastKernelRequest& request) {
    const auto& type = *request.inputs[0];
    const auto shape = *toShape(type.shape);
    const auto rank = shape.rank();
    if (rank == 0 || !request.postOps.empty())
        return nullptr;
    auto perm = request.attributes.integers("perm");
    if (perm.empty())
        for (std::size_t i = rank; i-- > 0;)
            perm.push_back(static_cast<std::int64_t>(i));
    const auto order = rule::axes("Transpose", perm, rank);
    if (!order)
        return nullptr;
    std::vector<std::int64_t> inputStrides(rank, 1);
    for (std::size_t i = rank - 1; i-- > 0;)
        inputStrides[i] = inputStrides[i + 1] * shape[i + 1];
    auto kernel = std::make_unique<TransposeKernel>();
    kernel->size = itemSize(type.dtype);
    // Neighbours that stay neighbours are one axis.
    for (const auto axis : *order) {
        if (shape[axis] == 1)
            continue;
        if (!kernel->extents.empty() && kernel->strides.back() == inputStrides[axis] * shape[axis]) {
            kernel->extents.back() *= shape[axis];
            kernel->strides.back() = inputStrides[axis];
        } else {
            kernel->extents.push_back(shape[axis]);
            kernel->strides.push_back(inputStrides[axis]);
        }
    }
    if (!kernel->extents.empty()) {
        kernel->last = kernel->extents.back();
        kernel->lastStride = kernel->strides.back();
        kernel->extents.pop_back();
        kernel->strides.pop_back();
    }
    for (const auto extent : kernel->extents)
        kernel->rows *= extent;
    return kernel;
}

} // namespace plumbline
