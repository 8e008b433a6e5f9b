#include "core/base/checked.h"
#include "core/engine/plan.h"

#include <algorithm>

namespace plumbline {

bool sharesBytes(const Node& node, const Inference& inference) {
    static constexpr std::string_view ops[] = {"Identity",  "Reshape", "Flatten", "Squeeze",
                                               "Unsqueeze", "Cast",    "Dropout"};
    if (std::find(std::begin(ops), std::end(ops), node.op) == std::end(ops) || node.inputs.empty() ||
        !node.inputs[0].isValid() || node.outputs.size() != 1)
        return false;
    const auto& in = inference.type(node.inputs[0]);
    const auto& out = inference.type(node.outputs[0]);
    if (!in || !out || in->dtype != out->dtype || !isConcrete(*in) || !isConcrete(*out))
        return false;
    return toShape(in->shape)->elements() == toShape(out->shape)->elements();
}

Result<MemoryPeak> memoryPeak(const Graph& graph, const Inference& inference, std::span<const NodeId> order) {
    // A value lives from its node to its last reader; what shares bytes extends the life of what it looks at.
    std::vector<std::uint32_t> root(graph.values().size());
    std::vector<std::size_t> last(graph.values().size(), 0);
    for (std::size_t i = 0; i < root.size(); ++i)
        root[i] = static_cast<std::uint32_t>(i);
    for (std::size_t s = 0; s < order.size(); ++s) {
        const auto& node = graph.node(order[s]);
        if (sharesBytes(node, inference))
            root[node.outputs[0].index] = root[node.inputs[0].index];
        for (const auto* list : {&node.inputs, &node.outputs})
            for (const auto value : *list)
                if (value.isValid())
                    last[root[value.index]] = s;
    }
    for (const auto output : graph.lasting())
        last[root[output.index]] = order.size();

    MemoryPeak peak;
    std::uint64_t alive = 0;
    std::vector<std::vector<std::uint64_t>> ending(order.size() + 1);
    for (std::size_t s = 0; s < order.size(); ++s) {
        const auto& node = graph.node(order[s]);
        for (const auto output : node.outputs) {
            const auto& type = inference.type(output);
            if (!type || !isConcrete(*type) || root[output.index] != output.index || !inference.known(output).isNull())
                continue;
            auto shape = concreteShape(*type);
            if (!shape)
                return std::unexpected(inLayer(std::move(shape).error(), graph, node.layer));
            const auto bytes = static_cast<std::uint64_t>(shape->elements()) * itemSize(type->dtype);
            if (__builtin_add_overflow(alive, bytes, &alive))
                return std::unexpected(inLayer(
                    failure(ErrorCode::tooLarge, "element-overflow", "The run needs more memory than can be counted.")
                        .error(),
                    graph, node.layer));
            ending[last[output.index]].push_back(bytes);
        }
        if (alive > peak.bytes)
            peak = {alive, order[s]};
        for (const auto bytes : ending[s])
            alive -= bytes;
    }
    return peak;
}

RunFailure memoryFailure(const Graph& graph, NodeId node, std::uint64_t needed, std::uint64_t limit) {
    RunFailure out;
    const bool at = node.isValid() && graph.node(node).layer.isValid();
    Message::Arguments arguments{{"needed", bytesText(needed)}, {"limit", bytesText(limit)}};
    if (at)
        arguments.emplace_back("layer", graph.layer(graph.node(node).layer).name);
    out.error.code = ErrorCode::tooLarge;
    const std::string what =
        at ? "Layer {layer} brings the run to {needed} of memory" : "The run needs {needed} of memory";
    out.error.message = Message(limit ? "memory" : "memory.allocation",
                                what + (limit ? ", and {limit} are allowed." : ", which this machine does not give."),
                                std::move(arguments));
    out.error.expected = limit ? "at most " + bytesText(limit) : "what the machine has";
    out.error.actual = bytesText(needed);
    out.node = node;
    if (at) {
        out.layer = graph.node(node).layer;
        out.error = inLayer(std::move(out.error), graph, out.layer);
    }
    return out;
}

} // namespace plumbline
