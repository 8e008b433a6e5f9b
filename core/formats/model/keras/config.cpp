#include "core/formats/model/keras/config.h"

#include "core/formats/model/keras/calls.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace plumbline::keras {

using nlohmann::json;

namespace {

std::string textOf(const json& object, const char* key) {
    const auto it = object.find(key);
    return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

std::unexpected<Error> configFailure(const std::string& file, std::string id, std::string pattern,
                                     Message::Arguments arguments) {
    arguments.emplace_back("file", file);
    auto error = failure(ErrorCode::cannotRead, std::move(id), std::move(pattern), std::move(arguments));
    error.error().file = file;
    return error;
}

bool isModelClass(const std::string& name) { return name == "Sequential" || name == "Functional" || name == "Model"; }

/// The shape that an input is declared with, batch axis included; null where the layer has none.
json declaredShape(const json& config) {
    for (const char* key : {"batch_shape", "batch_input_shape"})
        if (config.contains(key) && config[key].is_array())
            return config[key];
    if (config.contains("input_shape") && config["input_shape"].is_array()) {
        auto shape = config["input_shape"];
        shape.insert(shape.begin(), json());
        return shape;
    }
    if (config.contains("input_dim") && config["input_dim"].is_number_integer() && !config.contains("output_dim"))
        return json::array({nullptr, config["input_dim"]});
    return {};
}

/// The input of a Sequential that has no InputLayer: what its first layer (or the first of a nested model) declares.
json firstShape(const ModelConfig& model, std::string& dtype) {
    if (model.layers.empty())
        return {};
    const auto& first = model.layers.front();
    if (first.nested)
        return firstShape(*first.nested, dtype);
    if (first.config.contains("dtype") && first.config["dtype"].is_string())
        dtype = first.config["dtype"];
    return declaredShape(first.config);
}

void chainSequential(ModelConfig& model, const json& config) {
    const bool hasInput = !model.layers.empty() && model.layers.front().isInput();
    if (!hasInput) {
        std::string dtype = "float32";
        auto shape = firstShape(model, dtype);
        if (shape.is_null() && config.is_object())
            for (const char* key : {"build_input_shape", "batch_input_shape"})
                if (shape.is_null() && config.contains(key) && config[key].is_array())
                    shape = config[key];
        LayerConfig input;
        input.className = "InputLayer";
        input.name = (model.layers.empty() ? model.name : model.layers.front().name) + "_input";
        input.config = {{"batch_shape", shape}, {"dtype", dtype}};
        model.layers.insert(model.layers.begin(), std::move(input));
        model.impliedInput = true;
    }
    for (std::size_t i = 1; i < model.layers.size(); ++i) {
        Call call;
        call.tensors.push_back({model.layers[i - 1].name, 0, 0});
        call.args.push_back({{"$tensor", 0}});
        model.layers[i].calls = {std::move(call)};
    }
    model.inputs = {{model.layers.front().name, 0, 0}};
    model.outputs = {{model.layers.back().name, 0, 0}};
}

} // namespace

Writer parseWriter(const std::string& version) {
    Writer out;
    out.version = version;
    const auto* end = version.data() + version.size();
    const auto major = std::from_chars(version.data(), end, out.major);
    if (major.ec == std::errc() && major.ptr != end && *major.ptr == '.')
        std::from_chars(major.ptr + 1, end, out.minor);
    return out;
}

bool LayerConfig::isOperation() const { return module.find(".ops") != std::string::npos; }

bool isModelConfig(const json& object) {
    if (!object.is_object() || !object.contains("config"))
        return false;
    const auto& config = object["config"];
    const auto name = textOf(object, "class_name");
    if (name == "Sequential")
        return config.is_array() || (config.is_object() && config.contains("layers"));
    // A custom class that derives from Functional saves the same graph.
    return config.is_object() && config.contains("layers") && config["layers"].is_array() &&
           (isModelClass(name) || config.contains("input_layers"));
}

json unwrapped(const json& value) {
    if (value.is_array()) {
        json out = json::array();
        for (const auto& item : value)
            out.push_back(unwrapped(item));
        return out;
    }
    if (!value.is_object())
        return value;
    const auto className = textOf(value, "class_name");
    if (className == "__numpy__" || className == "__tensor__") {
        const auto config = value.value("config", json::object());
        return config.is_object() ? unwrapped(config.value("value", json())) : json();
    }
    if (className == "__lambda__")
        return {{"class_name", className}}; // that there was code is kept, the code is not
    if (className == "__tuple__" && value.contains("items"))
        return unwrapped(value["items"]);
    if (textOf(value, "type") == "ndarray" && value.contains("value")) {
        auto inner = unwrapped(value["value"]);
        // Keras 2.1.6 wrote "no limit" as an array of NaN.
        return inner.is_number_float() && std::isnan(inner.get<double>()) ? json() : inner;
    }
    json out = json::object();
    for (const auto& [key, item] : value.items())
        out[key] = unwrapped(item);
    return out;
}

Result<LayerConfig> parseLayer(const json& object, const Writer& writer, const std::string& file) {
    LayerConfig layer;
    layer.className = object.is_object() ? textOf(object, "class_name") : std::string();
    if (layer.className.empty() || !object.contains("config"))
        return configFailure(file, "keras.layer",
                             "The architecture of {file} has a layer without class_name or config.", {});
    layer.module = textOf(object, "module");
    layer.registered = textOf(object, "registered_name");
    if (layer.registered == layer.className)
        layer.registered.clear(); // tf-keras 2.12 names built-in classes so
    if (isModelConfig(object)) {
        PLUMBLINE_TRY(auto nested, parseModel(object, writer, file));
        layer.nested = std::make_shared<ModelConfig>(std::move(nested));
        layer.config = json::object();
        if (object["config"].is_object() && object["config"].contains("trainable"))
            layer.config["trainable"] = object["config"]["trainable"];
        layer.name = textOf(object, "name").empty() ? layer.nested->name : textOf(object, "name");
        return layer;
    }
    if (!object["config"].is_object())
        return configFailure(file, "keras.layer-config",
                             "A layer of class {class} in {file} has a config that is no object.",
                             {{"class", layer.className}});
    // Layers inside a wrapper keep their own objects, and so their own module and class.
    layer.config = unwrapped(object["config"]);
    // The outer name is the one that nodes refer to; TensorFlowOpLayer's inner name is the bare op.
    layer.name = textOf(object, "name");
    if (layer.name.empty())
        layer.name = textOf(layer.config, "name");
    if (object.contains("build_config") && object["build_config"].is_object())
        layer.config["$build"] = object["build_config"];
    return layer;
}

Result<ModelConfig> parseModel(const json& object, const Writer& writer, const std::string& file) {
    ModelConfig model;
    model.className = textOf(object, "class_name");
    const auto& config = object["config"];
    const bool isList = config.is_array(); // a Sequential before 2.2.3
    const auto& list = isList ? config : config["layers"];
    if (!isList)
        model.name = textOf(config, "name");
    if (model.name.empty())
        model.name = textOf(object, "name");
    if (model.name.empty() && isList)
        model.name = "sequential";
    if (list.size() > 100'000)
        return configFailure(file, "keras.layers",
                             "The architecture of {file} lists {count} layers; at most 100000 are accepted.",
                             {{"count", std::int64_t(list.size())}});
    for (const auto& item : list) {
        // Keras 1 had lists of layers as layers (Merge); their config is refused by class, not here.
        PLUMBLINE_TRY(auto layer, parseLayer(item, writer, file));
        if (layer.name.empty()) // raw operations of 3.3 and Keras 1 layers may have none
            layer.name = layer.className + "_" + std::to_string(model.layers.size());
        model.layers.push_back(std::move(layer));
    }
    if (model.className == "Sequential" || isList || !config.contains("input_layers")) {
        chainSequential(model, config);
        return model;
    }
    PLUMBLINE_CHECK(parseCalls(model, list, file));
    model.inputs = parseReferences(config["input_layers"]);
    model.outputs = parseReferences(config.value("output_layers", json()));
    if (model.outputs.empty())
        return configFailure(file, "keras.outputs", "The architecture of {file} names no outputs (output_layers).", {});
    PLUMBLINE_CHECK(rebaseCalls(model, writer, file));
    return model;
}

} // namespace plumbline::keras
