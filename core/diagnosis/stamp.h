#pragma once
// Whether what an earlier check read is still the same: paths with their files' times and sizes, and what else went in.

#include "core/diagnosis/check.h"

namespace plumbline {

std::string modelKey(const ModelRequest& model, const RunConfiguration& run);
std::string profileKey(const CheckRequest& request, const std::string& modelKey);

} // namespace plumbline
