#pragma once
// Types of all values, node by node. Where the inputs' shapes are concrete, small computed tensors that shapes depend
// on (Shape -> Gather -> Concat -> Reshape) are computed on the way, so that most "dynamic" shapes are known before a
// run.

#include "core/engine/executor.h"
#include "core/ops/op.h"

namespace plumbline {

class Inference {
public:
    Inference(const Graph& graph, std::span<const ValueType> inputs);

    /// The types of a node's outputs, kept for its readers. `folding`: compute small tensors of known operands.
    Result<void> infer(NodeId node, bool folding);

    const std::optional<ValueType>& type(ValueId value) const { return m_types[value.index]; }
    /// The elements where they are known without running: constants and what follows from them and from shapes. Else
    /// null.
    const Tensor& known(ValueId value) const;
    bool inputsTyped(NodeId node) const;
    std::vector<ValueType> operands(NodeId node) const;
    std::vector<std::optional<ValueType>> takeTypes() { return std::move(m_types); }

private:
    void fold(const Node& node, const OpDefinition& op);

    const Graph& m_graph;
    std::vector<std::optional<ValueType>> m_types;
    std::vector<Tensor> m_known; ///< beside the graph's constants
};

/// The shape of a concrete type, its size in bytes checked for overflow. An error has the id "element-overflow".
Result<Shape> concreteShape(const ValueType& type);
bool isConcrete(const ValueType& type);
/// Why a node cannot run whatever its shapes: its layer's problem, or an op the engine does not have.
std::optional<Error> problemOf(const Graph& graph, NodeId node);
/// An error with its layer named.
Error inLayer(Error error, const Graph& graph, LayerId layer);

} // namespace plumbline
