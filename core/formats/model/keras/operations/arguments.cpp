#include "core/formats/model/keras/operations/arguments.h"

#include "core/formats/bytes/pythontext.h"
#include "core/formats/model/keras/weights.h"

#include <cmath>

namespace plumbline::keras {

using nlohmann::json;

namespace {

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

bool isWhole(const Tensor& numbers) {
    for (std::int64_t i = 0; i < numbers.elements(); ++i)
        if (numbers.flat(i) != std::floor(numbers.flat(i)))
            return false;
    return true;
}

} // namespace

json argument(const Lowering& l, std::size_t position, ArgumentNames names) {
    for (const auto* name : names) {
        if (const auto it = l.kwargs().find(name); it != l.kwargs().end() && !it->is_null())
            return *it;
        if (l.settings().has(name))
            return l.settings().at(name);
    }
    return position < l.args().size() ? l.args()[position] : json();
}

bool flagArgument(const Lowering& l, std::size_t position, ArgumentNames names) {
    const auto value = argument(l, position, names);
    return value.is_boolean() && value.get<bool>();
}

Result<ValueId> operand(Lowering& l, std::size_t position, ArgumentNames names) {
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
    for (const auto& given : l.kwargs()) // 1 - x: the tensor stands behind the number, by keyword
        if (const auto index = like ? std::nullopt : tensorIndex(given))
            like = l.type(l.tensor(*index));
    const bool fits = like && like->dtype != DType::boolean && (isFloat(like->dtype) || isWhole(*constant));
    const auto typed = constant->cast(fits ? like->dtype : DType::float32);
    return l.constant(typed ? *typed : *constant);
}

Result<ValueId> floatOperand(Lowering& l, std::size_t position, ArgumentNames names) {
    PLUMBLINE_TRY(const auto value, operand(l, position, names));
    const auto* type = l.type(value);
    return type && !isFloat(type->dtype) ? l.cast(value, DType::float32) : value;
}

std::string operationName(const LayerConfig& layer) {
    if (layer.className == "TFOpLambda" || layer.className == "SlicingOpLambda") {
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

std::optional<std::vector<std::int64_t>> integerList(const json& value) {
    constexpr auto most = std::int64_t{1} << 40; // sums and products of a few stay far from overflow
    const auto fits = [](const json& item) {
        return item.is_number_integer() && item.get<std::int64_t>() >= -most && item.get<std::int64_t>() <= most;
    };
    if (fits(value))
        return std::vector{value.get<std::int64_t>()};
    if (!value.is_array())
        return std::nullopt;
    std::vector<std::int64_t> out;
    for (const auto& item : value) {
        if (item.is_null())
            out.push_back(-1);
        else if (fits(item))
            out.push_back(item.get<std::int64_t>());
        else
            return std::nullopt;
    }
    return out;
}

Result<DType> dtypeOfArgument(const Lowering& l, const json& given) {
    const auto dtype = given.is_string() ? dtypeFromName(given.get<std::string>()) : std::nullopt;
    if (!dtype)
        return l.unsupported("its dtype is " + pythonText(given) + "; the name of an element type is accepted");
    return dtype.value();
}

} // namespace plumbline::keras
