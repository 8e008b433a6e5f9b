#include "core/formats/model/keras/keras1.h"

#include <algorithm>
#include <set>
#include <unordered_map>

namespace plumbline::keras {

namespace {

struct StoredLayer {
    std::string name;
    std::vector<std::string> names; ///< as weight_names has them
    std::vector<Tensor> tensors;
    bool taken = false;
};

Result<std::vector<StoredLayer>> readStored(const Hdf5Group& group) {
    PLUMBLINE_TRY(const auto layerNames, group.texts("layer_names"));
    std::vector<StoredLayer> out;
    std::set<std::string> known; // a list may name one large dataset a million times
    const auto twice = [&](const std::string& name) {
        return failure(ErrorCode::cannotRead, "keras.weight-twice",
                       "{file} lists the weights {name} twice, which no Keras writes: the file is damaged.",
                       {{"file", group.label()}, {"name", name}});
    };
    for (const auto& name : layerNames) {
        if (name == "top_level_model_weights")
            continue;
        if (!known.insert(name).second)
            return twice(name);
        PLUMBLINE_TRY(const auto layer, group.group(name));
        StoredLayer stored;
        stored.name = name;
        PLUMBLINE_TRY(stored.names, layer.texts("weight_names"));
        for (const auto& weight : stored.names) {
            if (!known.insert(name + '\n' + weight).second)
                return twice(weight);
            PLUMBLINE_TRY(const auto set, layer.dataset(weight));
            PLUMBLINE_TRY(auto tensor, set.read());
            stored.tensors.push_back(std::move(tensor));
        }
        if (!stored.tensors.empty())
            out.push_back(std::move(stored));
    }
    return out;
}

bool namesAgree(const std::vector<Variable>& order, const StoredLayer& stored) {
    for (std::size_t i = 0; i < order.size(); ++i)
        if (shortName(stored.names[i]) != order[i].weight().name)
            return false;
    return true;
}

void showAsTheyAre(LayerInstance& layer, StoredLayer& stored) {
    for (std::size_t i = 0; i < stored.tensors.size(); ++i) {
        LayerWeight weight;
        weight.name = shortName(stored.names[i]);
        store(weight, std::move(stored.tensors[i]));
        layer.weights.push_back(std::move(weight));
    }
}

/// Whether a layer whose variables cannot be known stands anywhere in a nested model.
bool hasUnknown(const LayerInstance& layer) {
    if (layer.weightsUnknown)
        return true;
    for (const auto& [attribute, child] : layer.children)
        if (hasUnknown(*child))
            return true;
    return layer.model && std::any_of(layer.model->layers.begin(), layer.model->layers.end(),
                                      [](const auto& inner) { return hasUnknown(*inner); });
}

void assign(LayerInstance& layer, StoredLayer& stored, const Writer& writer) {
    stored.taken = true;
    if (writer.major == 1)
        joinGates(layer, stored.names, stored.tensors);
    if (layer.weightsUnknown)
        return showAsTheyAre(layer, stored);
    auto order = legacyOrder(layer);
    if (order.size() != stored.tensors.size()) {
        std::string names;
        for (const auto& name : stored.names)
            names += (names.empty() ? "" : ", ") + name;
        auto error = failure(ErrorCode::shape, "weights-shape",
                             "its settings ask for {expected} weights, the file holds {actual} for it ({names})",
                             {{"expected", std::int64_t(order.size())},
                              {"actual", std::int64_t(stored.tensors.size())},
                              {"names", names.size() > 200 ? names.substr(0, 200) + "…" : names}});
        if (!layer.model || !hasUnknown(layer)) {
            layer.weightProblem = error.error();
            return;
        }
        // Around a layer of an unknown class the rest still matches by the names "layer/variable".
        for (auto& variable : order)
            for (std::size_t i = 0; i < stored.names.size(); ++i)
                if (stored.names[i].find(variable.owner->config.name + "/") != std::string::npos &&
                    shortName(stored.names[i]) == variable.weight().name)
                    store(variable.weight(), stored.tensors[i]);
        return;
    }
    if (!namesAgree(order, stored))
        if (auto natural = naturalOrder(layer); namesAgree(natural, stored))
            order = std::move(natural);
    for (std::size_t i = 0; i < order.size(); ++i)
        store(order[i].weight(), std::move(stored.tensors[i]));
}

} // namespace

static void modernizeKernels(ModelInstance& model, Notes& notes) {
    bool found = false;
    for (auto& layer : model.layers)
        found = modernizeKernels(*layer) || found;
    if (found)
        notes.push_back(
            failure(ErrorCode::unsupported, "keras1.backend",
                    "The file is of Keras 1, which does not say whether TensorFlow or Theano trained it: its "
                    "convolutions are read as TensorFlow's. Theano turns their kernels around.")
                .error());
}

Result<void> assignByName(ModelInstance& model, const Hdf5Group& group, const Writer& writer, Notes& notes) {
    PLUMBLINE_TRY(auto stored, readStored(group));
    std::vector<LayerInstance*> weighted;
    for (auto& layer : model.layers)
        if (layer->hasWeights())
            weighted.push_back(layer.get());
    std::unordered_map<std::string, StoredLayer*> byName;
    for (auto& layer : stored)
        byName.emplace(layer.name, &layer);
    std::vector<LayerInstance*> left;
    for (auto* layer : weighted) {
        const auto it = byName.find(layer->config.name);
        if (it != byName.end())
            assign(*layer, *it->second, writer);
        else
            left.push_back(layer);
    }
    std::vector<StoredLayer*> unclaimed;
    for (auto& layer : stored)
        if (!layer.taken)
            unclaimed.push_back(&layer);
    // Weights saved from another instance of the same code have other names, but the same order.
    std::erase_if(left, [&](const auto* layer) { return layer->weightsUnknown && unclaimed.size() < left.size(); });
    if (left.size() == unclaimed.size()) {
        for (std::size_t i = 0; i < left.size(); ++i)
            assign(*left[i], *unclaimed[i], writer);
        unclaimed.clear();
    }
    if (writer.major == 1)
        modernizeKernels(model, notes);
    for (const auto* layer : unclaimed) {
        auto note = failure(ErrorCode::shape, "weights.unused",
                            "The weights hold the layer {layer}, which the architecture does not have.",
                            {{"layer", layer->name}});
        notes.push_back(note.error());
    }
    return {};
}

} // namespace plumbline::keras
