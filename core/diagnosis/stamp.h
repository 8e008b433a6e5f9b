#pragma once
// Whether what an earlier check read is still the same. A file is known by what the file system says of it (device,
// inode, size, times of change to the nanosecond), a folder by all files below it. What was changed just now may change
// again within the same tick of that clock, and what cannot be looked through may change unseen: such a key equals no
// other, and everything is read again.

#include "core/diagnosis/check.h"

namespace plumbline {

/// What the file system says of a file, or of all files below a folder; links to folders are not followed, as no reader
/// follows them.
std::string stampOf(const std::string& path);

std::string modelKey(const ModelRequest& model, const RunConfiguration& run);
/// `inputs`: the prediction's as they run. A law takes the extents from them that the model leaves open.
std::string profileKey(const CheckRequest& request, const std::string& modelKey, const std::vector<Tensor>& inputs);

} // namespace plumbline
