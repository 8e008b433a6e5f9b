#include "core/graph/graph.h"

#include "core/graph/names.h"

#include <queue>

#include <algorithm>
#include <set>

namespace plumbline {

LayerId Graph::addLayer(Layer layer) {
    m_layers.push_back(std::move(layer));
    return LayerId(m_layers.size() - 1);
}

ValueId Graph::addInput(std::string name, ValueType type, LayerId layer) {
    Value value;
    value.name = std::move(name);
    value.type = std::move(type);
    value.layer = layer;
    m_values.push_back(std::move(value));
    const ValueId id(m_values.size() - 1);
    m_inputs.push_back(id);
    return id;
}

ValueId Graph::addConstant(std::string name, Tensor constant, LayerId layer) {
    Value value;
    value.name = std::move(name);
    value.type = ValueType{constant.dtype(), toDims(constant.shape())};
    value.layer = layer;
    value.constant = std::move(constant);
    m_values.push_back(std::move(value));
    return ValueId(m_values.size() - 1);
}

ValueId Graph::addState(std::string name, ValueType type, LayerId layer) {
    Value value;
    value.name = std::move(name);
    value.type = std::move(type);
    value.layer = layer;
    m_values.push_back(std::move(value));
    const ValueId id(m_values.size() - 1);
    m_states.push_back({id, id});
    return id;
}

void Graph::setNext(ValueId state, ValueId next) {
    for (auto& carried : m_states)
        if (carried.value == state)
            carried.next = next;
}

std::vector<ValueId> Graph::lasting() const {
    auto out = m_outputs;
    for (const auto& state : m_states)
        out.push_back(state.next);
    return out;
}

NodeId Graph::addNode(LayerId layer, std::string op, std::vector<ValueId> inputs, Attributes attributes,
                      std::size_t outputCount, std::string name) {
    const NodeId id(m_nodes.size());
    Node node;
    if (name.empty())
        name =
            (layer.isValid() ? m_layers[layer.index].name + "/" : std::string()) + op + "_" + std::to_string(id.index);
    node.op = std::move(op);
    node.name = std::move(name);
    node.inputs = std::move(inputs);
    node.attributes = std::move(attributes);
    node.layer = layer;
    for (std::size_t i = 0; i < outputCount; ++i) {
        Value value;
        value.name = tensorName(node.name, i);
        value.producer = id;
        value.layer = layer;
        m_values.push_back(std::move(value));
        node.outputs.emplace_back(m_values.size() - 1);
    }
    m_nodes.push_back(std::move(node));
    if (layer.isValid())
        m_layers[layer.index].nodes.push_back(id);
    return id;
}

ValueId Graph::add(LayerId layer, std::string op, std::vector<ValueId> inputs, Attributes attributes) {
    return node(addNode(layer, std::move(op), std::move(inputs), std::move(attributes))).outputs.front();
}

void Graph::setOutputs(std::vector<ValueId> outputs, std::vector<std::string> names) {
    m_outputs = std::move(outputs);
    m_outputNames = std::move(names);
}

std::optional<LayerId> Graph::findLayer(std::string_view name) const {
    for (std::size_t i = 0; i < m_layers.size(); ++i)
        if (m_layers[i].name == name)
            return LayerId(i);
    return std::nullopt;
}

std::vector<std::vector<NodeId>> Graph::consumers() const {
    std::vector<std::vector<NodeId>> out(m_values.size());
    for (std::size_t i = 0; i < m_nodes.size(); ++i)
        for (const auto input : m_nodes[i].inputs)
            if (input.isValid() && (out[input.index].empty() || out[input.index].back() != NodeId(i)))
                out[input.index].push_back(NodeId(i));
    return out;
}

Result<std::vector<NodeId>> Graph::executionOrder() const {
    std::vector<std::size_t> waiting(m_nodes.size(), 0);
    const auto readers = consumers();
    for (std::size_t v = 0; v < m_values.size(); ++v)
        if (m_values[v].producer.isValid())
            for (const auto reader : readers[v])
                ++waiting[reader.index];
    // Of the nodes that are ready the first one stored runs first: the source's own order wherever it is valid.
    std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> ready;
    for (std::size_t i = 0; i < m_nodes.size(); ++i)
        if (waiting[i] == 0)
            ready.push(static_cast<std::uint32_t>(i));
    std::vector<NodeId> order;
    order.reserve(m_nodes.size());
    while (!ready.empty()) {
        const NodeId id(ready.top());
        ready.pop();
        order.push_back(id);
        for (const auto output : node(id).outputs)
            for (const auto reader : readers[output.index])
                if (--waiting[reader.index] == 0)
                    ready.push(reader.index);
    }
    if (order.size() != m_nodes.size()) {
        const auto stuck = std::find_if(waiting.begin(), waiting.end(), [](std::size_t n) { return n > 0; });
        return failure(ErrorCode::cannotRead, "graph.cycle",
                       "The graph has a cycle through {node}: no order exists in which it could run.",
                       {{"node", m_nodes[static_cast<std::size_t>(stuck - waiting.begin())].name}});
    }
    return order;
}

std::int64_t Model::parameters() const {
    std::int64_t total = 0;
    std::set<const std::byte*> seen; // of a layer that several models share every row has the same tensors
    for (const auto& layer : graph.layers()) {
        if (layer.name.find('@') != std::string::npos)
            continue;
        total += layer.parameters;
        for (const auto& weight : layer.weights)
            if (!layer.isContainer && !weight.stored.isNull() && !seen.insert(weight.stored.data()).second)
                total -= weight.stored.elements();
    }
    return total;
}

std::int64_t Model::layerCount() const {
    return std::count_if(graph.layers().begin(), graph.layers().end(),
                         [](const Layer& layer) { return !layer.isInput && !layer.isContainer; });
}

} // namespace plumbline
