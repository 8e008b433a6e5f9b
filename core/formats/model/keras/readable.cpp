#include "core/formats/bytes/pythontext.h"
#include "core/formats/model/keras/importer.h"

namespace plumbline::keras {

using nlohmann::json;

namespace {

bool isNoise(const std::string& key) {
    static const char* const names[] = {
        "name",   "trainable", "dtype",    "build_config", "batch_input_shape", "quantization_config", "seed",
        "sparse", "ragged",    "optional", "dynamic"};
    for (const auto* name : names)
        if (key == name)
            return true;
    for (const char* end : {"_initializer", "_regularizer", "_constraint"})
        if (key.ends_with(end))
            return true;
    return key.starts_with("$");
}

std::optional<Attribute> readable(const json& value) {
    if (value.is_boolean())
        return std::string(value.get<bool>() ? "True" : "False");
    if (value.is_number_integer())
        return value.get<std::int64_t>();
    if (value.is_number())
        return value.get<double>();
    if (value.is_string())
        return value.get<std::string>();
    if (value.is_object()) { // an activation or a wrapped layer: its name is what matters
        const auto inner = value.value("config", json());
        if (value.value("class_name", json()) == "function" && inner.is_string())
            return inner.get<std::string>();
        if (value.contains("class_name") && value["class_name"].is_string())
            return value["class_name"].get<std::string>();
        return std::nullopt;
    }
    if (!value.is_array() || value.empty() || value.size() > 64)
        return std::nullopt;
    std::vector<std::int64_t> integers;
    std::vector<double> numbers;
    std::vector<std::string> texts;
    for (const auto& item : value) {
        if (item.is_number_integer())
            integers.push_back(item.get<std::int64_t>());
        if (item.is_number())
            numbers.push_back(item.get<double>());
        texts.push_back(item.is_string() ? item.get<std::string>() : pythonText(item));
    }
    if (integers.size() == value.size())
        return integers;
    if (numbers.size() == value.size())
        return numbers;
    return texts;
}

} // namespace

Attributes readableSettings(const LayerConfig& layer) {
    Attributes out;
    if (layer.config.is_object())
        for (const auto& [key, value] : layer.config.items())
            if (!isNoise(key) && !value.is_null())
                if (auto attribute = readable(value))
                    out.set(key, std::move(*attribute));
    return out;
}

} // namespace plumbline::keras
