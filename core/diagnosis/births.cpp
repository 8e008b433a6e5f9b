#include "core/diagnosis/births.h"

#include "core/diagnosis/nonfinitemarks.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace plumbline {

namespace {

constexpr std::size_t mostOrigins = 1 << 16;    // of one element: a large convolution has 16,384
constexpr std::int64_t mostVisits = 24'000'000; // of origins, in all ops together
constexpr std::uint64_t keptBytes = 64u << 20;
constexpr std::size_t mostBirths = 64;

/// Layers in whose outputs the trace saw what is not finite.
std::vector<bool> suspects(const Context& context) {
    const auto& graph = context.graph();
    std::vector<bool> out(graph.layers().size(), false);
    for (const auto& record : context.attempt.trace->records)
        if (record.statistics.nan + record.statistics.infinite() > 0)
            if (const auto producer = graph.value(record.key.value).producer; producer.isValid())
                if (const auto layer = graph.node(producer).layer; layer.isValid())
                    out[layer.index] = true;
    return out;
}

/// A stored weight of the layer is not finite: nan-in-weights says so.
bool isToldOfWeights(const Graph& graph, LayerId layer) {
    return layer.isValid() && std::ranges::any_of(graph.layer(layer).weights, [](const LayerWeight& weight) {
               if (weight.stored.isNull() || !isFloat(weight.stored.dtype()))
                   return false;
               const auto statistics = statisticsOf(weight.stored, HistogramWanted::no);
               return statistics.nan + statistics.infinite() > 0;
           });
}

double largestOf(DType dtype, Precision precision) {
    if (dtype == DType::float16 || (dtype == DType::float32 && precision == Precision::float16))
        return 65504;
    return dtype == DType::float64 ? std::numeric_limits<double>::max() : std::numeric_limits<float>::max();
}

/// Elements of one index on axis 0.
std::int64_t rowOf(const Shape& shape) {
    const auto rows = shape.rank() > 0 ? std::max<std::int64_t>(1, shape[0]) : 1;
    return std::max<std::int64_t>(1, shape.elements() / rows);
}

class Search {
public:
    explicit Search(const Context& context)
        : m_context(context), m_graph(context.graph()), m_suspects(suspects(context)) {}

    std::vector<Birth> run() {
        const auto order = m_graph.executionOrder();
        if (std::ranges::none_of(m_suspects, std::identity()) || !order)
            return {};
        std::vector<NodeId> nodes;
        std::ranges::copy_if(*order, std::back_inserter(nodes), [&](NodeId id) {
            const auto layer = m_graph.node(id).layer;
            return layer.isValid() && m_suspects[layer.index];
        });
        NonFiniteMarks marks(valuesOf(nodes), keptBytes);
        if (!m_context.runAgain(marks))
            return {};
        m_marks = &marks;
        m_visitsEach = mostVisits / static_cast<std::int64_t>(std::max<std::size_t>(1, nodes.size()));
        std::vector<Birth> out;
        for (const auto id : nodes)
            for (std::size_t k = 0; k < m_graph.node(id).outputs.size(); ++k)
                for (const bool nan : {true, false})
                    if (const auto element = firstBirth(id, k, nan); element && out.size() < mostBirths) {
                        out.push_back({nan, m_graph.node(id).layer, id, *element, seen(outputOf(id, k))->shape, {}});
                        m_outputs.push_back(k);
                    }
        explain(out);
        return out;
    }

private:
    ValueId outputOf(NodeId id, std::size_t k) const { return m_graph.node(id).outputs[k]; }
    const SeenValue* seen(ValueId id) const { return m_marks->find(id); }

    std::vector<bool> valuesOf(const std::vector<NodeId>& nodes) const {
        std::vector<bool> out(m_graph.values().size(), false);
        for (const auto id : nodes) {
            for (const auto input : m_graph.node(id).inputs)
                if (input.isValid() && !m_graph.value(input).isConstant())
                    out[input.index] = true;
            for (const auto output : m_graph.node(id).outputs)
                out[output.index] = true;
        }
        return out;
    }

    /// A node's operands as its dependency rule takes them. Elements of activations only where they were kept.
    struct Operands {
        std::vector<ValueType> types, outputs;
        std::vector<const ValueType*> inputs;
        std::vector<Tensor> tensors;
        std::vector<const Tensor*> elements;
    };
    Operands operandsOf(NodeId id) const {
        const auto& node = m_graph.node(id);
        Operands out;
        out.types.resize(node.inputs.size());
        out.tensors.resize(node.inputs.size());
        out.inputs.resize(node.inputs.size(), nullptr);
        out.elements.resize(node.inputs.size(), nullptr);
        for (std::size_t i = 0; i < node.inputs.size(); ++i) {
            if (!node.inputs[i].isValid())
                continue;
            const auto& value = m_graph.value(node.inputs[i]);
            if (value.isConstant()) {
                out.tensors[i] = value.constant;
                out.types[i] = {value.constant.dtype(), toDims(value.constant.shape())};
            } else if (const auto* activation = seen(node.inputs[i])) {
                out.tensors[i] = activation->elements;
                out.types[i] = {activation->dtype, toDims(activation->shape)};
            } else {
                continue;
            }
            out.inputs[i] = &out.types[i];
            out.elements[i] = out.tensors[i].isNull() ? nullptr : &out.tensors[i];
        }
        for (const auto output : node.outputs) {
            const auto* made = seen(output);
            out.outputs.push_back(made ? ValueType{made->dtype, toDims(made->shape)} : ValueType{});
        }
        return out;
    }

