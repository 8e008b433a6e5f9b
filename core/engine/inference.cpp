#include "core/engine/inference.h"

#include "core/base/checked.h"

#include <algorithm>

namespace plumbline {

namespace {

/// Larger results are left to the run, which has a memory plan.
constexpr std::int64_t foldedBytes = 64 << 20;

std::optional<Tensor> shapeTensor(const Node& node, const ValueType& type) {
    const auto shape = toShape(type.shape);
    if (!shape)
        return std::nullopt;
    const auto rank = static_cast<std::int64_t>(shape->rank());
    const auto bound = [&](std::int64_t axis) {
        return std::clamp<std::int64_t>(axis < 0 ? axis + rank : axis, 0, rank);
    };
    const auto begin = bound(node.attributes.integer("start", 0));
    const auto end = std::max(begin, bound(node.attributes.integer("end", rank)));
    const std::vector<std::int64_t> extents(shape->begin() + begin, shape->begin() + end);
    return Tensor::of<std::int64_t>({end - begin}, std::span(extents));
}

} // namespace

bool isConcrete(const ValueType& type) {
    return std::all_of(type.shape.begin(), type.shape.end(), [](const Dim& dim) { return dim.isKnown(); });
}

Result<Shape> concreteShape(const ValueType& type) {
    auto shape = toShape(type.shape);
    if (!shape)
        return failure(ErrorCode::internal, "shape.unknown", "The shape {shape} is not known before the run.",
                       {{"shape", dimsText(type.shape)}});
    const auto elements = shape->checkedElements();
    const auto bytes =
        elements ? checkedMultiply(*elements, static_cast<std::int64_t>(itemSize(type.dtype))) : std::nullopt;
    if (!bytes || *bytes > (std::int64_t{1} << 62))
        return failure(ErrorCode::tooLarge, "element-overflow",
                       "An array of shape {shape} has more elements than can be counted.", {{"shape", shape->text()}});
    return std::move(*shape);
}

Error inLayer(Error error, const Graph& graph, LayerId layer) {
    if (error.layer.empty() && layer.isValid())
        error.layer = graph.layer(layer).name;
    return error;
}

std::optional<Error> problemOf(const Graph& graph, NodeId id) {
    const auto& node = graph.node(id);
    if (node.layer.isValid() && graph.layer(node.layer).problem)
        return inLayer(graph.layer(node.layer).problem->error, graph, node.layer);
    if (findOp(node.op))
        return std::nullopt;
    Error error = failure(ErrorCode::unsupported, "unsupported-op",
                          "{node} is the operation {op}, which this program does not have.",
                          {{"node", node.name}, {"op", node.op}})
                      .error();
    return inLayer(std::move(error), graph, node.layer);
}

Inference::Inference(const Graph& graph, std::span<const ValueType> inputs)
    : m_graph(graph), m_types(graph.values().size()), m_known(graph.values().size()) {
    for (std::size_t i = 0; i < graph.values().size(); ++i)
        if (const auto& value = graph.values()[i]; value.isConstant())
            m_types[i] = ValueType{value.constant.dtype(), toDims(value.constant.shape())};
    for (const auto& state : graph.states())
        m_types[state.value.index] = graph.value(state.value).type;
    for (std::size_t i = 0; i < std::min(inputs.size(), graph.inputs().size()); ++i)
        m_types[graph.inputs()[i].index] = inputs[i];
}

const Tensor& Inference::known(ValueId value) const {
    const auto& stored = m_graph.value(value).constant;
    return stored.isNull() ? m_known[value.index] : stored;
}

bool Inference::inputsTyped(NodeId node) const {
    const auto& inputs = m_graph.node(node).inputs;
    return std::all_of(inputs.begin(), inputs.end(),
                       [&](ValueId v) { return !v.isValid() || m_types[v.index].has_value(); });
}

std::vector<ValueType> Inference::operands(NodeId node) const {
    std::vector<ValueType> out;
    for (const auto input : m_graph.node(node).inputs)
        if (input.isValid() && m_types[input.index])
            out.push_back(*m_types[input.index]);
    return out;
}

Result<void> Inference::infer(NodeId id, bool folding) {
    if (auto problem = problemOf(m_graph, id))
        return std::unexpected(std::move(*problem));
    const auto& node = m_graph.node(id);
    const auto& op = *findOp(node.op);
    std::vector<const ValueType*> inputs;
    std::vector<const Tensor*> constants;
    for (const auto input : node.inputs) {
        inputs.push_back(input.isValid() ? &*m_types[input.index] : nullptr);
        constants.push_back(input.isValid() && !known(input).isNull() ? &known(input) : nullptr);
    }
    auto types = op.shape(ShapeContext{node.attributes, inputs, constants});
    if (!types)
        return std::unexpected(inLayer(std::move(types).error(), m_graph, node.layer));
    for (std::size_t i = 0; i < std::min(types->size(), node.outputs.size()); ++i) {
        if (isConcrete((*types)[i]))
            if (auto shape = concreteShape((*types)[i]); !shape)
                return std::unexpected(inLayer(std::move(shape).error(), m_graph, node.layer));
        m_types[node.outputs[i].index] = std::move((*types)[i]);
    }
    if (folding)
        fold(node, op);
    return {};
}

void Inference::fold(const Node& node, const OpDefinition& op) {
    if (node.op == "Shape") {
        if (auto shape = shapeTensor(node, *m_types[node.inputs.front().index]))
            m_known[node.outputs.front().index] = std::move(*shape);
        return;
    }
    if (node.op.starts_with("Random") || !op.reference)
        return;
    std::vector<Tensor> inputs;
    for (const auto input : node.inputs) {
        if (input.isValid() && known(input).isNull())
            return;
        auto dense = input.isValid() ? known(input).contiguous() : Result<Tensor>(Tensor());
        if (!dense)
            return;
        inputs.push_back(std::move(*dense));
    }
    std::vector<ValueType> outputs;
    for (const auto output : node.outputs) {
        const auto& type = m_types[output.index];
        if (!type || !isConcrete(*type))
            return;
        const auto shape = concreteShape(*type);
        if (!shape || shape->elements() * static_cast<std::int64_t>(itemSize(type->dtype)) > foldedBytes)
            return;
        outputs.push_back(*type);
    }
    // What fails here fails again in the run, at its place and with its layer.
    auto results = op.reference(KernelContext{node.attributes, inputs, outputs});
    if (results)
        for (std::size_t i = 0; i < std::min(results->size(), node.outputs.size()); ++i)
            m_known[node.outputs[i].index] = std::move((*results)[i]);
}

InferenceResult inferTypes(const Graph& graph, std::span<const ValueType> inputs) {
    InferenceResult out;
    Inference inference(graph, inputs);
    const auto order = graph.executionOrder();
    if (!order) {
        out.failure = RunFailure{order.error(), {}, {}, {}};
        out.types = inference.takeTypes();
        return out;
    }
    for (const auto node : *order) {
        if (!inference.inputsTyped(node))
            continue; // below a node that refused
        if (auto done = inference.infer(node, true); !done && !out.failure)
            out.failure = RunFailure{std::move(done).error(), graph.node(node).layer, node, inference.operands(node)};
    }
    out.types = inference.takeTypes();
    return out;
}

void inferDeclaredTypes(Graph& graph) {
    std::vector<ValueType> inputs;
    for (const auto input : graph.inputs())
        inputs.push_back(graph.value(input).type.value_or(ValueType{}));
    auto result = inferTypes(graph, inputs);
    for (std::size_t i = 0; i < result.types.size(); ++i)
        graph.value(ValueId(i)).type = std::move(result.types[i]);
    for (std::size_t i = 0; i < graph.layers().size(); ++i) {
        auto& layer = graph.layer(LayerId(i));
        std::vector<Dims> shapes;
        for (const auto output : layer.outputs)
            if (const auto& type = graph.value(output).type)
                shapes.push_back(type->shape);
        if (shapes.size() == layer.outputs.size())
            layer.expectedShapes = std::move(shapes);
    }
}

} // namespace plumbline
