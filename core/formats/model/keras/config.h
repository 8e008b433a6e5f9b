#pragma once
// A Keras architecture as values: every writer's JSON (Keras 1 to 3, Sequential lists, old and new node forms) in one
// form.
//
//   ModelConfig ── layers ──> LayerConfig ── calls ──> Call ── tensors ──> TensorReference (layer, call, output)
//                                └─ nested ──> ModelConfig, for a model used as a layer
//
// A Sequential is given the calls that it implies, so that all that follows knows one kind of model.

#include "core/base/result.h"
#include "core/graph/dim.h"

#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <vector>

namespace plumbline::keras {

/// What wrote the file, as far as it says. Some defaults and formulas changed between major versions.
struct Writer {
    int major = 3;
    int minor = 0;
    std::string version; ///< "2.13.1", or empty
    std::string text() const { return version.empty() ? "Keras" : "Keras " + version; }
};
Writer parseWriter(const std::string& version);

struct TensorReference {
    std::string layer;
    std::size_t call = 0;   ///< which call of that layer, from 0
    std::size_t output = 0; ///< which of its outputs
};

/// One call of a layer. In `args` and `kwargs` a tensor is the object {"$tensor": index into tensors}.
struct Call {
    nlohmann::json args = nlohmann::json::array();
    nlohmann::json kwargs = nlohmann::json::object();
    std::vector<TensorReference> tensors;
};
/// The index of a tensor in an argument; nothing where the argument is something else.
std::optional<std::size_t> tensorIndex(const nlohmann::json& argument);

struct ModelConfig;

struct LayerConfig {
    std::string name;
    std::string className;
    std::string module;     ///< "keras.layers", "keras.src.ops.numpy"; empty in old files
    std::string registered; ///< "package>Name" of a custom class, else empty
    nlohmann::json config;  ///< special objects (`__numpy__`, `__tensor__`, …) replaced by their values
    std::vector<Call> calls;
    std::shared_ptr<ModelConfig> nested; ///< for a model used as a layer

    bool isInput() const { return className == "InputLayer"; }
    /// A raw operation of Keras 3 (keras.ops.add on symbolic tensors), which shares class names with layers.
    bool isOperation() const;
};

struct ModelConfig {
    std::string name;
    std::string className; ///< "Sequential", "Functional", "Model"
    std::vector<LayerConfig> layers;
    std::vector<TensorReference> inputs;
    std::vector<TensorReference> outputs;
    bool impliedInput = false; ///< an old Sequential without InputLayer: layers[0] was added here
};

/// `file` names the text in errors. `config` is the whole object with class_name and config.
Result<ModelConfig> parseModel(const nlohmann::json& config, const Writer& writer, const std::string& file);
/// One serialized layer: also what wrappers hold (`Bidirectional.layer`).
Result<LayerConfig> parseLayer(const nlohmann::json& object, const Writer& writer, const std::string& file);
/// Whether the object is a graph of layers: by its class or by what its config holds.
bool isModelConfig(const nlohmann::json& object);

/// Numbers and arrays that stand wrapped (`{"class_name": "__numpy__", "config": {"value": 6.0}}`, `{"type": "ndarray",
/// "value": …}`) become what they wrap, everywhere below `value`. Lambda bytecode becomes null.
nlohmann::json unwrapped(const nlohmann::json& value);

} // namespace plumbline::keras
