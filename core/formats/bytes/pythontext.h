#pragma once
// A value of a model file as its author wrote it: in Python, where JSON says null and true.

#include <nlohmann/json.hpp>

#include <string>

namespace plumbline {

/// None, True, 0.5, "same", (3, 3): a list as the tuple that a shape or a setting is. At most `longest` bytes, what is
/// beyond them is "…".
std::string pythonText(const nlohmann::json& value, std::size_t longest = 60);

} // namespace plumbline
