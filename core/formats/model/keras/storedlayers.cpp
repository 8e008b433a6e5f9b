#include "core/formats/model/keras/storedlayers.h"

#include <algorithm>
#include <set>

namespace plumbline::keras {

Result<StoredWeights> readStored(const Hdf5Group& group) {
    PLUMBLINE_TRY(const auto layerNames, group.texts("layer_names"));
    StoredWeights out;
    std::set<std::string> known; // a list may name one large dataset a million times
    for (const auto& name : layerNames) {
        if (name == "top_level_model_weights")
            continue;
        if (!known.insert(name).second)
            return failure(ErrorCode::cannotRead, "keras.layer-twice",
                           "{file} lists the layer {name} twice, which no Keras writes: the file is damaged.",
                           {{"file", group.label()}, {"name", name}});
        auto layer = group.group(name);
        if (!layer && layer.error().message.id() != "hdf5.missing")
            return passOn(layer);
        if (!layer) {
            out.unwritten.push_back(name);
            continue;
        }
        StoredLayer stored;
        stored.name = name;
        PLUMBLINE_TRY(const auto names, layer->texts("weight_names"));
        std::set<std::string> read;
        for (const auto& weight : names) {
            if (!read.insert(weight).second) {
                stored.twice = weight;
                break;
            }
            PLUMBLINE_TRY(const auto set, layer->dataset(weight));
            PLUMBLINE_TRY(auto tensor, set.read());
            stored.names.push_back(weight);
            stored.tensors.push_back(std::move(tensor));
        }
        if (!stored.tensors.empty())
            out.layers.push_back(std::move(stored));
    }
    return out;
}

void noteBrokenSave(const StoredWeights& stored, const std::string& file, Notes& notes) {
    const auto broken = std::ranges::find_if(stored.layers, [](const auto& layer) { return !layer.twice.empty(); });
    if (broken == stored.layers.end() && stored.unwritten.empty())
        return;
    std::string rest;
    for (std::size_t i = 0; i < stored.unwritten.size() && i < 6; ++i)
        rest += (i ? ", " : "") + stored.unwritten[i];
    if (stored.unwritten.size() > 6)
        rest += ", …";
    constexpr auto advice = "Save the model as .keras instead: model.save('model.keras').";
    auto note =
        broken == stored.layers.end()
            ? failure(ErrorCode::cannotRead, "weights.unwritten",
                      "{file} lists layers of which it holds nothing ({rest}): its save broke off. {advice}",
                      {{"file", file}, {"rest", rest}, {"advice", std::string(advice)}})
            : failure(ErrorCode::cannotRead, "weights.broken-save",
                      "The save of {file} broke off at layer {layer}: two of its weights have the name {name}, and an "
                      ".h5 holds one of a name.{rest} {advice}",
                      {{"file", file},
                       {"layer", broken->name},
                       {"name", broken->twice},
                       {"rest", rest.empty() ? rest : " Not written: " + rest + "."},
                       {"advice", std::string(advice)}});
    notes.push_back(note.error());
}

} // namespace plumbline::keras
