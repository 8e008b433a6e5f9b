#pragma once
// Activation functions of Keras 2 and 3, by the name or object that a config holds.

#include "core/formats/model/keras/lowering.h"

namespace plumbline::keras {

/// `activation`: "relu", {"class_name": "function", "config": "relu"}, {"class_name": "LeakyReLU", "config": {…}} or
/// null (linear).
Result<ValueId> applyActivation(Lowering& lowering, ValueId value, const nlohmann::json& activation);
/// The name in any of these forms; empty for none.
std::string activationName(const nlohmann::json& activation);
/// By name alone, with its default arguments; nothing where there is no such function.
std::optional<ValueId> applyNamedActivation(Lowering& lowering, ValueId value, const std::string& name);

} // namespace plumbline::keras
