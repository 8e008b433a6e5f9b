#pragma once
// Which finding is the cause and which its consequence, and the order in which people read them.

#include "core/diagnosis/reach.h"

namespace plumbline {

/// Structure, element type, weights, values, graph, activations, process: causes of which none explains another stand
/// so.
enum class CauseGroup { structure, elementType, weights, values, graph, activations, process };
CauseGroup groupOf(std::string_view code);

/// True where `a` is the deeper cause by its group, its severity and its place.
bool standsBefore(const Finding& a, const Finding& b);

/// What follows without a second run: an input of the wrong structure explains every layer that cannot take it, bad
/// weights the NaN that come of them. Only what the cause's data come to: with two inputs wrong, both stand.
bool explainsByNature(const Finding& cause, const Finding& effect, const Reach& reach);

/// Root causes first, what one explains right after it, notes last. `explains` holds indices of `findings` and is
/// rewritten to the new order; each finding is explained by one other at most, the foremost.
std::vector<Finding> ranked(std::vector<Finding> findings);

} // namespace plumbline
