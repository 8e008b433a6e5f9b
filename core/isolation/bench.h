#pragma once
// What a prediction costs here: the file to a model, one call untraced, one call with all statistics of all layers.

#include "core/diagnosis/check.h"
#include "core/report/json.h"

#include <functional>

namespace plumbline {

/// A call is timed as a whole, from input arrays to output arrays, after a warm-up. Errors: as check() has them, and a
/// run that fails. `onPhase` is told what begins.
Result<BenchResult> runBench(const CheckRequest& request, int repeat, const Progress& progress,
                             const std::function<void(const char*)>& onPhase);

} // namespace plumbline
