#include "core/diagnosis/ownscaling.h"

namespace plumbline {

namespace {

/// The one number that the node multiplies by; nothing where there is none, or several.
std::optional<double> factorOf(const Graph& graph, const Node& node, ValueId operand) {
    const bool divides = node.op == "Div";
    if ((node.op != "Mul" && !divides) || node.inputs.size() != 2)
        return std::nullopt;
    const auto other = node.inputs[0] == operand ? node.inputs[1] : node.inputs[0];
    if (!other.isValid() || (divides && node.inputs[0] != operand))
        return std::nullopt;
    const auto& constant = graph.value(other).constant;
    if (constant.isNull() || constant.elements() != 1)
        return std::nullopt;
    const double value = constant.flat(0);
    return divides ? 1 / value : value;
}

} // namespace

std::optional<OwnRescaling> rescalingOf(const Graph& graph, ValueId input) {
    const auto consumers = graph.consumers();
    auto value = input;
    // Along a chain alone: of several readers each may do its own.
    for (std::size_t step = 0; step < graph.nodes().size(); ++step) {
        const auto& readers = consumers[value.index];
        if (readers.size() != 1)
            return std::nullopt;
        const auto& node = graph.node(readers.front());
        if (const auto factor = factorOf(graph, node, value))
            return OwnRescaling{node.layer, *factor};
        if ((node.op != "Cast" && node.op != "Identity") || node.outputs.empty())
            return std::nullopt;
        value = node.outputs[0];
    }
    return std::nullopt;
}

} // namespace plumbline
