#include "core/ops/reduction/reduction.h"
#include "core/ops/support/element.h"
#include "core/ops/support/rule.h"

#include <cmath>
#include <limits>

namespace plumbline {

Result<std::vector<bool>> reducedAxes(std::string_view op, const Attributes& attributes,
                                      const std::optional<std::vector<std::int64_t>>& listed, std::size_t rank) {
    const bool none = !listed || listed->empty();
    std::vector<bool> out(rank, none && attributes.integer("noop_with_empty_axes") == 0);
    if (!none) {
        PLUMBLINE_TRY(const auto axes, rule::axes(op, *listed, rank));
        for (const auto axis : axes)
            out[axis] = true;
    }
    return out;
}

Result<std::vector<ValueType>> reduceShape(std::string_view op, Reduction reduction, const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, op, 1, 2));
    const bool floating = reduction == Reduction::mean || reduction == Reduction::l2 ||
                          reduction == Reduction::logSum || reduction == Reduction::logSumExp;
    PLUMBLINE_CHECK(floating ? rule::floats(context, op) : rule::numbers(context, op));
    const auto& x = context.input(0);
    const auto listed = rule::integers(context, 1);
    if (context.has(1) && !listed)
        return rule::attributeError(op, "axes", "computed in the graph", "a constant");
    PLUMBLINE_TRY(const auto reduced, reducedAxes(op, context.attributes, listed, x.shape.size()));
    const bool keep = context.attributes.integer("keepdims", 1) != 0;
    rule::Types out{{x.dtype, {}}};
    for (std::size_t i = 0; i < reduced.size(); ++i)
        if (!reduced[i])
            out[0].shape.push_back(x.shape[i]);
        else if (keep)
            out[0].shape.push_back(Dim(1));
    return out;
}

namespace {

/// For every input element in row-major order, the output element it goes into.
struct Projection {
    Shape input;
    std::vector<std::int64_t> strides; ///< in the output, 0 on reduced axes

    Projection(const Shape& shape, const std::vector<bool>& reduced) : input(shape), strides(shape.rank(), 0) {
        std::int64_t stride = 1;
        for (std::size_t axis = shape.rank(); axis-- > 0;)
            if (!reduced[axis]) {
                strides[axis] = stride;
                stride *= shape[axis];
            }
    }
    template<class F> void forEach(F f) const {
        std::vector<std::int64_t> index(input.rank(), 0);
        std::int64_t to = 0;
        for (std::int64_t from = 0, total = input.elements(); from < total; ++from) {
            f(from, static_cast<std::size_t>(to));
            for (std::size_t axis = input.rank(); axis-- > 0;) {
                to += strides[axis];
                if (++index[axis] < input[axis])
                    break;
                to -= strides[axis] * input[axis];
                index[axis] = 0;
            }
        }
    }
};

template<class W> W startOf(Reduction reduction) {
    constexpr bool floating = std::is_floating_point_v<W>;
    if (reduction == Reduction::max || reduction == Reduction::logSumExp)
        return floating ? -std::numeric_limits<W>::infinity() : std::numeric_limits<W>::lowest();
    if (reduction == Reduction::min)
        return floating ? std::numeric_limits<W>::infinity() : std::numeric_limits<W>::max();
    return reduction == Reduction::prod ? W(1) : W(0);
}

template<class W> W step(Reduction reduction, W sum, W x) {
    using U = std::conditional_t<std::is_floating_point_v<W>, double, std::uint64_t>; // integers wrap
    const auto wrap = [](U value) { return static_cast<W>(value); };
    switch (reduction) {
    case Reduction::max:
    case Reduction::logSumExp: return sum != sum || x != x ? sum + x : std::max(sum, x);
    case Reduction::min: return sum != sum || x != x ? sum + x : std::min(sum, x);
    case Reduction::prod: return wrap(static_cast<U>(sum) * static_cast<U>(x));
    case Reduction::l1:
        return wrap(static_cast<U>(sum) + static_cast<U>(x < W(0) ? wrap(U(0) - static_cast<U>(x)) : x));
    case Reduction::l2:
    case Reduction::sumSquare: return wrap(static_cast<U>(sum) + static_cast<U>(x) * static_cast<U>(x));
    default: return wrap(static_cast<U>(sum) + static_cast<U>(x));
    }
}

double finished(Reduction reduction, double sum, double count) {
    switch (reduction) {
    case Reduction::mean: return sum / count;
    case Reduction::l2: return std::sqrt(sum);
    case Reduction::logSum: return std::log(sum);
    default: return sum;
    }
}

} // namespace

