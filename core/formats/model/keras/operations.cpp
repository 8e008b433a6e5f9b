#include "core/formats/model/keras/operations.h"

#include "core/formats/model/keras/activations.h"
#include "core/formats/model/keras/layers/layers.h"
#include "core/formats/model/keras/masks.h"
#include "core/formats/model/keras/weights.h"

#include <map>
#include <numeric>

namespace plumbline::keras {

using nlohmann::json;

namespace {

/// "keras.src.ops.numpy" Add, TFOpLambda "math.add", TensorFlowOpLayer "AddV2": all "add".
std::string operationName(const LayerConfig& layer) {
    if (layer.className == "TFOpLambda") {
        const auto function = layer.config.value("function", json());
        const auto text = function.is_string() ? function.get<std::string>() : std::string();
        return text.substr(text.rfind('.') == std::string::npos ? 0 : text.rfind('.') + 1);
    }
    if (layer.className == "TensorFlowOpLayer") {
        auto node = layer.config.value("node_def", json());
        if (node.is_string())
            node = json::parse(node.get<std::string>(), nullptr, false);
        auto op = node.is_object() && node.contains("op") && node["op"].is_string() ? node["op"].get<std::string>()
                                                                                    : std::string();
        if (op.ends_with("V2"))
            op.resize(op.size() - 2);
        return snakeCase(op);
    }
    return layer.isOperation() ? snakeCase(layer.className) : std::string();
}

/// An argument by keyword, from the config, or by position.
json argument(const Lowering& l, std::size_t position, std::initializer_list<const char*> names) {
    for (const auto* name : names) {
        if (const auto it = l.kwargs().find(name); it != l.kwargs().end() && !it->is_null())
            return *it;
        if (l.settings().has(name))
            return l.settings().at(name);
    }
    return position < l.args().size() ? l.args()[position] : json();
}

std::optional<Tensor> constantOf(const json& value) {
    Shape shape;
    const auto* at = &value;
    for (; at->is_array() && !at->empty(); at = &(*at)[0])
        shape.append(static_cast<std::int64_t>(at->size()));
    std::vector<float> numbers;
    const auto collect = [&](const auto& self, const json& item) -> bool {
        if (item.is_number() || item.is_boolean()) {
            numbers.push_back(item.is_boolean() ? static_cast<float>(item.get<bool>()) : item.get<float>());
            return true;
        }
        if (!item.is_array())
            return false;
        for (const auto& inner : item)
            if (!self(self, inner))
                return false;
        return true;
    };
    if (!collect(collect, value) || shape.checkedElements().value_or(-1) != static_cast<std::int64_t>(numbers.size()))
        return std::nullopt;
    return Tensor::of<float>(shape, numbers);
}

/// An operand that is a tensor or a number.
Result<ValueId> operand(Lowering& l, std::size_t position, std::initializer_list<const char*> names) {
    auto value = argument(l, position, names);
    if (l.config().className == "TensorFlowOpLayer") {
        const auto constants = l.settings().at("constants");
        const auto key = std::to_string(position);
        if (constants.is_object() && constants.contains(key))
            value = constants[key];
        else {
            std::size_t tensors = 0; // constants are left out of the call's tensors
            for (std::size_t i = 0; i < position; ++i)
                tensors += !(constants.is_object() && constants.contains(std::to_string(i)));
            value = tensors < l.args().size() ? l.args()[tensors] : json();
        }
    }
    if (const auto index = tensorIndex(value))
        return l.tensor(*index);
    const auto constant = constantOf(value);
    if (!constant)
        return l.unsupported("its operand " + std::to_string(position) + " is neither a tensor nor a number");
    const auto* like = l.inputs().empty() ? nullptr : l.type(l.input());
    const auto typed = constant->cast(like && like->dtype != DType::boolean ? like->dtype : DType::float32);
    return l.constant(typed ? *typed : *constant);
}

template<std::size_t N> struct Name {
    char text[N];
    constexpr Name(const char (&value)[N]) { std::copy_n(value, N, text); } // NOLINT: a literal is a name
};

template<Name op> Result<Values> binary(Lowering& l) {
    PLUMBLINE_TRY(auto a, operand(l, 0, {"x1", "x", "a"}));
    PLUMBLINE_TRY(auto b, operand(l, 1, {"x2", "y", "b"}));
    const auto dtype = promoted(l.type(a)->dtype, l.type(b)->dtype);
    a = l.cast(a, dtype);
    b = l.cast(b, dtype);
    return Values{l.add(op.text, {a, b})};
}

template<Name op> Result<Values> unary(Lowering& l) {
    PLUMBLINE_TRY(const auto x, operand(l, 0, {"x"}));
    return Values{l.add(op.text, {x})};
}

Result<Values> notEqual(Lowering& l) {
    PLUMBLINE_TRY(const auto equal, binary<"Equal">(l));
    return Values{l.add("Not", {equal.front()})};
}

Result<Values> square(Lowering& l) {
    PLUMBLINE_TRY(const auto x, operand(l, 0, {"x"}));
    return Values{l.add("Mul", {x, x})};
}

Result<Values> rsqrt(Lowering& l) {
    PLUMBLINE_TRY(const auto x, operand(l, 0, {"x"}));
    return Values{l.add("Reciprocal", {l.add("Sqrt", {x})})};
}

Result<Values> named(Lowering& l) {
    PLUMBLINE_TRY(const auto x, operand(l, 0, {"x", "features", "logits"}));
    const auto name = operationName(l.config());
    if (name == "leaky_relu") {
        const auto slope = argument(l, 1, {"negative_slope", "alpha"});
        Attributes attributes;
        attributes.set("alpha", slope.is_number() ? slope.get<double>() : 0.2);
        return Values{l.add("LeakyRelu", {x}, std::move(attributes))};
    }
    if (name == "softmax" || name == "log_softmax") {
        const auto axis = argument(l, 1, {"axis"});
        PLUMBLINE_TRY(const auto from0, l.axis(x, axis.is_number_integer() ? axis.get<std::int64_t>() : -1));
        Attributes attributes;
        attributes.set("axis", static_cast<std::int64_t>(from0));
        return Values{l.add(name == "softmax" ? "Softmax" : "LogSoftmax", {x}, std::move(attributes))};
    }
    const auto out = applyNamedActivation(l, x, name);
    if (!out)
        return l.unsupported("the operation " + name + " is not known");
    return Values{*out};
}

std::optional<std::vector<std::int64_t>> integerList(const json& value) {
    if (value.is_number_integer())
        return std::vector{value.get<std::int64_t>()};
    if (!value.is_array())
        return std::nullopt;
    std::vector<std::int64_t> out;
    for (const auto& item : value) {
        if (item.is_null())
            out.push_back(-1);
        else if (item.is_number_integer())
            out.push_back(item.get<std::int64_t>());
        else
            return std::nullopt;
    }
    return out;
}

Result<Values> reshape(Lowering& l) {
    PLUMBLINE_TRY(const auto x, operand(l, 0, {"x", "tensor"}));
    const auto constants = l.settings().at("constants");
    auto shape = integerList(constants.is_object() && constants.contains("1") ? constants["1"]
                                                                              : argument(l, 1, {"newshape", "shape"}));
    if (!shape)
        return l.unsupported("its target shape is not a list of numbers");
    return Values{l.reshape(x, *shape)};
}

Result<Values> transpose(Lowering& l) {
    PLUMBLINE_TRY(const auto x, operand(l, 0, {"x", "a"}));
    auto axes = integerList(argument(l, 1, {"axes", "perm"}));
    if (!axes) {
        axes.emplace(l.rank(x));
        std::iota(axes->rbegin(), axes->rend(), 0);
    }
    return Values{l.transpose(x, *axes)};
}

Result<Values> concatenate(Lowering& l) {
    const auto axis = argument(l, 1, {"axis"});
    const auto& values = l.inputs();
    if (values.empty())
        return l.unsupported("it joins no tensors");
    PLUMBLINE_TRY(const auto from0, l.axis(values.front(), axis.is_number_integer() ? axis.get<std::int64_t>() : 0));
    Attributes attributes;
    attributes.set("axis", static_cast<std::int64_t>(from0));
    return Values{l.add("Concat", values, std::move(attributes))};
}

template<Name op> Result<Values> withAxes(Lowering& l) {
    PLUMBLINE_TRY(const auto x, operand(l, 0, {"x", "input", "a"}));
    const auto axes = integerList(argument(l, 1, {"axis"}));
    if (!axes)
        return l.unsupported("its axis is not a number");
    return Values{l.add(op.text, {x, l.integers(*axes)})};
}

template<Name op> Result<Values> reduce(Lowering& l) {
    PLUMBLINE_TRY(const auto x, operand(l, 0, {"x", "input_tensor"}));
    const auto axes = integerList(argument(l, 1, {"axis"}));
    const auto keep = argument(l, 2, {"keepdims"});
    Attributes attributes;
    attributes.set("keepdims", std::int64_t(keep.is_boolean() && keep.get<bool>() ? 1 : 0));
    Values inputs{x};
    if (axes)
        inputs.push_back(l.integers(*axes));
    return Values{l.add(op.text, std::move(inputs), std::move(attributes))};
}

Result<Values> clip(Lowering& l) {
    PLUMBLINE_TRY(const auto x, operand(l, 0, {"x", "t"}));
    PLUMBLINE_TRY(const auto low, operand(l, 1, {"x_min", "clip_value_min"}));
    PLUMBLINE_TRY(const auto high, operand(l, 2, {"x_max", "clip_value_max"}));
    return Values{l.add("Clip", {x, low, high})};
}

/// TensorFlow's order of channels is ONNX's DCR.
Result<Values> depthToSpace(Lowering& l) {
    PLUMBLINE_TRY(const auto x, operand(l, 0, {"x", "input"}));
    auto size = argument(l, 1, {"block_size"});
    auto format = argument(l, 2, {"data_format"});
    if (l.config().className == "TensorFlowOpLayer") {
        auto node = l.settings().at("node_def");
        if (node.is_string())
            node = json::parse(node.get<std::string>(), nullptr, false);
        const auto attributes = node.is_object() ? node.value("attr", json::object()) : json::object();
        if (attributes.contains("block_size") && attributes["block_size"].is_object()) {
            const auto text = attributes["block_size"].value("i", json()); // int64 is text in protobuf's JSON
            size = text.is_string() ? json(std::strtoll(text.get<std::string>().c_str(), nullptr, 10)) : text;
        }
        format = json("NHWC");
        if (attributes.contains("data_format") && attributes["data_format"].is_object() &&
            attributes["data_format"].value("s", json()) == "TkNIVw==") // NCHW
            format = json("NCHW");
    }
    if (!size.is_number_integer())
        return l.unsupported("its block_size is no number");
    Attributes attributes;
    attributes.set("blocksize", size.get<std::int64_t>());
    attributes.set("mode", std::string("DCR"));
    if (format != "NCHW" && format != "channels_first")
        attributes.set("channels_last", std::int64_t(1));
    return Values{l.add("DepthToSpace", {x}, std::move(attributes))};
}

Result<Values> any(Lowering& l) {
    PLUMBLINE_TRY(const auto x, operand(l, 0, {"x"}));
    const auto axes = integerList(argument(l, 1, {"axis"}));
    const auto keep = argument(l, 2, {"keepdims"});
    if (!axes || axes->size() != 1)
        return l.unsupported("it joins other than one axis");
    return Values{anyOf(l, l.cast(x, DType::boolean), axes->front(), keep.is_boolean() && keep.get<bool>())};
}

Result<DType> dtypeOfArgument(const Lowering& l, const json& given) {
    const auto dtype = given.is_string() ? dtypeFromName(given.get<std::string>()) : std::nullopt;
    if (!dtype)
        return l.unsupported("its dtype is " + given.dump() + "; the name of an element type is accepted");
    return dtype.value();
}

template<bool one> Result<Values> filledLike(Lowering& l) {
    PLUMBLINE_TRY(const auto x, operand(l, 0, {"x", "input"}));
    const auto given = argument(l, 1, {"dtype"});
    auto dtype = l.type(x)->dtype;
    if (!given.is_null()) {
        PLUMBLINE_TRY(dtype, dtypeOfArgument(l, given));
    }
    PLUMBLINE_TRY(const auto value, Tensor::of<double>({1}, {one ? 1.0 : 0.0}).cast(dtype));
    const auto out = l.add("Expand", {l.constant(value), l.add("Shape", {x})});
    l.setType(out, {dtype, l.dims(x)});
    return Values{out};
}

template<Name op> Result<Values> logical(Lowering& l) {
    PLUMBLINE_TRY(auto a, operand(l, 0, {"x1", "x"}));
    PLUMBLINE_TRY(auto b, operand(l, 1, {"x2", "y"}));
    return Values{l.add(op.text, {l.cast(a, DType::boolean), l.cast(b, DType::boolean)})};
}

Result<Values> logicalNot(Lowering& l) {
    PLUMBLINE_TRY(const auto x, operand(l, 0, {"x"}));
    return Values{l.add("Not", {l.cast(x, DType::boolean)})};
}

Result<Values> castTo(Lowering& l) {
    PLUMBLINE_TRY(const auto x, operand(l, 0, {"x"}));
    PLUMBLINE_TRY(const auto dtype, dtypeOfArgument(l, argument(l, 1, {"dtype"})));
    return Values{l.cast(x, dtype)};
}

const std::map<std::string, LowerFunction, std::less<>>& table() {
    static const std::map<std::string, LowerFunction, std::less<>> rows = {
        {"add", binary<"Add">},
        {"bias_add", binary<"Add">},
        {"subtract", binary<"Sub">},
        {"sub", binary<"Sub">},
        {"multiply", binary<"Mul">},
        {"mul", binary<"Mul">},
        {"divide", binary<"Div">},
        {"true_divide", binary<"Div">},
        {"truediv", binary<"Div">},
        {"real_div", binary<"Div">},
        {"maximum", binary<"Max">},
        {"minimum", binary<"Min">},
        {"power", binary<"Pow">},
        {"pow", binary<"Pow">},
        {"equal", binary<"Equal">},
        {"not_equal", notEqual},
        {"greater", binary<"Greater">},
        {"less", binary<"Less">},
        {"matmul", binary<"MatMul">},
        {"mat_mul", binary<"MatMul">},
        {"batch_mat_mul", binary<"MatMul">},
        {"negative", unary<"Neg">},
        {"neg", unary<"Neg">},
        {"abs", unary<"Abs">},
        {"absolute", unary<"Abs">},
        {"exp", unary<"Exp">},
        {"log", unary<"Log">},
        {"sqrt", unary<"Sqrt">},
        {"erf", unary<"Erf">},
        {"reciprocal", unary<"Reciprocal">},
        {"identity", unary<"Identity">},
        {"stop_gradient", unary<"Identity">},
        {"cast", castTo},
        {"any", any},
        {"zeros_like", filledLike<false>},
        {"ones_like", filledLike<true>},
        {"logical_or", logical<"Or">},
        {"logical_and", logical<"And">},
        {"logical_xor", logical<"Xor">},
        {"logical_not", logicalNot},
        {"square", square},
        {"rsqrt", rsqrt},
        {"tanh", named},
        {"relu", named},
        {"relu6", named},
        {"sigmoid", named},
        {"elu", named},
        {"selu", named},
        {"silu", named},
        {"swish", named},
        {"softplus", named},
        {"softsign", named},
        {"gelu", named},
        {"leaky_relu", named},
        {"softmax", named},
        {"log_softmax", named},
        {"hard_sigmoid", named},
        {"reshape", reshape},
        {"transpose", transpose},
        {"concatenate", concatenate},
        {"concat", concatenate},
        {"expand_dims", withAxes<"Unsqueeze">},
        {"squeeze", withAxes<"Squeeze">},
        {"mean", reduce<"ReduceMean">},
        {"reduce_mean", reduce<"ReduceMean">},
        {"sum", reduce<"ReduceSum">},
        {"reduce_sum", reduce<"ReduceSum">},
        {"max", reduce<"ReduceMax">},
        {"reduce_max", reduce<"ReduceMax">},
        {"min", reduce<"ReduceMin">},
        {"reduce_min", reduce<"ReduceMin">},
        {"clip", clip},
        {"clip_by_value", clip},
        {"depth_to_space", depthToSpace},
    };
    return rows;
}

} // namespace

bool isOperationName(const std::string& className) { return table().contains(snakeCase(className)); }

LowerFunction findOperation(const LayerConfig& layer) {
    const auto name = operationName(layer);
    if (name.empty() || (layer.isOperation() && !layer.registered.empty()))
        return nullptr;
    const auto it = table().find(name);
    return it == table().end() ? nullptr : it->second;
}

} // namespace plumbline::keras