    std::vector<ElementOrigin> origins(NodeId id, const Operands& operands, std::size_t output,
                                       std::int64_t element) const {
        const auto& node = m_graph.node(id);
        const auto* op = findOp(node.op);
        return op ? originsOf(*op, {node.attributes, operands.inputs, operands.elements, operands.outputs, output,
                                    element, mostOrigins})
                  : std::vector<ElementOrigin>();
    }

    bool toldOfWeights(LayerId layer) {
        const auto [at, fresh] = m_told.try_emplace(layer.index, false);
        if (fresh)
            at->second = isToldOfWeights(m_graph, layer);
        return at->second;
    }

    /// NaN and infinities of a constant: looked for once.
    std::pair<std::int64_t, std::int64_t> badIn(ValueId id) {
        const auto [at, fresh] = m_bad.try_emplace(id.index, 0, 0);
        const auto& constant = m_graph.value(id).constant;
        if (fresh && isFloat(constant.dtype())) {
            const auto statistics = statisticsOf(constant, HistogramWanted::no);
            at->second = {statistics.nan, statistics.infinite()};
        }
        return at->second;
    }

    /// What the element of an operand hands on. A NaN among the graph's own numbers that no weight of the file shows is
    /// no inheritance: nothing else tells of it.
    bool handsOn(ValueId id, std::int64_t element, bool nan) {
        const auto& value = m_graph.value(id);
        if (value.isConstant()) {
            if (!isFloat(value.constant.dtype()) || element >= value.constant.elements())
                return false;
            const double x = value.constant.flat(element);
            return std::isnan(x) ? !nan || toldOfWeights(value.layer) : !nan && std::isinf(x);
        }
        const auto* activation = seen(id);
        return activation && (activation->nan.contains(element) || (!nan && activation->infinite.contains(element)));
    }
    bool mayHandOn(ValueId id, bool nan) {
        const auto& value = m_graph.value(id);
        if (value.isConstant()) {
            const auto [nans, infinities] = badIn(id);
            return nan ? nans > 0 && toldOfWeights(value.layer) : nans + infinities > 0;
        }
        const auto* activation = seen(id);
        return activation && !(activation->nan.isEmpty() && (nan || activation->infinite.isEmpty()));
    }

    /// What only moves elements bears none, unless the elements are the graph's own.
    bool bears(const Node& node, bool nan) {
        const auto* op = findOp(node.op);
        if (!op || op->nan != NanRule::selects)
            return op != nullptr;
        return nan && std::ranges::any_of(node.inputs, [&](ValueId id) {
                   return id.isValid() && m_graph.value(id).isConstant() && badIn(id).first > 0;
               });
    }

    std::optional<std::int64_t> firstBirth(NodeId id, std::size_t output, bool nan) {
        const auto& node = m_graph.node(id);
        const auto* made = seen(node.outputs[output]);
        if (!made || !bears(node, nan))
            return std::nullopt;
        const auto& candidates = nan ? made->nan : made->infinite;
        if (candidates.isEmpty())
            return std::nullopt;
        std::vector<std::size_t> heirs;
        for (std::size_t i = 0; i < node.inputs.size(); ++i)
            if (node.inputs[i].isValid() && mayHandOn(node.inputs[i], nan))
                heirs.push_back(i);
        const auto operands = operandsOf(id);
        std::optional<std::int64_t> found;
        auto visits = m_visitsEach;
        const auto isBorn = [&](std::int64_t element) {
            if (heirs.empty())
                return true;
            const auto from = origins(id, operands, output, element);
            visits -= static_cast<std::int64_t>(from.size()) + 16;
            return !from.empty() && std::ranges::none_of(from, [&](const ElementOrigin& origin) {
                return handsOn(node.inputs[origin.input], origin.element, nan);
            });
        };
        // Rows that no operand spoils first: there the first look finds it, where the others all inherit.
        const auto dirty = dirtyRows(node, heirs, *made, nan);
        const auto row = rowOf(made->shape);
        for (const bool clean : {true, false})
            candidates.forEach([&](std::int64_t element) {
                const auto at = static_cast<std::size_t>(element / row);
                if (found || clean == (at < dirty.size() && dirty[at]))
                    return !found;
                if (isBorn(element))
                    found = element;
                return !found && visits > 0;
            });
        if (found && !nan && origins(id, operands, output, *found).empty())
            return std::nullopt; // of nothing: the least of an empty window
        return found;
    }

