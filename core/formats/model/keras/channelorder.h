#pragma once
// Where a layer's images have their channels. Convolutions, pooling and the like say it (data_format); an input, an
// activation or a normalization between them has it from those that read it, or else from those that it reads.

#include "core/graph/graph.h"

#include <vector>

namespace plumbline::keras {

/// `stated`: by layer, its own settings say where the channels are.
void inheritChannelOrder(Graph& graph, const std::vector<bool>& stated);

} // namespace plumbline::keras
