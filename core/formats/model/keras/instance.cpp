#include "core/formats/model/keras/instance.h"

#include "core/formats/model/keras/layers/table.h"
#include "core/formats/model/keras/operations.h"
#include "core/formats/model/keras/settings.h"

#include <algorithm>

namespace plumbline::keras {

namespace {

void collect(LayerInstance& layer, bool frozen, std::vector<Variable>& trainable, std::vector<Variable>& others) {
    frozen = frozen || !layer.trainable();
    for (std::size_t i = 0; i < layer.weights.size(); ++i)
        (layer.weights[i].trainable && !frozen ? trainable : others).push_back({&layer, i});
    for (auto& [attribute, child] : layer.children)
        collect(*child, frozen, trainable, others);
    if (layer.model)
        for (auto& inner : layer.model->layers)
            collect(*inner, frozen, trainable, others);
}

} // namespace

bool LayerInstance::hasWeights() const {
    return !weights.empty() || weightsUnknown || std::any_of(children.begin(), children.end(), [](const auto& child) {
        return child.second->hasWeights();
    }) || (model && std::any_of(model->layers.begin(), model->layers.end(), [](const auto& layer) {
               return layer->hasWeights();
           }));
}

const LayerWeight* LayerInstance::weight(const std::string& name) const {
    const auto it =
        std::find_if(weights.begin(), weights.end(), [&](const auto& weight) { return weight.name == name; });
    return it == weights.end() ? nullptr : &*it;
}

LayerInstance* LayerInstance::child(const std::string& attribute) const {
    for (const auto& [name, layer] : children)
        if (name == attribute)
            return layer.get();
    return nullptr;
}

std::unique_ptr<LayerInstance> makeInstance(LayerConfig config, const Writer& writer, const std::string& file) {
    auto out = std::make_unique<LayerInstance>();
    out->config = std::move(config);
    if (out->config.nested) {
        auto model = makeInstance(std::move(*out->config.nested), writer, file);
        if (model)
            out->model = std::move(*model);
        else
            out->configProblem = model.error();
        return out;
    }
    if (out->config.isInput())
        return out;
    // HDF5 files of Keras 3 have no modules. A layer's config holds whether it is trainable, an operation's does not.
    if (writer.major >= 3 && out->config.module.empty() && !out->config.config.contains("trainable") &&
        out->config.registered.empty() && (isOperationName(out->config.className) || !findLayer(out->config)))
        out->config.module = "keras.src.ops";
    out->kind = out->config.isOperation() ? nullptr : findLayer(out->config);
    if (!out->kind) {
        out->weightsUnknown = !out->config.isOperation();
        return out;
    }
    const Settings settings(out->config.config);
    if (out->kind->weights)
        for (const auto& spec : out->kind->weights(settings, writer)) {
            LayerWeight weight;
            weight.name = spec.name;
            weight.trainable = spec.trainable;
            out->weights.push_back(std::move(weight));
        }
    out->configProblem = settings.problem();
    if (out->kind->children) {
        auto children = out->kind->children(out->config, writer, file);
        if (children)
            for (auto& [attribute, child] : *children)
                out->children.emplace_back(attribute, makeInstance(std::move(child), writer, file));
        else
            out->configProblem = children.error();
    }
    return out;
}

Result<std::unique_ptr<ModelInstance>> makeInstance(ModelConfig config, const Writer& writer, const std::string& file) {
    auto out = std::make_unique<ModelInstance>();
    for (auto& layer : config.layers)
        out->layers.push_back(makeInstance(std::move(layer), writer, file));
    config.layers.clear();
    out->config = std::move(config);
    return out;
}

std::vector<Variable> legacyOrder(LayerInstance& layer) {
    std::vector<Variable> trainable, others;
    collect(layer, false, trainable, others);
    trainable.insert(trainable.end(), others.begin(), others.end());
    return trainable;
}

std::vector<Variable> naturalOrder(LayerInstance& layer) {
    std::vector<Variable> out;
    for (std::size_t i = 0; i < layer.weights.size(); ++i)
        out.push_back({&layer, i});
    for (auto& [attribute, child] : layer.children)
        for (auto& variable : naturalOrder(*child))
            out.push_back(variable);
    if (layer.model)
        for (auto& inner : layer.model->layers)
            for (auto& variable : naturalOrder(*inner))
                out.push_back(variable);
    return out;
}

} // namespace plumbline::keras
