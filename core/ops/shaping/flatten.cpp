// Flatten: two axes, of the extents before `axis` and from it on.

#include "core/ops/shaping/shaping.h"
#include "core/ops/support/rule.h"

namespace plumbline {

Result<std::vector<ValueType>> flattenShape(const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, "Flatten", 1, 1));
    const auto& shape = context.input(0).shape;
    auto split = context.attributes.integer("axis", 1);
    const auto rank = static_cast<std::int64_t>(shape.size());
    if (split < -rank || split > rank)
        return rule::attributeError("Flatten", "axis", std::to_string(split),
                                    std::to_string(-rank) + " to " + std::to_string(rank));
    split += split < 0 ? rank : 0;
    Dims out{Dim(1), Dim(1)};
    for (std::int64_t i = 0; i < rank; ++i)
        out[i < split ? 0 : 1] = out[i < split ? 0 : 1] * shape[static_cast<std::size_t>(i)];
    return rule::Types{{context.input(0).dtype, std::move(out)}};
}

} // namespace plumbline
