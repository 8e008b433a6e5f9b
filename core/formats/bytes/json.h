#pragma once
// JSON as model files hold it: Python's json.dump writes bare NaN, Infinity and -Infinity, which the standard does not
// know; here they become numbers. Size and nesting are bounded before anything is built.

#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace plumbline {

struct JsonLimits {
    std::size_t bytes = 256u << 20;
    std::size_t depth = 400; ///< open brackets at once; a model nested 20 deep has about 100
};

/// `label` names the text in errors: a path, or "config.json of m.keras". An error carries the byte offset.
Result<nlohmann::json> parseJson(std::string_view text, const std::string& label, JsonLimits limits = {});
/// Whether a file that begins so is worth parsing as JSON: an opening brace or bracket after white space.
bool looksLikeJson(std::string_view head);

} // namespace plumbline
