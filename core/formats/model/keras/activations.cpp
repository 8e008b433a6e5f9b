#include "core/formats/model/keras/activations.h"

#include "core/formats/model/keras/layers/table.h"

#include <map>

namespace plumbline::keras {

using nlohmann::json;
using Function = ValueId (*)(Lowering&, ValueId);

namespace {

Attributes alpha(double value) {
    Attributes out;
    out.set("alpha", value);
    return out;
}

ValueId clip(Lowering& l, ValueId x, double low, double high) {
    return l.add("Clip", {x, l.scalarLike(low, x), l.scalarLike(high, x)});
}

ValueId hardSigmoid(Lowering& l, ValueId x) {
    // Keras 2: clip(0.2 x + 0.5, 0, 1); Keras 3: relu6(x + 3) / 6.
    Attributes attributes;
    attributes.set("alpha", l.writer().major >= 3 ? 1.0 / 6 : 0.2);
    attributes.set("beta", 0.5);
    return l.add("HardSigmoid", {x}, std::move(attributes));
}

ValueId gelu(Lowering& l, ValueId x, bool approximate) {
    Attributes attributes;
    attributes.set("approximate", std::string(approximate ? "tanh" : "none"));
    return l.add("Gelu", {x}, std::move(attributes));
}

ValueId glu(Lowering& l, ValueId x) {
    const auto last = static_cast<std::int64_t>(l.rank(x)) - 1;
    const auto size = l.extent(x, static_cast<std::size_t>(last)).value_or(0);
    const auto half = [&](std::int64_t begin, std::int64_t end) {
        return l.add("Slice", {x, l.integers({begin}), l.integers({end}), l.integers({last})});
    };
    return l.add("Mul", {half(0, size / 2), l.add("Sigmoid", {half(size / 2, size)})});
}

ValueId squareplus(Lowering& l, ValueId x) {
    const auto root = l.add("Sqrt", {l.add("Add", {l.add("Mul", {x, x}), l.scalarLike(4, x)})});
    return l.add("Div", {l.add("Add", {x, root}), l.scalarLike(2, x)});
}

ValueId sparsePlus(Lowering& l, ValueId x) {
    const auto one = l.scalarLike(1, x);
    const auto sum = l.add("Add", {x, one});
    const auto parabola = l.add("Mul", {l.add("Mul", {sum, sum}), l.scalarLike(0.25, x)});
    const auto below = l.add("Where", {l.add("LessOrEqual", {x, l.scalarLike(-1, x)}), l.scalarLike(0, x), parabola});
    return l.add("Where", {l.add("Less", {x, one}), below, x});
}

const std::map<std::string, Function, std::less<>>& functions() {
    static const std::map<std::string, Function, std::less<>> table = {
        {"linear", [](Lowering&, ValueId x) { return x; }},
        {"relu", [](Lowering& l, ValueId x) { return l.add("Relu", {x}); }},
        {"relu6", [](Lowering& l, ValueId x) { return clip(l, x, 0, 6); }},
        {"leaky_relu", [](Lowering& l, ValueId x) { return l.add("LeakyRelu", {x}, alpha(0.2)); }},
        {"elu", [](Lowering& l, ValueId x) { return l.add("Elu", {x}, alpha(1)); }},
        {"celu", [](Lowering& l, ValueId x) { return l.add("Celu", {x}, alpha(1)); }},
        {"selu", [](Lowering& l, ValueId x) { return l.add("Selu", {x}); }},
        {"softmax", [](Lowering& l, ValueId x) { return l.add("Softmax", {x}); }},
        {"log_softmax", [](Lowering& l, ValueId x) { return l.add("LogSoftmax", {x}); }},
        {"sparsemax", [](Lowering& l, ValueId x) { return l.add("Sparsemax", {x}); }},
        {"softplus", [](Lowering& l, ValueId x) { return l.add("Softplus", {x}); }},
        {"softsign", [](Lowering& l, ValueId x) { return l.add("Softsign", {x}); }},
        {"tanh", [](Lowering& l, ValueId x) { return l.add("Tanh", {x}); }},
        {"sigmoid", [](Lowering& l, ValueId x) { return l.add("Sigmoid", {x}); }},
        {"exponential", [](Lowering& l, ValueId x) { return l.add("Exp", {x}); }},
        {"mish", [](Lowering& l, ValueId x) { return l.add("Mish", {x}); }},
        {"silu",
         [](Lowering& l, ValueId x) {
             return l.add("Mul", {x, l.add("Sigmoid", {x})});
         }},
        {"gelu", [](Lowering& l, ValueId x) { return gelu(l, x, false); }},
        {"glu", glu},
        {"hard_sigmoid", hardSigmoid},
        {"hard_silu", [](Lowering& l, ValueId x) { return l.add("HardSwish", {x}); }},
        {"hard_tanh", [](Lowering& l, ValueId x) { return clip(l, x, -1, 1); }},
        {"log_sigmoid", [](Lowering& l, ValueId x) { return l.add("Neg", {l.add("Softplus", {l.add("Neg", {x})})}); }},
        {"tanh_shrink",
         [](Lowering& l, ValueId x) {
             return l.add("Sub", {x, l.add("Tanh", {x})});
         }},
        {"soft_shrink",
         [](Lowering& l, ValueId x) {
             return l.add("Sub", {x, clip(l, x, -0.5, 0.5)});
         }},
        {"hard_shrink",
         [](Lowering& l, ValueId x) {
             const auto large = l.add("Greater", {l.add("Abs", {x}), l.scalarLike(0.5, x)});
             return l.add("Where", {large, x, l.scalarLike(0, x)});
         }},
        {"squareplus", squareplus},
        {"sparse_plus", sparsePlus},
        {"sparse_sigmoid",
         [](Lowering& l, ValueId x) {
             const auto half = l.scalarLike(0.5, x);
             return clip(l, l.add("Add", {l.add("Mul", {x, half}), half}), 0, 1);
         }},
    };
    return table;
}

} // namespace

std::string activationName(const json& activation) {
    if (activation.is_string())
        return activation.get<std::string>();
    if (!activation.is_object())
        return {};
    const auto inner = activation.value("config", json());
    if (inner.is_string()) // {"class_name": "function", "config": "relu"}
        return inner.get<std::string>();
    const auto name = activation.value("class_name", json());
    return name.is_string() ? name.get<std::string>() : std::string();
}

std::optional<ValueId> applyNamedActivation(Lowering& lowering, ValueId value, const std::string& given) {
    static const std::map<std::string, std::string, std::less<>> aliases = {{"swish", "silu"},
                                                                            {"hard_swish", "hard_silu"},
                                                                            {"exp", "exponential"},
                                                                            {"Sigmoid", "sigmoid"},
                                                                            {"relu_6", "relu6"}};
    auto name = given;
    if (const auto colon = name.rfind('>'); colon != std::string::npos && name.starts_with("keras"))
        name = name.substr(colon + 1);
    if (const auto alias = aliases.find(name); alias != aliases.end())
        name = alias->second;
    const auto it = functions().find(name);
    return it == functions().end() ? std::nullopt : std::optional(it->second(lowering, value));
}

Result<ValueId> applyActivation(Lowering& lowering, ValueId value, const json& activation) {
    if (activation.is_null())
        return value;
    const auto name = activationName(activation);
    if (name.empty() || name == "__lambda__")
        return lowering.custom("its activation is Python code");
    if (const auto out = applyNamedActivation(lowering, value, name))
        return *out;
    // A layer given as activation: {"class_name": "LeakyReLU", "config": {…}}.
    if (activation.is_object() && activation.contains("class_name") && activation.value("config", json()).is_object()) {
        auto config = parseLayer(activation, lowering.writer(), {});
        if (config && findLayer(*config) && !findLayer(*config)->weights) {
            const auto layer = makeInstance(std::move(*config), lowering.writer(), {});
            PLUMBLINE_TRY(const auto out, lowering.lowerChild(*layer, {value}));
            return out.front();
        }
    }
    return lowering.custom("its activation " + name + " is none of Keras's own functions");
}

} // namespace plumbline::keras
