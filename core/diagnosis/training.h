#pragma once
// The training reference of a check: read, profiled, held against the model's own shapes.

#include "core/diagnosis/diagnosis.h"
#include "core/diagnosis/inputs.h"

namespace plumbline {

/// How many batches of a stateful model the prediction is: its states then come from as many rows before. 1 for others.
std::int64_t batchesInARow(const Executor& executor, const std::vector<Tensor>& prediction);

/// Profiles the sources and, where every input has a reference that fits, the layers. `prediction` lends a law the
/// extents that the model leaves open. Files that cannot be read are added to `unreadable`; where there are any the
/// layers are not run.
Result<Profile> profileTraining(const Model& model, Executor& executor, const Assignment& assignment,
                                const std::vector<Tensor>& prediction, std::uint64_t seed,
                                std::vector<Error>& unreadable, const Progress& progress);

/// A note for each reference whose rows the model does not take: it says little of what is normal.
Candidates misfits(const Model& model, const Profile& profile);

SourceSummary summaryOf(const InputProfile& input, const Model& model);

} // namespace plumbline
