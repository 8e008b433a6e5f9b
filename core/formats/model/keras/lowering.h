#pragma once
// What a layer's lowering works with: its settings, its input values with their types, its weights, and the graph that
// it adds ops to. Types are inferred as nodes are added, so a lowering may ask for the shape of anything it has made.

#include "core/formats/model/keras/instance.h"
#include "core/formats/model/keras/policy.h"
#include "core/formats/model/keras/settings.h"

#include <functional>

namespace plumbline::keras {

using Values = std::vector<ValueId>;

class Lowering {
public:
    Lowering(Graph& graph, LayerId row, LayerInstance& layer, const Writer& writer, Values inputs, nlohmann::json args,
             nlohmann::json kwargs, Values tensors);

    const Settings& settings() const { return m_settings; }
    const LayerConfig& config() const { return m_layer.config; }
    LayerInstance& layer() { return m_layer; }
    const Writer& writer() const { return m_writer; }
    const Policy& policy() const { return m_policy; }
    Graph& graph() { return m_graph; }
    LayerId row() const { return m_row; }

    const Values& inputs() const { return m_inputs; } ///< tensors of the positional arguments, in order
    ValueId input(std::size_t i = 0) const { return m_inputs[i]; }
    /// The tensor of a keyword argument (`initial_state`, `mask`); invalid where it is not given.
    ValueId keyword(const char* name) const;
    const nlohmann::json& args() const { return m_args; } ///< for operations; tensors as {"$tensor": i}
    const nlohmann::json& kwargs() const { return m_kwargs; }
    ValueId tensor(std::size_t i) const { return m_tensors[i]; }

    /// Types as inferred; an unknown one is null.
    const ValueType* type(ValueId value) const;
    std::size_t rank(ValueId value) const; ///< only for a value whose type is known, as all inputs' are
    const Dims& dims(ValueId value) const;
    std::optional<std::int64_t> extent(ValueId value, std::size_t axis) const; ///< where known
    /// An axis counted from the end made one from the start.
    Result<std::size_t> axis(ValueId value, std::int64_t axis) const;
    bool channelsLast() const; ///< data_format, by default channels_last

    ValueId add(std::string op, Values inputs, Attributes attributes = {});
    Values addMany(std::string op, Values inputs, Attributes attributes, std::size_t outputs);
    ValueId constant(const Tensor& tensor);
    ValueId integers(const std::vector<std::int64_t>& values); ///< an int64 vector
    ValueId scalar(double value);                              ///< of the compute type, rank 0
    ValueId scalarLike(double value, ValueId like);            ///< of the type of `like`

    // Shorthands for what several lowerings need.
    ValueId reshape(ValueId value, const std::vector<std::int64_t>& shape); ///< 0 copies an extent, -1 is inferred
    ValueId transpose(ValueId value, const std::vector<std::int64_t>& permutation);
    ValueId squeeze(ValueId value, std::int64_t axis);
    ValueId unsqueeze(ValueId value, std::int64_t axis);
    ValueId cast(ValueId value, DType dtype); ///< itself where it has the type
    ValueId castFloat(ValueId value);         ///< a floating-point value to the compute type, others as they are
    /// For a shape that inference cannot follow (a computed target), where the lowering knows it.
    void setType(ValueId value, ValueType type) { m_graph.value(value).type = std::move(type); }

    bool hasWeight(const std::string& name) const { return m_layer.weight(name) != nullptr; }
    /// A weight in Keras's layout as float32, of a float64 layer as float64. `expected` is what the input and the
    /// settings ask for, unknown extents as symbols. Where the file has no values: zeros of the expected shape, and
    /// missingWeight() says so. A wrong shape is an error.
    Result<Tensor> weight(const std::string& name, const Dims& expected);
    /// The same as a constant of the graph, made once however often the layer is called, in the compute type or
    /// another.
    Result<ValueId> weightValue(const std::string& name, const Dims& expected, std::optional<DType> dtype = {});
    /// A constant made from weights, once, cast to the compute type or another. `key` is unique in the layer.
    ValueId shared(const std::string& key, const std::function<Tensor()>& make, std::optional<DType> dtype = {});
    DType weightType() const { return m_policy.wide(); } ///< what weight() gives
    const std::optional<Error>& missingWeight() const { return m_missing; }
    /// A setting that could not be read, here or in a wrapped layer.
    std::optional<Error> problem() const { return m_settings.problem() ? m_settings.problem() : m_childProblem; }
    const std::optional<Error>& typeError() const { return m_typeError; } ///< the first op that inference refused

    /// Lowers a wrapped layer on `inputs`, its nodes in this layer's row; a wrapped model's layers become rows below
    /// it.
    Result<Values> lowerChild(LayerInstance& child, Values inputs);
    /// A wrapped layer's own view, for a wrapper that needs more than its outputs. End it with take().
    Lowering inner(LayerInstance& child, Values inputs);
    void take(const Lowering& inner); ///< its problems become this layer's
    /// How a model is brought into the graph below a row: the importer's own way, lent to wrappers.
    using ModelImport = std::function<Result<Values>(LayerInstance& model, LayerId row, const Values& inputs)>;
    void setModelImport(ModelImport import) { m_import = std::move(import); }

    /// "Layer {layer} ({class}): …" with what it cannot do, for an option that is not supported.
    std::unexpected<Error> unsupported(std::string what) const;
    std::unexpected<Error> custom(std::string what) const;
    std::unexpected<Error> wrongShape(std::string what) const;
    std::string who() const; ///< "Layer conv (Conv2D)"

private:
    void infer(NodeId node);

    Graph& m_graph;
    LayerId m_row;
    LayerInstance& m_layer;
    const Writer& m_writer;
    Settings m_settings;
    Policy m_policy;
    Values m_inputs;
    nlohmann::json m_args, m_kwargs;
    Values m_tensors;
    ModelImport m_import;
    std::optional<Error> m_missing;
    std::optional<Error> m_typeError;
    std::optional<Error> m_childProblem;
};

/// One layer's lowering: its output values, in Keras's order. Errors become the layer's LayerProblem.
using LowerFunction = Result<Values> (*)(Lowering&);

/// A permuted copy, row-major: how weights change from Keras's layouts to ONNX's.
Tensor permuted(const Tensor& tensor, std::initializer_list<std::size_t> permutation);
Tensor reshapedTo(const Tensor& tensor, Shape shape);

} // namespace plumbline::keras
