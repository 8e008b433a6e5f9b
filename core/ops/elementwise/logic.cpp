#include "core/ops/elementwise/logic.h"

#include "core/ops/support/broadcast.h"
#include "core/ops/support/element.h"
#include "core/ops/support/rule.h"

#include <cmath>

namespace plumbline {

namespace {

Result<Dims> common(std::string_view op, const ShapeContext& context) {
    std::vector<const Dims*> operands;
    for (const auto* type : context.inputs)
        operands.push_back(&type->shape);
    return broadcast::shapes(op, operands);
}

Result<void> booleans(std::string_view op, const ShapeContext& context, std::size_t input) {
    if (context.input(input).dtype == DType::boolean)
        return {};
    return rule::attributeError(op, "an input of type", std::string(name(context.input(input).dtype)), "bool");
}

/// f(a, b) for every pair of elements under broadcasting, into a bool tensor.
template<class T, class F> Result<std::vector<Tensor>> pairs(const KernelContext& context, TensorBuilder out, F f) {
    const auto &left = context.input(0), &right = context.input(1);
    const auto *a = element::read<T>(left), *b = element::read<T>(right);
    auto* y = element::write<bool>(out);
    broadcast::forEach<2>(
        out.shape(), {broadcast::strides(left.shape(), out.shape()), broadcast::strides(right.shape(), out.shape())},
        [&](std::int64_t i, const auto& at) { y[i] = f(element::widen(a[at[0]]), element::widen(b[at[1]])); });
    return element::one(std::move(out));
}

template<class W> bool holds(Comparison comparison, W a, W b) {
    switch (comparison) {
    case Comparison::equal: return a == b;
    case Comparison::greater: return a > b;
    case Comparison::greaterOrEqual: return a >= b;
    case Comparison::less: return a < b;
    case Comparison::lessOrEqual: return a <= b;
    }
    return false;
}

/// f(x) for every element of input 0, into a bool tensor.
template<class F> Result<std::vector<Tensor>> each(const KernelContext& context, F f) {
    PLUMBLINE_TRY(auto out, element::allocate(context));
    return visitDType(context.input(0).dtype(), [&](auto zero) -> Result<std::vector<Tensor>> {
        using T = decltype(zero);
        const auto* x = element::read<T>(context.input(0));
        auto* y = element::write<bool>(out);
        for (std::int64_t i = 0; i < out.elements(); ++i)
            y[i] = f(toDouble(x[i]));
        return element::one(std::move(out));
    });
}

} // namespace

Result<std::vector<ValueType>> comparisonShape(std::string_view op, const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, op, 2, 2));
    PLUMBLINE_CHECK(op == "Equal" ? Result<void>{} : rule::numbers(context, op));
    PLUMBLINE_CHECK(rule::sameType(context, op, 0, 1));
    PLUMBLINE_TRY(auto shape, common(op, context));
    return rule::Types{{DType::boolean, std::move(shape)}};
}

Result<std::vector<Tensor>> comparisonReference(Comparison comparison, const KernelContext& context) {
    PLUMBLINE_TRY(auto out, element::allocate(context));
    return visitDType(context.input(0).dtype(), [&](auto zero) -> Result<std::vector<Tensor>> {
        using T = decltype(zero);
        return pairs<T>(context, std::move(out),
                        [comparison](element::Wide<T> a, element::Wide<T> b) { return holds(comparison, a, b); });
    });
}

Result<std::vector<ValueType>> logicShape(std::string_view op, const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, op, 2, 2));
    PLUMBLINE_CHECK(booleans(op, context, 0));
    PLUMBLINE_CHECK(booleans(op, context, 1));
    PLUMBLINE_TRY(auto shape, common(op, context));
    return rule::Types{{DType::boolean, std::move(shape)}};
}

Result<std::vector<Tensor>> logicReference(Logic logic, const KernelContext& context) {
    PLUMBLINE_TRY(auto out, element::allocate(context));
    return pairs<bool>(context, std::move(out), [logic](bool a, bool b) {
        return logic == Logic::conjunction ? a && b : logic == Logic::disjunction ? a || b : a != b;
    });
}

Result<std::vector<ValueType>> notShape(const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, "Not", 1, 1));
    PLUMBLINE_CHECK(booleans("Not", context, 0));
    return rule::Types{context.input(0)};
}

Result<std::vector<Tensor>> notReference(const KernelContext& context) {
    return each(context, [](double x) { return x == 0; });
}

Result<std::vector<ValueType>> isNanShape(const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, "IsNaN", 1, 1));
    PLUMBLINE_CHECK(rule::floats(context, "IsNaN"));
    return rule::Types{{DType::boolean, context.input(0).shape}};
}

Result<std::vector<Tensor>> isNanReference(const KernelContext& context) {
    return each(context, [](double x) { return std::isnan(x); });
}

Result<std::vector<ValueType>> isInfShape(const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, "IsInf", 1, 1));
    PLUMBLINE_CHECK(rule::floats(context, "IsInf"));
    return rule::Types{{DType::boolean, context.input(0).shape}};
}

Result<std::vector<Tensor>> isInfReference(const KernelContext& context) {
    const bool negative = context.attributes.integer("detect_negative", 1) != 0;
    const bool positive = context.attributes.integer("detect_positive", 1) != 0;
    return each(context, [=](double x) { return std::isinf(x) && (x > 0 ? positive : negative); });
}

Result<std::vector<ValueType>> whereShape(const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, "Where", 3, 3));
    PLUMBLINE_CHECK(booleans("Where", context, 0));
    PLUMBLINE_CHECK(rule::sameType(context, "Where", 1, 2));
    PLUMBLINE_TRY(auto shape, common("Where", context));
    return rule::Types{{context.input(1).dtype, std::move(shape)}};
}

Result<std::vector<Tensor>> whereReference(const KernelContext& context) {
    PLUMBLINE_TRY(auto out, element::allocate(context));
    return element::visitSize(out.dtype(), [&](auto zero) -> Result<std::vector<Tensor>> {
        using T = decltype(zero);
        const auto* condition = element::read<bool>(context.input(0));
        const auto *a = element::read<T>(context.input(1)), *b = element::read<T>(context.input(2));
        auto* y = element::write<T>(out);
        broadcast::forEach<3>(out.shape(),
                              {broadcast::strides(context.input(0).shape(), out.shape()),
                               broadcast::strides(context.input(1).shape(), out.shape()),
                               broadcast::strides(context.input(2).shape(), out.shape())},
                              [&](std::int64_t i, const auto& at) { y[i] = condition[at[0]] ? a[at[1]] : b[at[2]]; });
        return element::one(std::move(out));
    });
}

} // namespace plumbline
