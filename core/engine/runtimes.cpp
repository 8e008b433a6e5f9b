#include "core/engine/runtimes.h"

#include <numeric>

namespace plumbline {

RunTimes::Time RunTimes::computing() const { return std::accumulate(layers.begin(), layers.end(), Time()); }

void book(RunTimes& times, const Graph& graph, std::span<const NodeId> nodes, RunTimes::Time time) {
    auto left = static_cast<std::int64_t>(nodes.size());
    for (const auto node : nodes) {
        const auto share = time / left--;
        time -= share;
        const auto layer = graph.node(node).layer;
        (layer.isValid() ? times.layers[layer.index] : times.rest) += share;
    }
}

} // namespace plumbline
