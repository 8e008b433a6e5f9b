// nan-born: the first element that became NaN of operands that are not. The layer is known from the trace; its ops are
// run again with all elements kept, and the op's dependency rule leads to the operands.
#include "core/diagnosis/nancause.h"
#include "core/diagnosis/rules/rules.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace plumbline::rules {

namespace {

constexpr std::size_t mostOrigins = 1 << 16; // of one element: a large convolution has 16,384
constexpr std::size_t mostShown = 8;

/// Keeps all elements around one layer's ops.
class LayerElements final : public Observer {
public:
    LayerElements(const Graph& graph, LayerId layer) : m_wanted(graph.values().size(), false) {
        for (const auto id : graph.layer(layer).nodes) {
            for (const auto input : graph.node(id).inputs)
                if (input.isValid())
                    m_wanted[input.index] = true;
            for (const auto output : graph.node(id).outputs)
                m_wanted[output.index] = true;
        }
    }
    Interest interest(const TraceKey& key) override {
        Interest out;
        out.elements = m_wanted[key.value.index];
        return out;
    }
    Answer received(ObservedValue value) override {
        if (!value.tensor.isNull() && m_wanted[value.key.value.index])
            m_tensors[value.key.value.index] = std::move(value.tensor);
        return Answer::goOn;
    }
    Tensor tensor(const Graph& graph, ValueId id) const {
        if (!id.isValid())
            return {};
        if (graph.value(id).isConstant())
            return graph.value(id).constant;
        const auto found = m_tensors.find(id.index);
        return found == m_tensors.end() ? Tensor() : found->second;
    }

private:
    std::vector<bool> m_wanted;
    std::map<std::uint32_t, Tensor> m_tensors;
};

std::int64_t nansIn(const Tensor& tensor) {
    return tensor.isNull() || !isFloat(tensor.dtype()) ? 0 : statisticsOf(tensor, HistogramWanted::no).nan;
}

/// Some weight is NaN as the file stores it, which nan-in-weights says.
bool storesNan(const Graph& graph) {
    return std::ranges::any_of(graph.layers(), [](const Layer& layer) {
        return std::ranges::any_of(layer.weights, [](const LayerWeight& weight) { return nansIn(weight.stored) > 0; });
    });
}

bool hasBadWeights(const Graph& graph, const Layer& layer) {
    return std::ranges::any_of(layer.nodes, [&](NodeId id) {
        return std::ranges::any_of(graph.node(id).inputs,
                                   [&](ValueId v) { return v.isValid() && nansIn(graph.value(v).constant) > 0; });
    });
}

/// The first layer, in order of execution, that gives NaN of inputs without.
std::optional<LayerId> birthplace(const Context& context) {
    const auto& graph = context.graph();
    std::vector<bool> bad(graph.values().size(), false);
    const bool mayHaveBadWeights = storesNan(graph);
    for (const auto& input : context.inputs)
        bad[graph.inputs()[input.position].index] = input.statistics.nan > 0;
    for (const auto& record : context.attempt.trace->records) {
        if (record.statistics.nan == 0)
            continue;
        bad[record.key.value.index] = true;
        if (!record.layer.isValid() || !graph.value(record.key.value).producer.isValid())
            continue;
        const auto& layer = graph.layer(record.layer);
        const bool inherited =
            std::ranges::any_of(layer.inputs, [&](ValueId v) { return v.isValid() && bad[v.index]; });
        if (!inherited && !layer.nodes.empty() && !(mayHaveBadWeights && hasBadWeights(graph, layer)))
            return record.layer;
    }
    return std::nullopt;
}

struct Birth {
    NodeId node;
    std::int64_t element = 0;
    Shape shape;
    std::vector<NanOperand> operands;
};

Birth trace(const Graph& graph, NodeId id, std::size_t output, const Tensor& result, const LayerElements& elements) {
    const auto& node = graph.node(id);
    Birth out;
    out.node = id;
    out.element = *statisticsOf(result, HistogramWanted::no).firstNan;
    out.shape = result.shape();
    std::vector<Tensor> tensors;
    std::vector<ValueType> types(node.inputs.size()), outputs;
    std::vector<const ValueType*> inputs;
    std::vector<const Tensor*> constants;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        tensors.push_back(elements.tensor(graph, node.inputs[i]));
        types[i] = {tensors[i].dtype(), toDims(tensors[i].shape())};
    }
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        inputs.push_back(tensors[i].isNull() ? nullptr : &types[i]);
        constants.push_back(tensors[i].isNull() ? nullptr : &tensors[i]);
    }
    for (const auto value : node.outputs) {
        const auto tensor = elements.tensor(graph, value);
        outputs.push_back({tensor.dtype(), toDims(tensor.shape())});
    }
    const auto* op = findOp(node.op);
    if (!op)
        return out;
    const DependencyContext dependency{node.attributes, inputs, constants, outputs, output, out.element, mostOrigins};
    for (const auto& origin : originsOf(*op, dependency))
        if (origin.input < tensors.size() && !tensors[origin.input].isNull() &&
            origin.element < tensors[origin.input].elements())
            out.operands.push_back({origin.input, origin.element, tensors[origin.input].flat(origin.element)});
    return out;
}

