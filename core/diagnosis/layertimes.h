#pragma once
// The rows' times, as the tables and the documents show them.

#include "core/diagnosis/diagnosis.h"
#include "core/engine/trace.h"

namespace plumbline {

/// Each row gets the time of its own ops and of the rows within it, so that the rows at the top add up to the run's.
void bookTimes(Diagnosis& diagnosis, const Graph& graph, const RunTimes& times);

} // namespace plumbline
