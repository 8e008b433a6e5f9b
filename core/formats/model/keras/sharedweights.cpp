#include "core/formats/model/keras/weights.h"

#include <algorithm>

namespace plumbline::keras {

namespace {

using Instances = std::vector<LayerInstance*>;

/// All layers of a model, the models among them and what they wrap, an outer one before its parts.
void collect(LayerInstance& layer, const std::string& prefix, Instances& out, std::vector<std::string>& names) {
    const auto name = prefix + layer.config.name;
    out.push_back(&layer);
    names.push_back(name);
    for (auto& [attribute, child] : layer.children)
        collect(*child, name + "/", out, names);
    if (layer.model)
        for (auto& inner : layer.model->layers)
            collect(*inner, name + "/", out, names);
}

bool allOf(LayerInstance& layer, bool stored) {
    const auto order = naturalOrder(layer);
    return !order.empty() && std::all_of(order.begin(), order.end(), [&](const Variable& variable) {
        return variable.weight().stored.isNull() != stored;
    });
}

/// Without what differs where Keras writes an object again: the number that marks it, and the shape it was built for.
nlohmann::json settingsOf(const nlohmann::json& value) {
    if (!value.is_structured())
        return value;
    auto out = value.is_array() ? nlohmann::json::array() : nlohmann::json::object();
    for (const auto& [key, item] : value.items())
        if (value.is_array())
            out.push_back(settingsOf(item));
        else if (key != "shared_object_id" && key != "$build")
            out[key] = settingsOf(item);
    return out;
}

/// Equal of two layers that one object of the user's program was written as.
std::string identity(const LayerInstance& layer) {
    std::string out = layer.config.className + ":" + layer.config.name + ":" +
                      settingsOf(layer.config.config).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) +
                      "[";
    if (layer.model)
        for (const auto& inner : layer.model->layers)
            out += identity(*inner) + ",";
    return out + "]";
}

} // namespace

std::set<const LayerInstance*> repeatedLayers(ModelInstance& model) {
    Instances layers;
    std::vector<std::string> names;
    for (auto& layer : model.layers)
        collect(*layer, "", layers, names);
    std::set<std::string> seen;
    std::set<const LayerInstance*> out;
    for (const auto* layer : layers)
        if (layer->hasWeights() && !seen.insert(identity(*layer)).second)
            out.insert(layer);
    return out;
}

void shareWeights(ModelInstance& model, Notes& notes) {
    Instances layers;
    std::vector<std::string> names;
    for (auto& layer : model.layers)
        collect(*layer, "", layers, names);
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (!allOf(*layers[i], false))
            continue;
        const auto wanted = identity(*layers[i]);
        std::vector<Variable> found;
        std::string from;
        bool isOne = true;
        for (std::size_t j = 0; j < layers.size(); ++j) {
            if (j == i || layers[j]->config.name != layers[i]->config.name || !allOf(*layers[j], true) ||
                identity(*layers[j]) != wanted)
                continue;
            auto order = naturalOrder(*layers[j]);
            isOne = isOne &&
                    (found.empty() || order.front().weight().stored.data() == found.front().weight().stored.data());
            if (found.empty()) {
                found = std::move(order);
                from = names[j];
            }
        }
        auto own = naturalOrder(*layers[i]);
        if (!isOne || found.size() != own.size())
            continue;
        for (std::size_t n = 0; n < own.size(); ++n)
            store(own[n].weight(), found[n].weight().stored);
        notes.push_back(
            failure(ErrorCode::shape, "weights.shared",
                    "The weights of {layer} are stored once, with {other}: both are read as one shared layer, "
                    "for they have the same name and settings.",
                    {{"layer", names[i]}, {"other", from}})
                .error());
    }
}

} // namespace plumbline::keras
