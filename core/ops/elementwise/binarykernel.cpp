// Arithmetic of two float32 operands under broadcasting. Axes that both operands walk alike become one; the innermost
// runs as a vector loop in which an operand either moves along or stands still. The output may be an operand's own
// memory where that has the output's shape.

#include "core/ops/elementwise/binary.h"
#include "core/ops/simd/clones.h"
#include "core/ops/support/broadcast.h"

#include <algorithm>

namespace plumbline {

namespace {

constexpr std::int64_t chunk = 1 << 13;
constexpr std::int64_t parallelFrom = 1 << 15;

template<Arithmetic operation> PLUMBLINE_INLINE float compute(float a, float b) {
    if constexpr (operation == Arithmetic::sub)
        return a - b;
    else if constexpr (operation == Arithmetic::mul)
        return a * b;
    else if constexpr (operation == Arithmetic::div)
        return a / b;
    else if constexpr (operation == Arithmetic::max)
        return (a > b) | (a != a) ? a : b;
    else if constexpr (operation == Arithmetic::min)
        return (a < b) | (a != a) ? a : b;
    else if constexpr (operation == Arithmetic::prelu)
        return a < 0 ? a * b : a;
    else if constexpr (operation == Arithmetic::mean)
        return static_cast<float>((static_cast<double>(a) + static_cast<double>(b)) / 2);
    else
        return a + b;
}

template<Arithmetic operation>
PLUMBLINE_INLINE void loop(const float* a, const float* b, float* y, std::int64_t n, bool aMoves, bool bMoves) {
    if (aMoves && bMoves)
        for (std::int64_t i = 0; i < n; ++i)
            y[i] = compute<operation>(a[i], b[i]);
    else if (aMoves)
        for (std::int64_t i = 0, still = 0; i < n; ++i)
            y[i] = compute<operation>(a[i], b[still]);
    else if (bMoves)
        for (std::int64_t i = 0, still = 0; i < n; ++i)
            y[i] = compute<operation>(a[still], b[i]);
    else
        std::fill_n(y, n, compute<operation>(*a, *b));
}

using Loop = void (*)(const float*, const float*, float*, std::int64_t, bool, bool);
#define PLUMBLINE_LOOP(kind)                                                                                           \
    PLUMBLINE_CLONES void kind##Loop(const float* a, const float* b, float* y, std::int64_t n, bool aMoves,            \
                                     bool bMoves) {                                                                    \
        loop<Arithmetic::kind>(a, b, y, n, aMoves, bMoves);                                                            \
    }
PLUMBLINE_LOOP(add)
PLUMBLINE_LOOP(sub)
PLUMBLINE_LOOP(mul)
PLUMBLINE_LOOP(div)
PLUMBLINE_LOOP(max)
PLUMBLINE_LOOP(min)
PLUMBLINE_LOOP(prelu)
PLUMBLINE_LOOP(mean)
#undef PLUMBLINE_LOOP

Loop loopOf(Arithmetic operation) {
    switch (operation) {
    case Arithmetic::add:
    case Arithmetic::sum: return addLoop;
    case Arithmetic::sub: return subLoop;
    case Arithmetic::mul: return mulLoop;
    case Arithmetic::div: return divLoop;
    case Arithmetic::max: return maxLoop;
    case Arithmetic::min: return minLoop;
    case Arithmetic::prelu: return preluLoop;
    case Arithmetic::mean: return meanLoop;
    default: return nullptr;
    }
}

struct Axis {
    std::int64_t extent, a, b; ///< strides in elements
};

class BinaryKernel final : public FastKernel {
public:
    Loop loop = nullptr;
    std::vector<Axis> outer;
    Axis inner{1, 0, 0};
    std::int64_t rows = 1;

    std::string implementation() const override { return "vector loop"; }

    void run(std::span<const std::byte* const> inputs, std::span<std::byte* const> outputs, std::byte*) override {
        const auto chunks = (inner.extent + chunk - 1) / chunk;
#pragma omp parallel for if (rows * inner.extent > parallelFrom && rows * chunks > 1) schedule(static)
        for (std::int64_t task = 0; task < rows * chunks; ++task) {
            const auto first = task % chunks * chunk;
            runRow(inputs, outputs, task / chunks, first, std::min(first + chunk, inner.extent));
        }
    }

    std::int64_t granule() const override { return rows == 1 ? 1 : inner.extent; }
    void runPart(std::span<const std::byte* const> inputs, std::span<std::byte* const> outputs, std::int64_t begin,
                 std::int64_t end) override {
        if (rows == 1)
            runRow(inputs, outputs, 0, begin, end);
        else
            for (auto row = begin / inner.extent; row < end / inner.extent; ++row)
                runRow(inputs, outputs, row, 0, inner.extent);
    }

private:
    /// Elements [first, last) of one row.
    void runRow(std::span<const std::byte* const> inputs, std::span<std::byte* const> outputs, std::int64_t row,
                std::int64_t first, std::int64_t last) const {
        const auto* a = reinterpret_cast<const float*>(inputs[0]) + first * inner.a;
        const auto* b = reinterpret_cast<const float*>(inputs[1]) + first * inner.b;
        auto* y = reinterpret_cast<float*>(outputs[0]) + row * inner.extent + first;
        for (auto rest = row, axis = static_cast<std::int64_t>(outer.size()); axis-- > 0;) {
            const auto& o = outer[static_cast<std::size_t>(axis)];
            a += rest % o.extent * o.a;
            b += rest % o.extent * o.b;
            rest /= o.extent;
        }
        loop(a, b, y, last - first, inner.a != 0, inner.b != 0);
    }
};

} // namespace

std::unique_ptr<FastKernel> fastArithmetic(Arithmetic operation, const FastKernelRequest& request) {
    const auto loop = loopOf(operation);
    if (!loop || request.inputs.size() != 2 || !request.postOps.empty() || request.inputs[0]->dtype != DType::float32 ||
        request.inputs[1]->dtype != DType::float32)
        return nullptr;
    const auto shape = *toShape(request.outputs[0].shape);
    const auto a = broadcast::strides(*toShape(request.inputs[0]->shape), shape);
    const auto b = broadcast::strides(*toShape(request.inputs[1]->shape), shape);
    auto kernel = std::make_unique<BinaryKernel>();
    kernel->loop = loop;
    std::vector<Axis> axes; ///< from the innermost
    for (std::size_t i = shape.rank(); i-- > 0;) {
        if (shape[i] == 1)
            continue;
        if (!axes.empty() && a[i] == axes.back().a * axes.back().extent && b[i] == axes.back().b * axes.back().extent)
            axes.back().extent *= shape[i];
        else
            axes.push_back({shape[i], a[i], b[i]});
    }
    if (!axes.empty()) {
        kernel->inner = axes.front();
        kernel->outer.assign(axes.rbegin(), axes.rend() - 1);
    }
    for (const auto& axis : kernel->outer)
        kernel->rows *= axis.extent;
    return kernel;
}

} // namespace plumbline
