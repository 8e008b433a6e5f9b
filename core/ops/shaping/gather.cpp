// Gather: data's slices along `axis` at the indices (an embedding's rows). A negative index counts from the end.

#include "core/ops/shaping/shaping.h"
#include "core/ops/support/element.h"
#include "core/ops/support/rule.h"

#include <cstring>

namespace plumbline {

Result<std::vector<ValueType>> gatherShape(const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, "Gather", 2, 2));
    const auto &data = context.input(0), &indices = context.input(1);
    if (!isInteger(indices.dtype))
        return rule::attributeError("Gather", "indices of type", std::string(name(indices.dtype)), "any integer type");
    PLUMBLINE_TRY(const auto axis, rule::axis("Gather", context.attributes.integer("axis"), data.shape.size()));
    const auto at = data.shape.begin() + static_cast<std::ptrdiff_t>(axis);
    Dims out(data.shape.begin(), at);
    out.insert(out.end(), indices.shape.begin(), indices.shape.end());
    out.insert(out.end(), at + 1, data.shape.end());
    return rule::Types{{data.dtype, std::move(out)}};
}

std::unexpected<Error> indexOutOfRange(std::int64_t index, std::int64_t position, const Shape& indices,
                                       std::int64_t extent) {
    const auto where = unflatten(position, indices);
    auto out = failure(ErrorCode::value, "index-range",
                       "Gather got the index {index} at position {position} (row {row}); its table has {extent} "
                       "{extent|row|rows}, so 0 to {last} is accepted.",
                       {{"index", index},
                        {"position", indexText(where)},
                        {"row", where.empty() ? 0 : where[0]},
                        {"extent", extent},
                        {"last", extent - 1}});
    out.error().expected = "0 to " + std::to_string(extent - 1);
    out.error().actual = std::to_string(index);
    return out;
}

namespace {

struct Split {
    std::int64_t outer = 1, extent = 1, inner = 1;
};

Split splitAt(const Shape& shape, std::size_t axis) {
    Split out;
    out.extent = shape[axis];
    for (std::size_t i = 0; i < shape.rank(); ++i)
        if (i != axis)
            (i < axis ? out.outer : out.inner) *= shape[i];
    return out;
}

} // namespace

Result<std::vector<Tensor>> gatherReference(const KernelContext& context) {
    PLUMBLINE_TRY(auto out, element::allocate(context));
    const auto &data = context.input(0), &indices = context.input(1);
    PLUMBLINE_TRY(const auto axis, rule::axis("Gather", context.attributes.integer("axis"), data.rank()));
    const auto split = splitAt(data.shape(), axis);
    auto at = rule::integersOf(indices); // a uint64 above 2^63 comes out negative and far out of range
    for (std::size_t i = 0; i < at.size(); ++i) {
        if (at[i] < -split.extent || at[i] >= split.extent)
            return indexOutOfRange(at[i], static_cast<std::int64_t>(i), indices.shape(), split.extent);
        at[i] += at[i] < 0 ? split.extent : 0;
    }
    const auto run = static_cast<std::size_t>(split.inner) * itemSize(data.dtype());
    if (run == 0)
        return element::one(std::move(out));
    auto* to = out.data();
    for (std::int64_t o = 0; o < split.outer; ++o)
        for (const auto index : at) {
            std::memcpy(to, data.data() + static_cast<std::size_t>(o * split.extent + index) * run, run);
            to += run;
        }
    return element::one(std::move(out));
}

std::vector<ElementOrigin> gatherOrigins(const DependencyContext& context) {
    const auto data = *toShape(context.input(0).shape), indices = *toShape(context.input(1).shape);
    const auto axis = *rule::axis("Gather", context.attributes.integer("axis"), data.rank());
    const auto split = splitAt(data, axis);
    const auto count = std::max<std::int64_t>(indices.elements(), 1);
    const auto inner = context.element % split.inner, place = context.element / split.inner % count;
    const auto outer = context.element / split.inner / count;
    std::vector<ElementOrigin> out;
    if (const auto at = rule::integers({context.attributes, context.inputs, context.constants}, 1)) {
        auto index = (*at)[static_cast<std::size_t>(place)];
        index += index < 0 ? split.extent : 0;
        if (index >= 0 && index < split.extent)
            out.push_back({0, (outer * split.extent + index) * split.inner + inner});
    }
    out.push_back({1, place});
    return out;
}

} // namespace plumbline
