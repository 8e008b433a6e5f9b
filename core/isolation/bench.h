#pragma once
// What a prediction costs here: the file to a model, one call untraced, one call with all statistics of all layers.

#include "core/diagnosis/check.h"
#include "core/report/json.h"

namespace plumbline {

/// A call is timed as a whole, from input arrays to output arrays, after a warm-up. Errors: those of check(); a
/// prediction that does not run, or a file that cannot be read, is BenchResult::untimed.
Result<BenchResult> runBench(const CheckRequest& request, int repeat, const CheckEvents& events,
                             const Progress& progress);

} // namespace plumbline
