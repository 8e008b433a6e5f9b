// MatMul: numpy.matmul. Axes before the last two broadcast; an operand of one axis is a row on the left, a column on
// the right.

#include "core/ops/linear/linear.h"
#include "core/ops/support/broadcast.h"
#include "core/ops/support/element.h"
#include "core/ops/support/rule.h"

namespace plumbline {

Result<std::vector<ValueType>> matMulShape(const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, "MatMul", 2, 2));
    PLUMBLINE_CHECK(rule::numbers(context, "MatMul"));
    PLUMBLINE_CHECK(rule::sameType(context, "MatMul", 0, 1));
    auto left = context.input(0).shape, right = context.input(1).shape;
    if (left.empty() || right.empty())
        return rule::conflict("MatMul", "MatMul got the shapes {left} and {right}; a scalar cannot be multiplied so.",
                              {{"left", dimsText(left)}, {"right", dimsText(right)}}, "at least one axis each",
                              dimsText(left) + " and " + dimsText(right));
    const auto& inner = left.back();
    const auto& match = right.size() == 1 ? right[0] : right[right.size() - 2];
    if (!inner.mayEqual(match))
        return rule::conflict(
            "MatMul",
            "MatMul cannot multiply {left} by {right}: the last axis of the first has {inner} and the matrix takes "
            "{match}.",
            {{"left", dimsText(left)}, {"right", dimsText(right)}, {"inner", inner.text()}, {"match", match.text()}},
            match.text() + " on the last axis", dimsText(left));
    const bool leftVector = left.size() == 1, rightVector = right.size() == 1;
    const Dims leftBatch(left.begin(), left.end() - (leftVector ? 1 : 2));
    const Dims rightBatch(right.begin(), right.end() - (rightVector ? 1 : 2));
    PLUMBLINE_TRY(auto shape, broadcast::shapes("MatMul", std::array{&leftBatch, &rightBatch}));
    if (!leftVector)
        shape.push_back(left[left.size() - 2]);
    if (!rightVector)
        shape.push_back(right.back());
    return rule::Types{{context.input(0).dtype, std::move(shape)}};
}

namespace {

/// A product of concrete shapes as a stack of matrix products (rows, depth) x (depth, columns).
struct Plan {
    std::int64_t rows = 1, depth = 1, columns = 1;
    Shape stack;
    std::array<std::vector<std::int64_t>, 2> stackStrides; ///< in matrices
};

Plan planOf(const Shape& left, const Shape& right) {
    Plan plan;
    plan.depth = left.back();
    plan.rows = left.rank() > 1 ? left[left.rank() - 2] : 1;
    plan.columns = right.rank() > 1 ? right.back() : 1;
    const auto stackOf = [](const Shape& shape) {
        auto extents = shape.extents();
        extents.resize(extents.size() > 2 ? extents.size() - 2 : 0);
        return Shape(extents);
    };
    const auto a = stackOf(left), b = stackOf(right);
    const Dims dimsA = toDims(a), dimsB = toDims(b);
    plan.stack = *toShape(*broadcast::shapes("MatMul", std::array{&dimsA, &dimsB}));
    plan.stackStrides = {broadcast::strides(a, plan.stack), broadcast::strides(b, plan.stack)};
    return plan;
}

template<class T> void multiply(const Plan& plan, const T* left, const T* right, T* out) {
    // Integers wrap: their sum is taken modulo 2^64, whose low bits are those of the narrow type's own sum.
    using W = std::conditional_t<element::isFloating<T>, double, std::uint64_t>;
#pragma omp parallel for if (plan.rows * plan.depth * plan.columns > 1 << 16)
    for (std::int64_t row = 0; row < plan.rows; ++row) {
        std::vector<W> sums(static_cast<std::size_t>(plan.columns), W(0));
        for (std::int64_t k = 0; k < plan.depth; ++k) {
            const auto a = static_cast<W>(element::widen(left[row * plan.depth + k]));
            const auto* b = right + k * plan.columns;
            for (std::size_t c = 0; c < sums.size(); ++c)
                sums[c] += a * static_cast<W>(element::widen(b[c]));
        }
        for (std::size_t c = 0; c < sums.size(); ++c)
            out[row * plan.columns + static_cast<std::int64_t>(c)] =
                element::narrow<T>(static_cast<element::Wide<T>>(sums[c]));
    }
}

} // namespace

Result<std::vector<Tensor>> matMulReference(const KernelContext& context) {
    PLUMBLINE_TRY(auto out, element::allocate(context));
    const auto plan = planOf(context.input(0).shape(), context.input(1).shape());
    return element::visitNumber(out.dtype(), [&](auto zero) -> Result<std::vector<Tensor>> {
        using T = decltype(zero);
        broadcast::forEach<2>(plan.stack, plan.stackStrides, [&](std::int64_t matrix, const auto& offsets) {
            multiply(plan, element::read<T>(context.input(0)) + offsets[0] * plan.rows * plan.depth,
                     element::read<T>(context.input(1)) + offsets[1] * plan.depth * plan.columns,
                     element::write<T>(out) + matrix * plan.rows * plan.columns);
        });
        return element::one(std::move(out));
    });
}

std::vector<ElementOrigin> matMulOrigins(const DependencyContext& context) {
    const auto plan = planOf(*toShape(context.input(0).shape), *toShape(context.input(1).shape));
    const auto matrix = context.element / (plan.rows * plan.columns);
    const auto row = context.element / plan.columns % plan.rows, column = context.element % plan.columns;
    const auto index = unflatten(matrix, plan.stack);
    std::array<std::int64_t, 2> offsets{};
    for (std::size_t i = 0; i < 2; ++i)
        for (std::size_t axis = 0; axis < index.size(); ++axis)
            offsets[i] += index[axis] * plan.stackStrides[i][axis];
    std::vector<ElementOrigin> out;
    for (std::int64_t k = 0; k < plan.depth && out.size() + 1 < context.limit; ++k) {
        out.push_back({0, (offsets[0] * plan.rows + row) * plan.depth + k});
        out.push_back({1, (offsets[1] * plan.depth + k) * plan.columns + column});
    }
    return out;
}

} // namespace plumbline
