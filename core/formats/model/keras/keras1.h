#pragma once
// Keras 1's own names for settings (nb_filter, border_mode, subsample, …), rewritten in place to Keras 2's.

#include <nlohmann/json.hpp>

namespace plumbline::keras {

void modernize(nlohmann::json& model);

} // namespace plumbline::keras
