#pragma once
// Which sizes of the inputs a model runs with, near those given: inference again, with other extents on the open axes.

#include "core/diagnosis/rule.h"

namespace plumbline {

struct WorkingAxis {
    std::size_t input = 0; ///< position
    std::size_t axis = 0;
    std::int64_t given = 0;
    std::optional<std::int64_t> below, above; ///< the nearest that work; the same as `given` where this axis is fine
    bool isFine() const { return below == given; }
};

/// Every open axis but the batch, of the inputs that fit; others are taken as the model declares them. Empty where
/// there is none, or no size near by works.
std::vector<WorkingAxis> workingSizes(const Context& context);

/// For JSON: [{"input", "axis", "given", "nearest"}] of the axes that are not fine.
nlohmann::json sizesToJson(const Context& context, const std::vector<WorkingAxis>& axes);

} // namespace plumbline
