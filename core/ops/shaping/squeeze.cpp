// Squeeze drops axes of 1 (all of them where none are named), Unsqueeze inserts them; the axes are input 1.

#include "core/ops/shaping/shaping.h"
#include "core/ops/support/rule.h"

#include <algorithm>

namespace plumbline {

Result<std::vector<ValueType>> squeezeShape(const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, "Squeeze", 1, 2));
    const auto& x = context.input(0);
    std::vector<std::size_t> dropped;
    if (context.has(1)) {
        const auto given = rule::integers(context, 1);
        if (!given)
            return rule::attributeError("Squeeze", "axes", "computed in the graph", "a constant");
        PLUMBLINE_TRY(dropped, rule::axes("Squeeze", *given, x.shape.size()));
    } else
        for (std::size_t i = 0; i < x.shape.size(); ++i)
            if (x.shape[i] == Dim(1))
                dropped.push_back(i);
    rule::Types out{{x.dtype, {}}};
    for (std::size_t i = 0; i < x.shape.size(); ++i) {
        if (std::find(dropped.begin(), dropped.end(), i) == dropped.end())
            out[0].shape.push_back(x.shape[i]);
        else if (!x.shape[i].mayEqual(Dim(1)))
            return rule::conflict("Squeeze", "Squeeze drops axis {axis} of an input of shape {shape}, which is not 1.",
                                  {{"axis", static_cast<std::int64_t>(i)}, {"shape", dimsText(x.shape)}},
                                  "1 on axis " + std::to_string(i), dimsText(x.shape));
    }
    return out;
}

Result<std::vector<ValueType>> unsqueezeShape(const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, "Unsqueeze", 2, 2));
    const auto& x = context.input(0);
    const auto given = rule::integers(context, 1);
    if (!given)
        return rule::attributeError("Unsqueeze", "axes", "computed in the graph", "a constant");
    PLUMBLINE_TRY(auto inserted, rule::axes("Unsqueeze", *given, x.shape.size() + given->size()));
    std::sort(inserted.begin(), inserted.end());
    rule::Types out{x};
    for (const auto axis : inserted)
        out[0].shape.insert(out[0].shape.begin() + static_cast<std::ptrdiff_t>(axis), Dim(1));
    return out;
}

} // namespace plumbline
