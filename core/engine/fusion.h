#pragma once
// Which nodes may run inside the store of the node before them: a chain of element-wise ops on a value that one node
// alone reads and nobody watches.

#include "core/engine/inference.h"

namespace plumbline {

struct FusionChain {
    std::vector<NodeId> nodes;   ///< the followers, in order
    std::vector<PostOp> postOps; ///< one each
};

/// What may follow `producer` in its store. `kept` by ValueId: watched values and the graph's outputs, which must
/// exist.
FusionChain fusionChain(const Graph& graph, const Inference& inference,
                        const std::vector<std::vector<NodeId>>& consumers, const std::vector<bool>& kept,
                        NodeId producer, bool batchStatistics);

} // namespace plumbline