std::optional<Birth> find(const Context& context, LayerId layer) {
    const auto& graph = context.graph();
    LayerElements elements(graph, layer);
    if (const auto run = context.runAgain(elements); !run)
        return std::nullopt;
    const auto order = graph.executionOrder();
    if (!order)
        return std::nullopt;
    for (const auto id : *order) {
        const auto& node = graph.node(id);
        if (node.layer != layer)
            continue;
        for (std::size_t k = 0; k < node.outputs.size(); ++k) {
            const auto result = elements.tensor(graph, node.outputs[k]);
            if (nansIn(result) > 0)
                return trace(graph, id, k, result, elements);
        }
    }
    return std::nullopt;
}

/// Where the first infinity of the run stands: what made the operands what they are.
std::string firstInfinity(const Context& context) {
    for (const auto& record : context.attempt.trace->records)
        if (record.statistics.infinite() > 0 && record.layer.isValid())
            return context.graph().layer(record.layer).name;
    return {};
}

std::string operandsText(const std::vector<NanOperand>& operands) {
    std::string out;
    for (std::size_t i = 0; i < std::min<std::size_t>(operands.size(), 2); ++i)
        out += (i ? " and " : "") + numberText(operands[i].value);
    return out;
}

} // namespace

void nanBorn(const Context& context, Candidates& out) {
    if (!context.attempt.trace)
        return;
    const auto layer = birthplace(context);
    if (!layer)
        return;
    const auto& graph = context.graph();
    auto birth = find(context, *layer);
    const auto* record = context.attempt.trace->output(*context.model, *layer);
    const auto count = record ? record->statistics.nan : 0;
    const bool reaches = std::ranges::any_of(context.attempt.outputs, [](const Tensor& t) { return nansIn(t) > 0; });
    Finding finding;
    finding.code = "nan-born";
    finding.severity = reaches || !context.attempt.isComplete() ? Severity::error : Severity::warning;
    finding.where = context.layerPlace(*layer);
    finding.expected = {{"nan", 0}};
    finding.actual = {{"nan", count}};
    Message::Arguments arguments{{"layer", graph.layer(*layer).name},
                                 {"count", countText(count)},
                                 {"total", countText(record ? record->statistics.count : 0)}};
    if (!birth) {
        finding.message =
            Message("nan-born.layer", "NaN is born in layer {layer}: {count} of its {total} {total|result|results}.",
                    std::move(arguments));
        out.push_back({std::move(finding), {}});
        return;
    }
    const auto& node = graph.node(birth->node);
    const auto cause = nanCause(node, birth->operands);
    const auto element = unflatten(birth->element, birth->shape);
    auto operands = nlohmann::json::array();
    for (std::size_t i = 0; i < std::min(birth->operands.size(), mostShown); ++i)
        operands.push_back(toJson(birth->operands[i].value));
    finding.where.element = element;
    finding.evidence = {{"op", node.op},
                        {"element", element},
                        {"operands", operands},
                        {"cause", cause},
                        {"layer", graph.layer(*layer).name}};
    const bool infinite = std::ranges::any_of(birth->operands, [](const NanOperand& o) { return std::isinf(o.value); });
    const auto from = infinite ? firstInfinity(context) : std::string();
    if (!from.empty())
        finding.evidence["infinity_from"] = from;
    arguments.emplace_back("op", node.op);
    arguments.emplace_back("element", indexText(element));
    arguments.emplace_back("cause", cause);
    arguments.emplace_back("operands", operandsText(birth->operands));
    arguments.emplace_back("from", from);
    finding.message =
        from.empty()
            ? Message("nan-born",
                      "NaN is born in layer {layer}: {op} at {element} is {cause} ({operands}); {count} of "
                      "{total} {total|result|results} {count|is|are} NaN.",
                      std::move(arguments))
            : Message("nan-born.infinity",
                      "NaN is born in layer {layer}: {op} at {element} is {cause} ({operands}), the first "
                      "infinity stands in {from}; {count} of {total} {total|result|results} {count|is|are} NaN.",
                      std::move(arguments));
    out.push_back({std::move(finding), {}});
}

} // namespace plumbline::rules
