// Gemm: alpha * A' * B' + beta * C, with A' = A or its transpose (transA), B' likewise; C is stretched to the result.

#include "core/ops/linear/linear.h"
#include "core/ops/support/broadcast.h"
#include "core/ops/support/element.h"
#include "core/ops/support/rule.h"

namespace plumbline {

Result<std::vector<ValueType>> gemmShape(const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, "Gemm", 2, 3));
    PLUMBLINE_CHECK(rule::floats(context, "Gemm"));
    PLUMBLINE_CHECK(rule::sameType(context, "Gemm", 0, 2));
    const auto &a = context.input(0).shape, &b = context.input(1).shape;
    if (a.size() != 2 || b.size() != 2)
        return rule::conflict("Gemm", "Gemm got the shapes {left} and {right}; it multiplies two matrices.",
                              {{"left", dimsText(a)}, {"right", dimsText(b)}}, "two axes each",
                              dimsText(a) + " and " + dimsText(b));
    const bool transA = context.attributes.integer("transA") != 0, transB = context.attributes.integer("transB") != 0;
    const auto &inner = a[transA ? 0 : 1], &match = b[transB ? 1 : 0];
    if (!inner.mayEqual(match))
        return rule::conflict(
            "Gemm", "Gemm cannot multiply {left} by {right}: {inner} on axis {axis} of the first meets {match}.",
            {{"left", dimsText(a)},
             {"right", dimsText(b)},
             {"inner", inner.text()},
             {"axis", std::int64_t{transA ? 0 : 1}},
             {"match", match.text()}},
            match.text() + " on axis " + (transA ? "0" : "1"), dimsText(a));
    const Dims shape{a[transA ? 1 : 0], b[transB ? 0 : 1]};
    if (context.has(2)) {
        const auto& c = context.input(2).shape;
        const auto whole = broadcast::shapes("Gemm", std::array{&shape, &c});
        const bool grows =
            whole && (whole->size() != 2 || !(*whole)[0].mayEqual(shape[0]) || !(*whole)[1].mayEqual(shape[1]));
        if (!whole || grows)
            return rule::conflict("Gemm", "Gemm adds a bias of shape {bias}, which does not fit its result {shape}.",
                                  {{"bias", dimsText(c)}, {"shape", dimsText(shape)}}, dimsText(shape), dimsText(c));
    }
    return rule::Types{{context.input(0).dtype, shape}};
}

namespace {

struct Steps {
    std::int64_t depth, aRow, aDepth, bDepth, bColumn;
};

Steps stepsOf(const Attributes& attributes, const Shape& a, const Shape& b) {
    const bool transA = attributes.integer("transA") != 0, transB = attributes.integer("transB") != 0;
    return {transA ? a[0] : a[1], transA ? 1 : a[1], transA ? a[1] : 1, transB ? 1 : b[1], transB ? b[1] : 1};
}

} // namespace

Result<std::vector<Tensor>> gemmReference(const KernelContext& context) {
    PLUMBLINE_TRY(auto out, element::allocate(context));
    const auto steps = stepsOf(context.attributes, context.input(0).shape(), context.input(1).shape());
    const auto alpha = context.attributes.number("alpha", 1), beta = context.attributes.number("beta", 1);
    return element::visitFloat(out.dtype(), [&](auto zero) -> Result<std::vector<Tensor>> {
        using T = decltype(zero);
        const auto *a = element::read<T>(context.input(0)), *b = element::read<T>(context.input(1));
        const auto* c = context.has(2) ? element::read<T>(context.input(2)) : nullptr;
        const auto stretch =
            c ? broadcast::strides(context.input(2).shape(), out.shape()) : std::vector<std::int64_t>{0, 0};
        auto* y = element::write<T>(out);
        const auto rows = out.shape()[0], columns = out.shape()[1];
#pragma omp parallel for if (rows * columns * steps.depth > 1 << 16)
        for (std::int64_t row = 0; row < rows; ++row) {
            std::vector<double> sums(static_cast<std::size_t>(columns), 0);
            for (std::int64_t k = 0; k < steps.depth; ++k) {
                const auto left = element::widen(a[row * steps.aRow + k * steps.aDepth]);
                for (std::int64_t j = 0; j < columns; ++j)
                    sums[static_cast<std::size_t>(j)] += left * element::widen(b[k * steps.bDepth + j * steps.bColumn]);
            }
            for (std::int64_t j = 0; j < columns; ++j) {
                auto sum = alpha * sums[static_cast<std::size_t>(j)];
                if (c)
                    sum += beta * element::widen(c[row * stretch[0] + j * stretch[1]]);
                y[row * columns + j] = element::narrow<T>(sum);
            }
        }
        return element::one(std::move(out));
    });
}

std::vector<ElementOrigin> gemmOrigins(const DependencyContext& context) {
    const auto a = *toShape(context.input(0).shape), b = *toShape(context.input(1).shape);
    const auto shape = *toShape(context.outputs[0].shape);
    const auto steps = stepsOf(context.attributes, a, b);
    const auto row = context.element / shape[1], column = context.element % shape[1];
    std::vector<ElementOrigin> out;
    const std::size_t bias = context.has(2) ? 1 : 0;
    if (bias && context.limit > 0)
        out.push_back({2, broadcast::originOf(context.element, shape, *toShape(context.input(2).shape))});
    for (std::int64_t k = 0; k < steps.depth && out.size() + 1 < context.limit; ++k) {
        out.push_back({0, row * steps.aRow + k * steps.aDepth});
        out.push_back({1, k * steps.bDepth + column * steps.bColumn});
    }
    return out;
}

} // namespace plumbline
