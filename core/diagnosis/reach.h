#pragma once
// Where the data of one place come to: a cause explains only what it can change.

#include "core/diagnosis/finding.h"

namespace plumbline {

class Reach {
public:
    explicit Reach(const Graph& graph);

    /// True where what stands at `from` can change what stands at `to`: the same place, or one further down the graph.
    /// A place of no graph (the process, an input that the model does not have) reaches none of the graph's.
    bool leads(const Place& from, const Place& to) const;
    std::vector<bool> below(std::vector<ValueId> values) const; ///< by layer: one of its nodes reads what comes of them
    std::vector<ValueId> valuesOf(const Place& place) const;    ///< what stands there

private:
    const Graph& m_graph;
    std::vector<std::vector<LayerId>> m_readers; ///< by value: layers without nodes, which carry on all they read
    std::vector<std::vector<NodeId>> m_consumers;
};

} // namespace plumbline
