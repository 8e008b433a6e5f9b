#pragma once
// Arrays to files: what --outputs, --activations and --fix-out write.

#include "core/tensor/tensor.h"

#include <string>
#include <utility>
#include <vector>

namespace plumbline {

/// Types that NumPy lacks are written as float32. Written beside the target and renamed: never half a file.
Result<void> writeNpy(const std::string& path, const Tensor& tensor);
/// A member has its array's name (core/base/escape.h, memberName).
Result<void> writeNpz(const std::string& path, const std::vector<std::pair<std::string, Tensor>>& members);

} // namespace plumbline
