// What the model alone says of itself, for the Network and the Layers table.
#include "core/diagnosis/diagnosis.h"

#include <algorithm>

namespace plumbline {

namespace {

/// The row that shows `value` to a reader standing in `reader`'s nested model: the value may be the output of a
/// container and of a layer inside it at once. The nearest common level wins.
int sourceRow(const Graph& graph, const std::vector<std::vector<LayerId>>& producers, ValueId value, LayerId reader) {
    for (auto level = reader; level.isValid(); level = graph.layer(level).parent) {
        const auto wanted = graph.layer(level).parent;
        for (const auto candidate : producers[value.index])
            if (candidate != reader && graph.layer(candidate).parent == wanted)
                return static_cast<int>(candidate.index);
    }
    const auto owner = graph.value(value).layer;
    return owner.isValid() && owner != reader ? static_cast<int>(owner.index) : -1;
}

std::string opText(const Node& node) {
    return node.attributes.integer("channels_last") ? node.op + " (channels_last)" : node.op;
}

LayerSummary summarize(const Graph& graph, const std::vector<std::vector<LayerId>>& producers, LayerId id) {
    const auto& layer = graph.layer(id);
    LayerSummary out;
    out.name = layer.name;
    out.type = layer.type;
    out.parent = layer.parent.isValid() ? static_cast<int>(layer.parent.index) : -1;
    out.isInput = layer.isInput;
    out.isContainer = layer.isContainer;
    for (const auto input : layer.inputs) {
        const auto row = input.isValid() ? sourceRow(graph, producers, input, id) : -1;
        if (row >= 0 && std::ranges::find(out.sources, row) == out.sources.end())
            out.sources.push_back(row);
    }
    out.expectedShapes = layer.expectedShapes;
    if (!layer.outputs.empty())
        if (const auto& type = graph.value(layer.outputs.front()).type)
            out.dtype = type->dtype;
    for (const auto& [key, value] : layer.attributes.all())
        out.attributes.emplace_back(key, attributeText(value));
    for (const auto& weight : layer.weights)
        out.weights.push_back({weight.name, weight.shape, weight.dtype, !weight.stored.isNull()});
    for (const auto node : layer.nodes)
        if (graph.node(node).op != "Unsupported") // stands in for what cannot run; `problem` says why
            out.ops.push_back(opText(graph.node(node)));
    out.parameters = layer.parameters;
    out.channelsLast = layer.channelsLast;
    if (layer.problem)
        out.problem = layer.problem->error.message;
    return out;
}

InputSummary summarize(const Value& value, std::string name) {
    InputSummary out;
    out.name = std::move(name);
    out.isKnown = value.type.has_value();
    if (value.type) {
        out.shape = value.type->shape;
        out.dtype = value.type->dtype;
    }
    return out;
}

} // namespace

ModelSummary summarize(const Model& model) {
    const auto& graph = model.graph;
    ModelSummary out;
    out.path = model.path;
    out.format = model.format;
    out.producer = model.producer;
    out.layerCount = model.layerCount();
    out.parameters = model.parameters();
    out.hasWeights = model.hasWeights;
    for (const auto input : graph.inputs())
        out.inputs.push_back(summarize(graph.value(input), graph.value(input).name));
    for (std::size_t i = 0; i < graph.outputs().size(); ++i) {
        const auto& value = graph.value(graph.outputs()[i]);
        out.outputs.push_back(summarize(value, i < graph.outputNames().size() ? graph.outputNames()[i] : value.name));
    }
    std::vector<std::vector<LayerId>> producers(graph.values().size());
    for (std::size_t i = 0; i < graph.layers().size(); ++i)
        for (const auto output : graph.layers()[i].outputs)
            if (output.isValid())
                producers[output.index].emplace_back(i);
    for (std::size_t i = 0; i < graph.layers().size(); ++i)
        out.layers.push_back(summarize(graph, producers, LayerId(i)));
    for (std::size_t i = 0; i < graph.layers().size(); ++i) // a nested model's row has what its layers have
        for (auto parent = graph.layers()[i].parent; parent.isValid(); parent = graph.layer(parent).parent)
            if (graph.layers()[i].name.find('@', graph.layer(parent).name.size()) ==
                std::string::npos) // not called again
                out.layers[parent.index].parameters += graph.layers()[i].parameters;
    for (const auto& note : model.notes)
        out.notes.push_back(note.text());
    return out;
}

} // namespace plumbline
