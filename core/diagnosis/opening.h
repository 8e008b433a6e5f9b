#pragma once
// A model for a job with data: what the file leaves open about its input, the data say.

#include "core/diagnosis/check.h"

namespace plumbline {

Result<std::shared_ptr<const Model>> openFor(const CheckRequest& request, const Progress& progress);
/// Whether a model that was opened for another job is what this one would get.
bool isOpenedFor(const Model& model, const CheckRequest& request, const Progress& progress);

} // namespace plumbline
