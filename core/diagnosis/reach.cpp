#include "core/diagnosis/reach.h"

#include <algorithm>

namespace plumbline {

Reach::Reach(const Graph& graph) : m_graph(graph), m_readers(graph.values().size()), m_consumers(graph.consumers()) {
    // A layer that cannot run has no nodes, and still stands between what it reads and what reads it.
    for (std::size_t i = 0; i < graph.layers().size(); ++i)
        if (graph.layers()[i].nodes.empty() && !graph.layers()[i].isContainer)
            for (const auto input : graph.layers()[i].inputs)
                if (input.isValid())
                    m_readers[input.index].emplace_back(i);
}

std::vector<ValueId> Reach::valuesOf(const Place& place) const {
    std::vector<ValueId> out;
    if (place.kind == PlaceKind::input) {
        std::ranges::copy_if(m_graph.inputs(), std::back_inserter(out),
                             [&](ValueId id) { return m_graph.value(id).name == place.name; });
        return out;
    }
    if (place.index < 0 || static_cast<std::size_t>(place.index) >= m_graph.layers().size())
        return out;
    const auto& layer = m_graph.layer(LayerId(static_cast<std::size_t>(place.index)));
    out = layer.outputs;
    for (const auto node : layer.nodes)
        for (const auto output : m_graph.node(node).outputs)
            out.push_back(output);
    return out;
}

std::vector<bool> Reach::below(std::vector<ValueId> values) const {
    std::vector<bool> layers(m_graph.layers().size(), false), seen(m_graph.values().size(), false);
    while (!values.empty()) {
        const auto value = values.back();
        values.pop_back();
        if (!value.isValid() || seen[value.index])
            continue;
        seen[value.index] = true;
        for (const auto id : m_consumers[value.index]) {
            const auto& node = m_graph.node(id);
            for (auto at = node.layer; at.isValid(); at = m_graph.layer(at).parent)
                layers[at.index] = true;
            values.insert(values.end(), node.outputs.begin(), node.outputs.end());
        }
        for (const auto id : m_readers[value.index]) {
            layers[id.index] = true;
            values.insert(values.end(), m_graph.layer(id).outputs.begin(), m_graph.layer(id).outputs.end());
        }
    }
    return layers;
}

bool Reach::leads(const Place& from, const Place& to) const {
    if (from.kind == PlaceKind::process || to.kind == PlaceKind::process)
        return false;
    if (to.kind == PlaceKind::input)
        return from.kind == PlaceKind::input && from.name == to.name;
    if (to.kind == PlaceKind::output)
        return true;
    if (to.index < 0 || static_cast<std::size_t>(to.index) >= m_graph.layers().size())
        return false;
    if (from.kind != PlaceKind::input && from.index == to.index)
        return true;
    return below(valuesOf(from))[static_cast<std::size_t>(to.index)];
}

} // namespace plumbline