    /// By index on axis 0, where all operands that hand something on have it in common with the result.
    std::vector<bool> dirtyRows(const Node& node, const std::vector<std::size_t>& heirs, const SeenValue& made,
                                bool nan) const {
        if (heirs.empty() || made.shape.rank() < 2)
            return {};
        std::vector<bool> out(static_cast<std::size_t>(made.shape[0]), false);
        for (const auto i : heirs) {
            const auto* operand = m_graph.value(node.inputs[i]).isConstant() ? nullptr : seen(node.inputs[i]);
            if (!operand || operand->shape.rank() != made.shape.rank() || operand->shape[0] != made.shape[0])
                return {};
            const auto each = rowOf(operand->shape);
            const auto spoil = [&](std::int64_t element) {
                out[static_cast<std::size_t>(element / each)] = true;
                return true;
            };
            operand->nan.forEach(spoil);
            if (!nan)
                operand->infinite.forEach(spoil);
        }
        return out;
    }

    /// The operands' elements, from another run where the first had no room for them.
    void explain(std::vector<Birth>& births) {
        std::vector<bool> missing(m_graph.values().size(), false);
        for (const auto& birth : births) {
            const auto& node = m_graph.node(birth.node);
            for (const auto input : node.inputs)
                if (input.isValid() && !m_graph.value(input).isConstant())
                    missing[input.index] = !seen(input) || seen(input)->elements.isNull();
        }
        NonFiniteMarks rest(missing, std::numeric_limits<std::uint64_t>::max());
        if (std::ranges::any_of(missing, std::identity()) && !m_context.runAgain(rest))
            return;
        for (std::size_t b = 0; b < births.size(); ++b) {
            auto& birth = births[b];
            const auto& node = m_graph.node(birth.node);
            const auto output = outputOf(birth.node, m_outputs[b]);
            auto operands = operandsOf(birth.node);
            for (std::size_t i = 0; i < node.inputs.size(); ++i)
                if (const auto* found = node.inputs[i].isValid() ? rest.find(node.inputs[i]) : nullptr) {
                    operands.tensors[i] = found->elements;
                    operands.elements[i] = &operands.tensors[i];
                }
            BirthOperation operation{node, 0, {}, 0, m_context.configuration.batchStatistics};
            operation.largest = largestOf(seen(output)->dtype, m_context.configuration.precision);
            operation.result = birth.isNan ? std::nan("") : signOf(output, birth.element);
            for (const auto& origin : origins(birth.node, operands, m_outputs[b], birth.element))
                if (origin.input < operands.tensors.size() && !operands.tensors[origin.input].isNull() &&
                    origin.element < operands.tensors[origin.input].elements())
                    operation.operands.push_back({operands.tensors[origin.input].flat(origin.element),
                                                  operandName(m_graph, node.inputs[origin.input], node.layer),
                                                  origin.input, origin.element});
            birth.cause = birthCause(operation);
        }
    }

    double signOf(ValueId output, std::int64_t element) const {
        const auto& made = seen(output)->elements;
        return made.isNull() ? HUGE_VAL : made.flat(element);
    }

    const Context& m_context;
    const Graph& m_graph;
    std::vector<bool> m_suspects; ///< by LayerId
    const NonFiniteMarks* m_marks = nullptr;
    std::map<std::uint32_t, bool> m_told;                                 ///< by LayerId: nan-in-weights speaks of it
    std::map<std::uint32_t, std::pair<std::int64_t, std::int64_t>> m_bad; ///< by ValueId, of constants
    std::int64_t m_visitsEach = 0;
    std::vector<std::size_t> m_outputs; ///< of each birth
};

} // namespace

bool Birth::takesInfinity() const {
    return std::ranges::any_of(cause.operands, [](const BirthOperand& o) { return std::isinf(o.value); });
}

std::string operandName(const Graph& graph, ValueId id, LayerId reader) {
    const auto& value = graph.value(id);
    const auto layerName = value.layer.isValid() ? graph.layer(value.layer).name : std::string();
    if (value.isConstant()) {
        auto name = value.name;
        if (!layerName.empty() && name.starts_with(layerName + "/"))
            name = name.substr(layerName.size() + 1);
        return name.starts_with("constant_") ? "constant" : name;
    }
    if (!value.producer.isValid())
        return value.name;
    const auto& producer = graph.node(value.producer);
    if (producer.layer.isValid() && producer.layer != reader)
        return graph.layer(producer.layer).name;
    return "its " + producer.op;
}

std::vector<Birth> birthsOf(const Context& context) {
    return context.attempt.trace && context.runAgain ? Search(context).run() : std::vector<Birth>();
}

} // namespace plumbline
