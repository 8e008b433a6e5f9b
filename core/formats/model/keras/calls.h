#pragma once
// The calls of a functional model: `inbound_nodes` in its four forms.
//   Keras 3:      [{"args": […], "kwargs": {…}}], a tensor being {"class_name": "__keras_tensor__", …, "keras_history":
//   […]} Keras 1, 2:   [[["layer", node, tensor, {kwargs}], …], …], 3 or 4 items each TFOpLambda:   [["layer", node,
//   tensor, {"y": ["other", 0, 0]}]], one list level flatter, tensors inside kwargs constants:    ["_CONSTANT_VALUE",
//   -1, value, {kwargs}]

#include "core/formats/model/keras/config.h"

namespace plumbline::keras {

/// Fills the calls of model.layers from the objects they were parsed from.
Result<void> parseCalls(ModelConfig& model, const nlohmann::json& layers, const std::string& file);
/// input_layers, output_layers: a list of triples, one bare triple, or a dictionary of them.
std::vector<TensorReference> parseReferences(const nlohmann::json& value);
/// Call indices that count a nested model's own first node are moved to begin at 0. Then every reference is held
/// against the calls that exist.
Result<void> rebaseCalls(ModelConfig& model, const Writer& writer, const std::string& file);

} // namespace plumbline::keras
