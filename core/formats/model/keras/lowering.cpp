#include "core/formats/model/keras/lowering.h"

#include "core/formats/model/keras/layers/table.h"
#include "core/ops/op.h"

#include <algorithm>

namespace plumbline::keras {

using nlohmann::json;

Lowering::Lowering(Graph& graph, LayerId row, LayerInstance& layer, const Writer& writer, Values inputs, json args,
                   json kwargs, Values tensors)
    : m_graph(graph), m_row(row), m_layer(layer), m_writer(writer), m_settings(layer.config.config),
      m_inputs(std::move(inputs)), m_args(std::move(args)), m_kwargs(std::move(kwargs)), m_tensors(std::move(tensors)) {
    if (auto policy = policyOf(layer.config))
        m_policy = std::move(*policy);
    else
        m_childProblem = policy.error();
}

ValueId Lowering::keyword(const char* name) const {
    const auto it = m_kwargs.find(name);
    const auto index = it == m_kwargs.end() ? std::nullopt : tensorIndex(*it);
    return index && *index < m_tensors.size() ? m_tensors[*index] : ValueId();
}

const ValueType* Lowering::type(ValueId value) const {
    const auto& found = m_graph.value(value).type;
    return found ? &*found : nullptr;
}

const Dims& Lowering::dims(ValueId value) const {
    static const Dims none;
    const auto* found = type(value);
    return found ? found->shape : none;
}

std::size_t Lowering::rank(ValueId value) const { return dims(value).size(); }

std::optional<std::int64_t> Lowering::extent(ValueId value, std::size_t axis) const {
    const auto& shape = dims(value);
    return axis < shape.size() ? shape[axis].known() : std::nullopt;
}

Result<std::size_t> Lowering::axis(ValueId value, std::int64_t wanted) const {
    const auto count = static_cast<std::int64_t>(rank(value));
    if (wanted < -count || wanted >= count)
        return wrongShape("axis " + std::to_string(wanted) + " does not exist in its input " + dimsText(dims(value)));
    return static_cast<std::size_t>(wanted < 0 ? wanted + count : wanted);
}

bool Lowering::channelsLast() const { return !m_settings.isSecond("data_format", "channels_last", "channels_first"); }

void Lowering::infer(NodeId id) {
    const auto& node = m_graph.node(id);
    const auto* op = findOp(node.op);
    if (!op)
        return;
    std::vector<const ValueType*> types;
    std::vector<const Tensor*> constants;
    for (const auto input : node.inputs) {
        const bool given = input.isValid();
        types.push_back(given ? type(input) : nullptr);
        constants.push_back(given && m_graph.value(input).isConstant() ? &m_graph.value(input).constant : nullptr);
        if (given && !types.back())
            return; // below an unsupported layer
    }
    auto inferred = op->shape({node.attributes, types, constants});
    if (!inferred) {
        if (!m_typeError)
            m_typeError = std::move(inferred).error();
        return;
    }
    for (std::size_t i = 0; i < node.outputs.size() && i < inferred->size(); ++i)
        m_graph.value(node.outputs[i]).type = std::move((*inferred)[i]);
}

Values Lowering::addMany(std::string op, Values inputs, Attributes attributes, std::size_t outputs) {
    const auto id = m_graph.addNode(m_row, std::move(op), std::move(inputs), std::move(attributes), outputs);
    infer(id);
    return m_graph.node(id).outputs;
}

ValueId Lowering::add(std::string op, Values inputs, Attributes attributes) {
    return addMany(std::move(op), std::move(inputs), std::move(attributes), 1).front();
}

ValueId Lowering::constant(const Tensor& tensor) {
    return m_graph.addConstant(m_graph.layer(m_row).name + "/constant_" + std::to_string(m_graph.values().size()),
                               tensor, m_row);
}

ValueId Lowering::integers(const std::vector<std::int64_t>& values) {
    return constant(Tensor::of<std::int64_t>({static_cast<std::int64_t>(values.size())}, values));
}

ValueId Lowering::scalar(double value) {
    const auto number = Tensor::of<double>({}, {value});
    return constant(number.cast(m_policy.compute).value_or(number));
}

ValueId Lowering::scalarLike(double value, ValueId like) {
    const auto* found = type(like);
    const auto number = Tensor::of<double>({}, {value});
    const auto cast = number.cast(found ? found->dtype : DType::float32);
    return constant(cast ? *cast : number);
}

ValueId Lowering::reshape(ValueId value, const std::vector<std::int64_t>& shape) {
    return add("Reshape", {value, integers(shape)});
}

ValueId Lowering::transpose(ValueId value, const std::vector<std::int64_t>& permutation) {
    Attributes attributes;
    attributes.set("perm", permutation);
    return add("Transpose", {value}, std::move(attributes));
}

ValueId Lowering::squeeze(ValueId value, std::int64_t axis) { return add("Squeeze", {value, integers({axis})}); }
ValueId Lowering::unsqueeze(ValueId value, std::int64_t axis) { return add("Unsqueeze", {value, integers({axis})}); }

ValueId Lowering::cast(ValueId value, DType dtype) {
    const auto* found = type(value);
    if (found && found->dtype == dtype)
        return value;
    // ONNX's numbers of element types (TensorProto.DataType).
    static constexpr std::int64_t number[] = {9, 3, 2, 5, 4, 6, 12, 7, 13, 10, 16, 1, 11};
    Attributes attributes;
    attributes.set("to", number[static_cast<std::size_t>(dtype)]);
    return add("Cast", {value}, std::move(attributes));
}

ValueId Lowering::castFloat(ValueId value) {
    const auto* found = type(value);
    return found && isFloat(found->dtype) ? cast(value, m_policy.compute) : value;
}

Result<Tensor> Lowering::weight(const std::string& name, const Dims& expected) {
    const auto* found = m_layer.weight(name);
    if (!found)
        return failure(ErrorCode::internal, "keras.weight", "{who} has no variable {weight}.",
                       {{"who", who()}, {"weight", name}});
    const auto shape = toShape(expected);
    if (shape &&
        (std::ranges::any_of(*shape, [](std::int64_t extent) { return extent < 0; }) || !shape->checkedElements()))
        return unsupported("its settings ask for a weight " + name + " of shape " + dimsText(expected) +
                           ", and no array has that shape");
    if (found->stored.isNull()) {
        auto error =
            failure(ErrorCode::cannotRead, "weights-missing",
                    "{who} has no values for its weight {weight}: the file holds none for it. Give the weights file "
                    "{--weights}, or save the model with its weights.",
                    {{"who", who()}, {"weight", name}});
        error.error().layer = m_graph.layer(m_row).name;
        if (!m_missing)
            m_missing = error.error();
        const auto storage = Storage::allocate(64);
        if (!shape || !storage)
            return error;
        std::fill_n((*storage)->mutableData(), 64, std::byte{0});
        // One zero seen from everywhere: the layers below still get their shapes, at no cost.
        auto zeros = Tensor::view(*storage, weightType(), *shape, std::vector<std::int64_t>(shape->rank(), 0), 0);
        for (auto& weight : m_layer.weights)
            if (weight.name == name)
                weight.shape = *shape;
        return zeros;
    }
    const auto actual = toDims(found->stored.shape());
    bool fits = actual.size() == expected.size();
    for (std::size_t i = 0; fits && i < actual.size(); ++i)
        fits = actual[i].mayEqual(expected[i]);
    if (!fits) {
        auto error = failure(ErrorCode::shape, "weights-shape",
                             "{who}: its weight {weight} is {actual} in the file, but its input {input} and its "
                             "settings ask for {expected}.",
                             {{"who", who()},
                              {"weight", name},
                              {"actual", dimsText(actual)},
                              {"input", m_inputs.empty() ? std::string("()") : dimsText(dims(m_inputs[0]))},
                              {"expected", dimsText(expected)}});
        error.error().layer = m_graph.layer(m_row).name;
        error.error().expected = dimsText(expected);
        error.error().actual = dimsText(actual);
        return error;
    }
    for (std::size_t i = 0; i < actual.size(); ++i)
        if (!expected[i].isKnown())
            m_layer.extents.emplace_back(expected[i], actual[i].extent());
    return found->stored.cast(weightType());
}

ValueId Lowering::shared(const std::string& key, const std::function<Tensor()>& make, std::optional<DType> dtype) {
    if (const auto it = m_layer.constants.find(key); it != m_layer.constants.end())
        return it->second;
    auto tensor = make();
    if (!tensor.isNull())
        tensor = tensor.cast(dtype.value_or(m_policy.compute)).value_or(Tensor());
    const auto id = m_graph.addConstant(m_graph.layer(m_row).name + "/" + key, std::move(tensor), m_row);
    m_layer.constants.emplace(key, id);
    return id;
}

Result<ValueId> Lowering::weightValue(const std::string& name, const Dims& expected, std::optional<DType> dtype) {
    PLUMBLINE_TRY(const auto tensor, weight(name, expected));
    return shared(
        name, [&] { return tensor; }, dtype);
}

Lowering Lowering::inner(LayerInstance& child, Values inputs) {
    if (const auto policy = policyOf(child.config); policy && castsInputs(child.config, m_writer))
        for (auto& input : inputs)
            if (const auto* found = type(input); found && isFloat(found->dtype))
                input = cast(input, policy->compute);
    json args = json::array();
    for (std::size_t i = 0; i < inputs.size(); ++i)
        args.push_back({{"$tensor", i}});
    Lowering out(m_graph, m_row, child, m_writer, inputs, std::move(args), json::object(), inputs);
    out.m_import = m_import;
    return out;
}

void Lowering::take(const Lowering& inner) {
    if (!m_missing)
        m_missing = inner.m_missing;
    if (!m_typeError)
        m_typeError = inner.m_typeError;
    if (!m_childProblem)
        m_childProblem = inner.problem();
}

Result<Values> Lowering::lowerChild(LayerInstance& child, Values inputs) {
    if (child.configProblem)
        return std::unexpected(*child.configProblem);
    if (child.weightProblem)
        return std::unexpected(*child.weightProblem);
    if (child.model && m_import)
        return m_import(child, m_row, inputs);
    if (!child.kind)
        return isBuiltIn(child.config)
                   ? unsupported("it wraps a layer of class " + child.config.className + ", which cannot be run yet")
                   : custom("it wraps a layer of the custom class " + child.config.className);
    auto view = inner(child, std::move(inputs));
    auto out = child.kind->lower(view);
    take(view);
    return out;
}

std::string Lowering::who() const {
    return "Layer " + m_graph.layer(m_row).name + " (" + m_graph.layer(m_row).type + ")";
}

static std::unexpected<Error> layerFailure(const Lowering& lowering, ErrorCode code, std::string id, std::string what,
                                           const char* advice) {
    auto error = failure(code, std::move(id), "{who}: {what}. {advice}",
                         {{"who", lowering.who()}, {"what", std::move(what)}, {"advice", std::string(advice)}});
    error.error().layer = lowering.config().name;
    return error;
}

std::unexpected<Error> Lowering::unsupported(std::string what) const {
    return layerFailure(*this, ErrorCode::unsupported, "unsupported-layer", std::move(what),
                        "The layers before it still run.");
}

std::unexpected<Error> Lowering::custom(std::string what) const {
    return layerFailure(
        *this, ErrorCode::unsupported, "custom-layer", std::move(what),
        "Code from a file is never run. The layers before it still run. Put built-in layers that do the "
        "same in its place, and save the model again.");
}

std::unexpected<Error> Lowering::wrongShape(std::string what) const {
    return layerFailure(*this, ErrorCode::shape, "shape-conflict", std::move(what),
                        "The model's own layers do not fit together.");
}

Tensor permuted(const Tensor& tensor, std::initializer_list<std::size_t> permutation) {
    return tensor.transposed(std::vector<std::size_t>(permutation)).contiguous().value_or(Tensor());
}

Tensor reshapedTo(const Tensor& tensor, Shape shape) { return tensor.reshaped(std::move(shape)).value_or(Tensor()); }

} // namespace plumbline::keras
