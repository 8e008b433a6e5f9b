#pragma once
// The graph the engine runs: flat tables of values, nodes and layers, joined by ids. Front ends fill it through the add
// functions; afterwards it is shared as `std::shared_ptr<const Model>` and never changes.
//
//   layer ──owns──> nodes ──inputs/outputs──> values <──constant── weights
//
// A value has one producer (a node), or is a graph input, a carried state or a constant. A layer is what the user's own
// code calls so; it lowers to one or more nodes. A nested model is a layer of its own (`outer`), its children have it
// as `parent`. A layer called again is another row (`name@1`) with the same weights. Rows stand in the source's order.

#include "core/base/ids.h"
#include "core/graph/attributes.h"
#include "core/graph/dim.h"

#include <deque>
#include <memory>
#include <optional>
#include <span>

namespace plumbline {

struct ValueType {
    DType dtype = DType::float32;
    Dims shape;
    friend bool operator==(const ValueType&, const ValueType&) = default;
};

struct Value {
    std::string name;
    std::optional<ValueType> type; ///< nothing where inference could not pass (below an unsupported layer)
    NodeId producer;               ///< invalid for inputs and constants
    LayerId layer;                 ///< the layer that made it, or whose weight it is
    Tensor constant;               ///< null unless a constant
    bool isConstant() const { return !constant.isNull(); }
};

/// One op. `op` is ONNX's operator name; the attribute `channels_last` (1) says that images are (n, h, w, c), and then
/// weights still have ONNX's own layout. An invalid id among `inputs` is an optional input left out.
struct Node {
    std::string op;
    std::string name;
    std::vector<ValueId> inputs;
    std::vector<ValueId> outputs;
    Attributes attributes;
    LayerId layer;
};

/// A variable of a layer as its framework names and shapes it (Keras: kernel (kh, kw, in, out)). `stored` is what the
/// file holds, for the weights' views and rules; the engine's own layout is among the graph's constants.
struct LayerWeight {
    std::string name; ///< short: "kernel"
    Tensor stored;    ///< null where the file has no values for it
    Shape shape;
    DType dtype = DType::float32;
    bool trainable = true;
};

/// Why a layer cannot be run.
struct LayerProblem {
    enum class Kind { unsupported, custom, weightsMissing, weightsShape, shape } kind = Kind::unsupported;
    Error error;
};

struct Layer {
    std::string name;         ///< "conv", nested "outer/inner", called again "name@1"
    std::string type;         ///< the source's class: "Dense", "LSTM", "Functional"
    LayerId parent;           ///< the nested model it stands in, invalid at the top
    bool isContainer = false; ///< a nested model: its rows follow
    bool isInput = false;
    std::vector<NodeId> nodes;
    std::vector<ValueId> inputs;  ///< activations only, no weights
    std::vector<ValueId> outputs; ///< in the source's layout
    std::vector<LayerWeight> weights;
    Attributes attributes;       ///< the source's own settings, for people
    std::int64_t parameters = 0; ///< elements of its own weights; a container's are its children's, not counted here
    std::vector<Dims> expectedShapes; ///< one an output, from the model alone (batch unknown)
    std::optional<LayerProblem> problem;
    bool channelsLast = true; ///< how its images are laid out, where they are
};

/// What a stateful layer keeps from one batch of a prediction to the next. The first batch begins with zeros.
struct CarriedState {
    ValueId value; ///< read as an input is: of a concrete type, without a producer
    ValueId next;  ///< what the next batch begins with
};

class Graph {
public:
    LayerId addLayer(Layer layer);
    ValueId addInput(std::string name, ValueType type, LayerId layer);
    ValueId addConstant(std::string name, Tensor constant, LayerId layer);
    ValueId addState(std::string name, ValueType type, LayerId layer);
    void setNext(ValueId state, ValueId next);
    /// Adds a node with `outputCount` fresh values (their types come from inference). Values are named after
    /// the node, the second and later ones with ":1", ":2", …
    NodeId addNode(LayerId layer, std::string op, std::vector<ValueId> inputs, Attributes attributes = {},
                   std::size_t outputCount = 1, std::string name = {});
    /// The usual case: one output.
    ValueId add(LayerId layer, std::string op, std::vector<ValueId> inputs, Attributes attributes = {});
    void setOutputs(std::vector<ValueId> outputs, std::vector<std::string> names);

    const Value& value(ValueId id) const { return m_values[id.index]; }
    Value& value(ValueId id) { return m_values[id.index]; }
    const Node& node(NodeId id) const { return m_nodes[id.index]; }
    Node& node(NodeId id) { return m_nodes[id.index]; }
    const Layer& layer(LayerId id) const { return m_layers[id.index]; }
    Layer& layer(LayerId id) { return m_layers[id.index]; }
    const std::deque<Value>& values() const { return m_values; }
    const std::vector<Node>& nodes() const { return m_nodes; }
    const std::vector<Layer>& layers() const { return m_layers; }

    const std::vector<ValueId>& inputs() const { return m_inputs; }
    const std::vector<ValueId>& outputs() const { return m_outputs; }
    const std::vector<std::string>& outputNames() const { return m_outputNames; }
    const std::vector<CarriedState>& states() const { return m_states; }
    /// What outlives a run: the outputs, then what each state becomes.
    std::vector<ValueId> lasting() const;
    std::optional<LayerId> findLayer(std::string_view name) const;

    /// Nodes in an order in which every input stands before its use. An error names a node on a cycle.
    Result<std::vector<NodeId>> executionOrder() const;
    /// For every value the nodes that read it.
    std::vector<std::vector<NodeId>> consumers() const;

private:
    std::deque<Value> m_values; ///< a reference to a value holds while others are added
    std::vector<Node> m_nodes;
    std::vector<Layer> m_layers;
    std::vector<ValueId> m_inputs;
    std::vector<ValueId> m_outputs;
    std::vector<std::string> m_outputNames;
    std::vector<CarriedState> m_states;
};

/// What was loaded.
struct Model {
    Graph graph;
    std::string path;
    std::string format;              ///< "keras-h5", "keras-v3", "keras-json", "onnx", "savedmodel"
    std::string producer;            ///< "Keras 2.13.1"
    std::vector<Error> notes;        ///< what was odd but did not stop the load, for people
    std::int64_t parameters() const; ///< elements of all weights, a shared layer counted once
    /// Layers of the user's view that are neither inputs nor containers.
    std::int64_t layerCount() const;
    bool hasWeights = true; ///< false for an architecture alone
};

} // namespace plumbline
