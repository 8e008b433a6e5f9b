#pragma once
// Whether the model scales its input by itself.

#include "core/graph/graph.h"

#include <optional>

namespace plumbline {

/// A first layer that multiplies its input by one constant: Rescaling, or the same written as raw operations.
struct OwnRescaling {
    LayerId layer;
    double factor = 1;
};
std::optional<OwnRescaling> rescalingOf(const Graph& graph, ValueId input);

} // namespace plumbline
