// Shape: the input's extents as int64. ConstantOfShape: a shape filled with one value. Range: start, start + delta, …
// below limit.

#include "core/ops/shaping/shaping.h"
#include "core/ops/support/element.h"
#include "core/ops/support/rule.h"

#include <cmath>

namespace plumbline {

namespace {

std::pair<std::int64_t, std::int64_t> part(const Attributes& attributes, std::size_t rank) {
    const auto length = static_cast<std::int64_t>(rank);
    const auto clamp = [&](std::int64_t at) { return std::clamp<std::int64_t>(at < 0 ? at + length : at, 0, length); };
    const auto start = clamp(attributes.integer("start")), end = clamp(attributes.integer("end", length));
    return {start, std::max(start, end)};
}

template<class T> std::optional<std::int64_t> rangeLength(T start, T limit, T delta) {
    if (delta == T(0))
        return std::nullopt;
    const auto count =
        std::ceil((static_cast<double>(limit) - static_cast<double>(start)) / static_cast<double>(delta));
    return count > 0x1p40 || count != count
               ? std::nullopt
               : std::optional(std::max<std::int64_t>(0, static_cast<std::int64_t>(count)));
}

} // namespace

Result<std::vector<ValueType>> shapeShape(const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, "Shape", 1, 1));
    const auto [start, end] = part(context.attributes, context.input(0).shape.size());
    return rule::Types{{DType::int64, {Dim(end - start)}}};
}

Result<std::vector<Tensor>> shapeReference(const KernelContext& context) {
    PLUMBLINE_TRY(auto out, element::allocate(context));
    const auto [start, end] = part(context.attributes, context.input(0).rank());
    for (auto i = start; i < end; ++i)
        element::write<std::int64_t>(out)[i - start] = context.input(0).shape()[static_cast<std::size_t>(i)];
    return element::one(std::move(out));
}

Result<std::vector<ValueType>> constantOfShapeShape(const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, "ConstantOfShape", 1, 1));
    const auto value = context.attributes.tensor("value");
    rule::Types out{{value.isNull() ? DType::float32 : value.dtype(), {}}};
    if (!value.isNull() && value.elements() != 1)
        return rule::attributeError("ConstantOfShape", "a value of shape", value.shape().text(), "one element");
    const auto& length = context.input(0).shape;
    if (const auto extents = rule::integers(context, 0)) {
        for (const auto extent : *extents) {
            if (extent < 0)
                return rule::attributeError("ConstantOfShape", "a size of", std::to_string(extent), "0 or more");
            out[0].shape.push_back(Dim(extent));
        }
    } else if (length.size() == 1 && length[0].isKnown() && length[0].extent() <= 64)
        for (std::int64_t i = 0; i < length[0].extent(); ++i)
            out[0].shape.push_back(rule::unknownDim());
    return out;
}

Result<std::vector<Tensor>> constantOfShapeReference(const KernelContext& context) {
    PLUMBLINE_TRY(auto out, element::allocate(context));
    const auto value = context.attributes.tensor("value");
    return element::visitSize(out.dtype(), [&](auto zero) -> Result<std::vector<Tensor>> {
        using T = decltype(zero);
        T fill = 0;
        if (!value.isNull()) {
            PLUMBLINE_TRY(const auto dense, value.contiguous());
            fill = *element::read<T>(dense);
        }
        std::fill_n(element::write<T>(out), out.elements(), fill);
        return element::one(std::move(out));
    });
}

Result<std::vector<ValueType>> rangeShape(const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, "Range", 3, 3));
    PLUMBLINE_CHECK(rule::numbers(context, "Range"));
    PLUMBLINE_CHECK(rule::sameType(context, "Range", 0, 2));
    for (std::size_t i = 0; i < 3; ++i)
        if (i >= context.constants.size() || !context.constants[i])
            return rule::Types{{context.input(0).dtype, {rule::unknownDim()}}};
        else if (context.constants[i]->elements() != 1)
            return rule::attributeError("Range", "an input of shape", context.constants[i]->shape().text(), "a scalar");
    const auto length =
        rangeLength(context.constants[0]->flat(0), context.constants[1]->flat(0), context.constants[2]->flat(0));
    if (!length)
        return rule::attributeError("Range", "a step of", context.constants[2]->elementText(0),
                                    "a number that reaches the limit");
    return rule::Types{{context.input(0).dtype, {Dim(*length)}}};
}

Result<std::vector<Tensor>> rangeReference(const KernelContext& context) {
    PLUMBLINE_TRY(auto out, element::allocate(context));
    return element::visitNumber(out.dtype(), [&](auto zero) -> Result<std::vector<Tensor>> {
        using T = decltype(zero);
        const auto start = element::widen(*element::read<T>(context.input(0)));
        const auto step = element::widen(*element::read<T>(context.input(2)));
        auto* y = element::write<T>(out);
        for (std::int64_t i = 0; i < out.elements(); ++i)
            if constexpr (element::isFloating<T>)
                y[i] = element::narrow<T>(start + static_cast<double>(i) * step);
            else // wraps where NumPy's own type would
                y[i] = static_cast<T>(static_cast<std::uint64_t>(start) +
                                      static_cast<std::uint64_t>(i) * static_cast<std::uint64_t>(step));
        return element::one(std::move(out));
    });
}

std::vector<ElementOrigin> rangeOrigins(const DependencyContext&) { return {{0, 0}, {2, 0}}; }
std::vector<ElementOrigin> noOrigins(const DependencyContext&) { return {}; }

} // namespace plumbline