Result<std::vector<Tensor>> reduceReference(Reduction reduction, const KernelContext& context) {
    PLUMBLINE_TRY(auto out, element::allocate(context));
    const auto& x = context.input(0);
    const auto listed = context.has(1) ? std::optional(rule::integersOf(context.input(1))) : std::nullopt;
    PLUMBLINE_TRY(const auto reduced, reducedAxes("Reduce", context.attributes, listed, x.rank()));
    const Projection projection(x.shape(), reduced);
    const auto outputs = static_cast<std::size_t>(out.elements());
    const auto count = outputs ? static_cast<double>(x.elements()) / static_cast<double>(outputs) : 0;
    return element::visitNumber(out.dtype(), [&](auto zero) -> Result<std::vector<Tensor>> {
        using T = decltype(zero);
        using W = element::Wide<T>;
        const auto* from = element::read<T>(x);
        std::vector<W> sums(outputs, startOf<W>(reduction));
        projection.forEach(
            [&](std::int64_t i, std::size_t to) { sums[to] = step<W>(reduction, sums[to], element::widen(from[i])); });
        if constexpr (element::isFloating<T>) {
            if (reduction == Reduction::logSumExp) { // sums holds each line's maximum: no exponential overflows
                auto most = sums;
                for (auto& m : most)
                    m = std::isfinite(m) ? m : 0;
                std::fill(sums.begin(), sums.end(), 0);
                projection.forEach(
                    [&](std::int64_t i, std::size_t to) { sums[to] += std::exp(element::widen(from[i]) - most[to]); });
                for (std::size_t i = 0; i < outputs; ++i)
                    sums[i] = std::log(sums[i]) + most[i];
            }
            for (auto& sum : sums)
                sum = finished(reduction, sum, count);
        }
        auto* y = element::write<T>(out);
        for (std::size_t i = 0; i < outputs; ++i)
            y[i] = element::narrow<T>(sums[i]);
        return element::one(std::move(out));
    });
}

std::vector<ElementOrigin> reduceOrigins(const DependencyContext& context) {
    const auto shape = *toShape(context.input(0).shape);
    const ShapeContext known{context.attributes, context.inputs, context.constants};
    const auto listed = rule::integers(known, 1);
    const auto reduced = context.has(1) && !listed ? std::unexpected(Error{})
                                                   : reducedAxes("Reduce", context.attributes, listed, shape.rank());
    if (!reduced)
        return {};
    // The kept axes' index of the output, then every index of the reduced ones.
    Shape kept, folded;
    for (std::size_t axis = 0; axis < shape.rank(); ++axis)
        ((*reduced)[axis] ? folded : kept).append(shape[axis]);
    const auto at = unflatten(context.element, kept);
    std::vector<ElementOrigin> out;
    for (std::int64_t i = 0, count = folded.elements(); i < count && out.size() < context.limit; ++i) {
        const auto inside = unflatten(i, folded);
        std::int64_t element = 0;
        for (std::size_t axis = 0, k = 0, f = 0; axis < shape.rank(); ++axis)
            element = element * shape[axis] + ((*reduced)[axis] ? inside[f++] : at[k++]);
        out.push_back({0, element});
    }
    return out;
}

} // namespace plumbline
