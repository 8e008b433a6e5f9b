#include "core/formats/model/keras/channelorder.h"

#include <optional>

namespace plumbline::keras {

namespace {

/// The permutation of a layer that does nothing but exchange axes; empty for all others.
std::vector<std::int64_t> permutationOf(const Graph& graph, const Layer& layer) {
    if (layer.nodes.size() != 1 || graph.node(layer.nodes.front()).op != "Transpose")
        return {};
    auto out = graph.node(layer.nodes.front()).attributes.integers("perm");
    return out.size() >= 3 ? out : std::vector<std::int64_t>{};
}

/// Channels on `axis` stand first or last; nothing where they are in between.
std::optional<bool> orderOf(std::int64_t axis, std::size_t rank) {
    if (axis == 1)
        return false;
    return axis + 1 == static_cast<std::int64_t>(rank) ? std::optional(true) : std::nullopt;
}

/// The order of what the layer reads, from that of what it gives.
std::optional<bool> before(const Graph& graph, const Layer& layer, std::optional<bool> last) {
    const auto permutation = permutationOf(graph, layer);
    if (permutation.empty() || !last)
        return last;
    return orderOf(*last ? permutation.back() : permutation[1], permutation.size());
}

/// The order of what it gives, from that of what it reads.
std::optional<bool> after(const Graph& graph, const Layer& layer, std::optional<bool> last) {
    const auto permutation = permutationOf(graph, layer);
    if (permutation.empty() || !last)
        return last;
    const auto channels = *last ? static_cast<std::int64_t>(permutation.size()) - 1 : 1;
    for (std::size_t axis = 0; axis < permutation.size(); ++axis)
        if (permutation[axis] == channels)
            return orderOf(static_cast<std::int64_t>(axis), permutation.size());
    return std::nullopt;
}

} // namespace

void inheritChannelOrder(Graph& graph, const std::vector<bool>& stated) {
    const auto count = graph.layers().size();
    std::vector<std::optional<bool>> last(count), ofValue(graph.values().size());
    for (std::size_t i = 0; i < count && i < stated.size(); ++i)
        if (stated[i])
            last[i] = graph.layers()[i].channelsLast;
    // Rows stand in the order of their calls, nearly: what comes later reads what came before.
    const auto of = [&](const std::vector<ValueId>& values) -> std::optional<bool> {
        for (const auto value : values)
            if (value.isValid() && ofValue[value.index])
                return ofValue[value.index];
        return std::nullopt;
    };
    const auto give = [&](const std::vector<ValueId>& values, std::optional<bool> order) {
        for (const auto value : values)
            if (value.isValid() && !ofValue[value.index])
                ofValue[value.index] = order;
    };
    for (std::size_t i = count; i-- > 0;) {
        const auto& layer = graph.layers()[i];
        if (!last[i])
            last[i] = of(layer.outputs);
        give(layer.inputs, before(graph, layer, last[i]));
    }
    for (std::size_t i = 0; i < count; ++i) {
        const auto& layer = graph.layers()[i];
        if (!last[i])
            last[i] = after(graph, layer, of(layer.inputs));
        give(layer.outputs, last[i]);
        graph.layer(LayerId(i)).channelsLast = last[i].value_or(graph.layers()[i].channelsLast);
    }
}

} // namespace plumbline::keras
