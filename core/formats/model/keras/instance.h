#pragma once
// The objects that own variables: one LayerInstance a layer of the file, however often it is called, in a tree that
// mirrors the config (nested models, wrapped layers). Weights are put in here by the two readers of weights, and read
// by the lowerings.

#include "core/formats/model/keras/config.h"
#include "core/graph/graph.h"

#include <map>

namespace plumbline::keras {

struct ModelInstance;
struct LayerKind;

struct LayerInstance {
    LayerConfig config;
    const LayerKind* kind = nullptr; ///< its row in the table; null where the class is not known
    std::vector<LayerWeight>
        weights; ///< its own, in Keras's order: trainable, then the others. `stored` null: not in the file
    bool weightsUnknown = false;        ///< an unknown class: its weights are what the file holds for it
    std::optional<Error> weightProblem; ///< the file's weights do not fit; a message without the layer's name
    std::vector<std::pair<std::string, std::unique_ptr<LayerInstance>>>
        children;                         ///< wrapped layers by attribute: "forward_layer"
    std::unique_ptr<ModelInstance> model; ///< a model used as a layer
    std::map<std::string, ValueId>
        constants;                    ///< weights already in the graph, in the engine's layouts, shared by all calls
    std::vector<CarriedState> states; ///< of a stateful layer, `next` of its latest call
    std::optional<Error> configProblem;
    /// What its weights say of extents that are not known before a run, as its lowering met them.
    std::vector<std::pair<Dim, std::int64_t>> extents;

    bool trainable() const { return !config.config.contains("trainable") || config.config["trainable"] != false; }
    bool hasWeights() const; ///< of its own or below
    const LayerWeight* weight(const std::string& name) const;
    LayerInstance* child(const std::string& attribute) const;
};

struct ModelInstance {
    ModelConfig config; ///< its layers are moved into `layers`
    std::vector<std::unique_ptr<LayerInstance>> layers;
};

Result<std::unique_ptr<ModelInstance>> makeInstance(ModelConfig config, const Writer& writer, const std::string& file);
std::unique_ptr<LayerInstance> makeInstance(LayerConfig config, const Writer& writer, const std::string& file);

/// Where one variable stands, with the layer that owns it.
struct Variable {
    LayerInstance* owner = nullptr;
    std::size_t index = 0;
    LayerWeight& weight() const { return owner->weights[index]; }
};
/// A layer's variables as legacy files list them: all trainable ones, then the others, through everything below it.
std::vector<Variable> legacyOrder(LayerInstance& layer);
/// The same, layer by layer.
std::vector<Variable> naturalOrder(LayerInstance& layer);

} // namespace plumbline::keras
