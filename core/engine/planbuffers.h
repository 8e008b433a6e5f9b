#pragma once
// Which values of a plan share one buffer, and where each buffer stands: views with what they look at, results with an
// operand that nobody reads after them.

#include "core/engine/plan.h"

namespace plumbline {

/// Fills the roots, places, offsets, arena and output classes of a plan whose steps are made. What does not fit in the
/// memory allowed is the plan's failure, at node `first`, and its steps are gone.
void placeValues(Plan& plan, const PlanRequest& request, NodeId first);

} // namespace plumbline
