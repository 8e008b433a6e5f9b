#pragma once
// The part of a check that begins with a model in memory: inputs, training, the run, its rules and fixes.

#include "core/diagnosis/check.h"

namespace plumbline {

/// `session` brings the model; its executor and summary are made where it has none.
Result<CheckSession> checkModel(CheckSession session, const CheckRequest& request, const CheckEvents& events = {},
                                const Progress& progress = {}, const CheckSession* previous = nullptr);

} // namespace plumbline
