#include "core/formats/model/keras/keras1.h"
#include "core/formats/model/keras/layers/cudnn.h"
#include "core/formats/model/keras/storedlayers.h"
#include "core/formats/model/keras/unknownweights.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <unordered_map>

namespace plumbline::keras {

namespace {

/// "query/kernel" of "attention/query/kernel:0" in the layer `attention`.
std::string innerName(const std::string& stored, const std::string& layer) {
    auto name = stored.substr(0, stored.find(':'));
    if (const auto at = name.rfind(layer + "/"); at != std::string::npos && (at == 0 || name[at - 1] == '/'))
        name = name.substr(at + layer.size() + 1);
    return name;
}

bool namesAgree(const std::vector<Variable>& order, const StoredLayer& stored) {
    for (std::size_t i = 0; i < order.size(); ++i)
        if (shortName(stored.names[i]) != order[i].weight().name)
            return false;
    return true;
}

/// The weights `which` of those stored, as weights of `layer`. Where short names repeat, what stands before them does
/// not: "query/kernel" of "attention/query/kernel:0".
void showAsTheyAre(LayerInstance& layer, StoredLayer& stored, const std::vector<std::size_t>& which) {
    std::set<std::string> names;
    const bool unique =
        std::ranges::all_of(which, [&](std::size_t i) { return names.insert(shortName(stored.names[i])).second; });
    for (const auto i : which) {
        LayerWeight weight;
        weight.name = unique ? shortName(stored.names[i]) : innerName(stored.names[i], layer.config.name);
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

bool namesLayer(const std::string& stored, const std::string& layer) {
    return stored.starts_with(layer + "/") || stored.find("/" + layer + "/") != std::string::npos;
}

void findUnknown(LayerInstance& layer, std::vector<LayerInstance*>& out) {
    if (layer.weightsUnknown)
        out.push_back(&layer);
    for (auto& [attribute, child] : layer.children)
        findUnknown(*child, out);
    if (layer.model)
        for (auto& inner : layer.model->layers)
            findUnknown(*inner, out);
}

/// Around a layer of an unknown class the rest still matches by the names "layer/variable". What is left is the unknown
/// one's: of several, that which the name has; a Bidirectional's two share it in halves.
void assignAround(LayerInstance& layer, StoredLayer& stored, const std::vector<Variable>& order) {
    std::vector<LayerInstance*> unknown;
    findUnknown(layer, unknown);
    std::vector<std::size_t> left;
    for (std::size_t i = 0; i < stored.names.size(); ++i) {
        const auto known = std::ranges::find_if(order, [&](const Variable& variable) {
            return variable.weight().stored.isNull() && namesLayer(stored.names[i], variable.owner->config.name) &&
                   shortName(stored.names[i]) == variable.weight().name;
        });
        if (known != order.end())
            store(known->weight(), stored.tensors[i]);
        else
            left.push_back(i);
    }
    const bool isPair = layer.config.className == "Bidirectional" && unknown.size() == 2;
    std::vector<std::vector<std::size_t>> shares(unknown.size());
    for (std::size_t i = 0; i < left.size(); ++i) {
        const auto named = std::ranges::find_if(
            unknown, [&](const auto* one) { return namesLayer(stored.names[left[i]], one->config.name); });
        const auto at = isPair                   ? i / std::max<std::size_t>(1, (left.size() + 1) / 2)
                        : named == unknown.end() ? 0
                                                 : static_cast<std::size_t>(named - unknown.begin());
        shares[at].push_back(left[i]);
    }
    for (std::size_t i = 0; i < unknown.size(); ++i)
        showAsTheyAre(*unknown[i], stored, shares[i]);
}

std::vector<std::size_t> allOf(const StoredLayer& stored) {
    std::vector<std::size_t> out(stored.tensors.size());
    std::iota(out.begin(), out.end(), std::size_t(0));
    return out;
}

/// Weights that do not fit are counted and shown all the same.
void showWrong(LayerInstance& layer, StoredLayer& stored, const std::vector<Variable>& order, Error error) {
    layer.weightProblem = std::move(error);
    if (layer.model)
        return;
    for (const auto& variable : order)
        variable.owner->weights.clear();
    showAsTheyAre(layer, stored, allOf(stored));
}

void assign(LayerInstance& layer, StoredLayer& stored, const Writer& writer) {
    stored.taken = true;
    if (writer.major == 1)
        joinGates(layer, stored.names, stored.tensors);
    if (layer.weightsUnknown) {
        if (!keepsTables(layer.config))
            showAsTheyAre(layer, stored, allOf(stored));
        return;
    }
    auto order = legacyOrder(layer);
    if (order.size() != stored.tensors.size()) {
        if (hasUnknown(layer))
            return assignAround(layer, stored, order);
        if (!stored.twice.empty()) {
            auto error =
                failure(ErrorCode::cannotRead, "weights-missing",
                        "the file holds {actual} of its {expected} weights: two have the name {name}, and the save "
                        "broke off at the second. Save the model as .keras instead: model.save('model.keras')",
                        {{"expected", std::int64_t(order.size())},
                         {"actual", std::int64_t(stored.tensors.size())},
                         {"name", stored.twice}});
            return showWrong(layer, stored, order, error.error());
        }
        std::string names;
        for (const auto& name : stored.names)
            names += (names.empty() ? "" : ", ") + name;
        auto error = failure(ErrorCode::shape, "weights-shape",
                             "its settings ask for {expected} weights, the file holds {actual} for it ({names})",
                             {{"expected", std::int64_t(order.size())},
                              {"actual", std::int64_t(stored.tensors.size())},
                              {"names", names.size() > 200 ? names.substr(0, 200) + "…" : names}});
        return showWrong(layer, stored, order, error.error());
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
    PLUMBLINE_TRY(auto weights, readStored(group));
    auto& stored = weights.layers;
    noteBrokenSave(weights, group.label(), notes);
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
    if (writer.major <= 2) // Keras 3 does not turn them, and says that the shapes differ
        for (auto& layer : model.layers)
            convertRecurrentWeights(*layer, writer);
    for (const auto* layer : unclaimed) {
        auto note = failure(ErrorCode::shape, "weights.unused",
                            "The weights hold the layer {layer}, which the architecture does not have.",
                            {{"layer", layer->name}});
        notes.push_back(note.error());
    }
    return {};
}

} // namespace plumbline::keras
