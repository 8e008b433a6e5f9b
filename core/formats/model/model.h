#pragma once
// Saved models to graphs. What a file is, is told by its content, never by its name.

#include "core/base/progress.h"
#include "core/graph/graph.h"

#include <memory>
#include <string>

namespace plumbline {

struct ModelRequest {
    std::string path;
    std::string weights; ///< --weights FILE, or empty
};

/// Reads architecture and weights, lowers to ops and infers declared types. Never runs anything of the file.
/// A layer that cannot be lowered is no error: it has a LayerProblem, and what stands before it still runs.
/// Errors: cannotRead, refused, noGraph (weights alone: message id "weights-missing.architecture").
Result<std::shared_ptr<const Model>> openModel(const ModelRequest& request, const Progress& progress = {});

} // namespace plumbline
