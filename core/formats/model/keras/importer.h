#pragma once
// The tree of instances becomes the graph: one row a layer and call, in the source's order, its ops by the table of
// lowerings.

#include "core/formats/model/keras/instance.h"

namespace plumbline::keras {

/// Fills the graph. Errors only where no graph exists at all (a cycle, an input without a shape); what a layer cannot
/// do is its LayerProblem.
/// Notes say what is not computed as float32.
Result<void> importGraph(Graph& graph, ModelInstance& model, const Writer& writer, const std::string& file,
                         std::vector<Error>& notes);

/// A layer's settings as people read them: without nulls, initializers, regularizers, constraints and its own name.
Attributes readableSettings(const LayerConfig& layer);

} // namespace plumbline::keras
