#include "core/diagnosis/lookups.h"

#include <algorithm>
#include <string_view>

namespace plumbline {

std::map<std::size_t, Lookup> lookupsOf(const Graph& graph) {
    static const std::vector<std::string_view> passing{"Cast",      "Identity", "Reshape",  "Squeeze",
                                                       "Unsqueeze", "Flatten",  "Transpose"};
    std::map<std::size_t, Lookup> tables;
    for (std::size_t i = 0; i < graph.inputs().size(); ++i) {
        std::vector<ValueId> reached{graph.inputs()[i]};
        std::vector<bool> seen(graph.values().size(), false);
        const auto consumers = graph.consumers();
        while (!reached.empty()) {
            const auto value = reached.back();
            reached.pop_back();
            if (seen[value.index])
                continue;
            seen[value.index] = true;
            for (const auto id : consumers[value.index]) {
                const auto& node = graph.node(id);
                if (std::ranges::find(passing, node.op) != passing.end() && node.inputs[0] == value)
                    reached.push_back(node.outputs[0]);
                if (node.op != "Gather" || node.inputs.size() < 2 || node.inputs[1] != value)
                    continue;
                const auto& data = graph.value(node.inputs[0]).constant;
                const auto axis = static_cast<std::size_t>(std::max<std::int64_t>(0, node.attributes.integer("axis")));
                if (data.isNull() || axis >= data.rank())
                    continue;
                auto& table = tables.try_emplace(i, Lookup{data.shape()[axis], node.layer}).first->second;
                if (data.shape()[axis] < table.rows)
                    table = {data.shape()[axis], node.layer};
            }
        }
    }
    return tables;
}

} // namespace plumbline
