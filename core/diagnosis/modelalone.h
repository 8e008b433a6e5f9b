#pragma once
// What a model says of itself before anything is predicted: weights that are no numbers, layers that cannot run.

#include "core/diagnosis/diagnosis.h"

namespace plumbline {

/// The findings that need no prediction, ranked. An architecture without weights is no fault until it is to run.
std::vector<Finding> findingsOfModel(const std::shared_ptr<const Model>& model);

/// The answer to a model that is opened alone: its summary and its own findings; nothing ran.
Diagnosis diagnosisOfModel(const std::shared_ptr<const Model>& model);

} // namespace plumbline
