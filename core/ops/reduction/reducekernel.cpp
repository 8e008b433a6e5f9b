#include "core/ops/reduction/reduction.h"
#include "core/ops/simd/clones.h"
#include "core/ops/support/rule.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace plumbline {

namespace {

constexpr std::int64_t lanes = 16;
constexpr std::int64_t columns = 256; ///< a stripe of sums stays in the first cache
constexpr std::int64_t parallelFrom = 1 << 15;

/// One step of every lane; a NaN stays.
template<Reduction reduction> [[gnu::always_inline]] inline void step(double& sum, float x) {
    const double v = static_cast<double>(x);
    if constexpr (reduction == Reduction::max)
        sum = v > sum || v != v ? v : sum;
    else if constexpr (reduction == Reduction::min)
        sum = v < sum || v != v ? v : sum;
    else if constexpr (reduction == Reduction::sumSquare)
        sum += v * v;
    else if constexpr (reduction == Reduction::l1)
        sum += std::fabs(v);
    else
        sum += v;
}

template<Reduction reduction> [[gnu::always_inline]] inline void join(double& sum, double other) {
    if constexpr (reduction == Reduction::max)
        sum = other > sum || other != other ? (sum != sum ? sum : other) : sum;
    else if constexpr (reduction == Reduction::min)
        sum = other < sum || other != other ? (sum != sum ? sum : other) : sum;
    else
        sum += other;
}

template<Reduction reduction> constexpr double start() {
    if constexpr (reduction == Reduction::max)
        return -std::numeric_limits<double>::infinity();
    else if constexpr (reduction == Reduction::min)
        return std::numeric_limits<double>::infinity();
    else
        return 0;
}

/// `count` neighbours into one.
template<Reduction reduction> [[gnu::always_inline]] inline double line(const float* x, std::int64_t count) {
    double sums[lanes];
    std::fill_n(sums, lanes, start<reduction>());
    std::int64_t i = 0;
    for (; i + lanes <= count; i += lanes)
        for (std::int64_t l = 0; l < lanes; ++l)
            step<reduction>(sums[l], x[i + l]);
    for (; i < count; ++i)
        step<reduction>(sums[0], x[i]);
    for (std::int64_t l = 1; l < lanes; ++l)
        join<reduction>(sums[0], sums[l]);
    return sums[0];
}

/// `count` rows of `width` <= columns neighbours, `stride` apart, into one row of sums.
template<Reduction reduction>
[[gnu::always_inline]] inline void stripe(const float* x, std::int64_t count, std::int64_t stride, std::int64_t width,
                                          double* sums) {
    std::fill_n(sums, width, start<reduction>());
    for (std::int64_t r = 0; r < count; ++r, x += stride)
        for (std::int64_t c = 0; c < width; ++c)
            step<reduction>(sums[c], x[c]);
}

#define PLUMBLINE_REDUCTION(kind)                                                                                      \
    PLUMBLINE_CLONES double kind##Line(const float* x, std::int64_t count) { return line<Reduction::kind>(x, count); } \
    PLUMBLINE_CLONES void kind##Stripe(const float* x, std::int64_t count, std::int64_t stride, std::int64_t width,    \
                                       double* s) {                                                                    \
        stripe<Reduction::kind>(x, count, stride, width, s);                                                           \
    }
PLUMBLINE_REDUCTION(sum)
PLUMBLINE_REDUCTION(max)
PLUMBLINE_REDUCTION(min)
PLUMBLINE_REDUCTION(sumSquare)
PLUMBLINE_REDUCTION(l1)
#undef PLUMBLINE_REDUCTION

class ReduceKernel final : public FastKernel {
public:
    Reduction reduction = Reduction::sum;
    double (*line)(const float*, std::int64_t) = nullptr;
    void (*stripe)(const float*, std::int64_t, std::int64_t, std::int64_t, double*) = nullptr;
    std::int64_t outer = 1, count = 1, inner = 1;
    int threads = 1;

    std::string implementation() const override { return "vectorised reduction"; }

    void run(std::span<const std::byte* const> inputs, std::span<std::byte* const> outputs, std::byte*) override {
        const auto* x = reinterpret_cast<const float*>(inputs[0]);
        auto* y = reinterpret_cast<float*>(outputs[0]);
        const auto stripes = inner == 1 ? 1 : (inner + columns - 1) / columns;
#pragma omp parallel for num_threads(threads) if (outer * count * inner > parallelFrom && outer * stripes > 1)
        for (std::int64_t i = 0; i < outer * stripes; ++i) {
            if (inner == 1) {
                y[i] = finished(line(x + i * count, count));
                continue;
            }
            const auto o = i / stripes, first = i % stripes * columns;
            const auto width = std::min(columns, inner - first);
            alignas(64) double sums[columns];
            stripe(x + o * count * inner + first, count, inner, width, sums);
            for (std::int64_t c = 0; c < width; ++c)
                y[o * inner + first + c] = finished(sums[c]);
        }
    }

private:
    float finished(double sum) const {
        if (reduction == Reduction::mean)
            sum /= static_cast<double>(count);
        else if (reduction == Reduction::l2)
            sum = std::sqrt(sum);
        return static_cast<float>(sum);
    }
};

} // namespace

std::unique_ptr<FastKernel> fastReduce(Reduction reduction, const FastKernelRequest& request) {
    const auto& type = *request.inputs[0];
    const bool listed = request.inputs.size() > 1 && request.inputs[1];
    if (type.dtype != DType::float32 || !request.postOps.empty() || (listed && !request.constants[1]))
        return nullptr;
    auto kernel = std::make_unique<ReduceKernel>();
    switch (reduction) {
    case Reduction::sum:
    case Reduction::mean:
        kernel->line = sumLine;
        kernel->stripe = sumStripe;
        break;
    case Reduction::max:
        kernel->line = maxLine;
        kernel->stripe = maxStripe;
        break;
    case Reduction::min:
        kernel->line = minLine;
        kernel->stripe = minStripe;
        break;
    case Reduction::sumSquare:
    case Reduction::l2:
        kernel->line = sumSquareLine;
        kernel->stripe = sumSquareStripe;
        break;
    case Reduction::l1:
        kernel->line = l1Line;
        kernel->stripe = l1Stripe;
        break;
    default: return nullptr;
    }
    const auto shape = *toShape(type.shape);
    const auto axes =
        reducedAxes("Reduce", request.attributes,
                    listed ? std::optional(rule::integersOf(*request.constants[1])) : std::nullopt, shape.rank());
    if (!axes)
        return nullptr;
    // The reduced axes must be neighbours (axes of one element do not matter).
    int part = 0; // before, among, after them
    for (std::size_t a = 0; a < shape.rank(); ++a) {
        if (shape[a] == 1)
            continue;
        if ((*axes)[a] ? part == 2 : part == 1)
            ++part;
        if ((*axes)[a] && part == 0)
            part = 1;
        if (part > 2)
            return nullptr;
        (part == 0 ? kernel->outer : part == 1 ? kernel->count : kernel->inner) *= shape[a];
    }
    kernel->reduction = reduction;
    kernel->threads = request.threads;
    return kernel;
}

} // namespace plumbline
