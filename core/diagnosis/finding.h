#pragma once
// One diagnosed fact. Its members are those of the JSON that scripts read: names change only by adding.

#include "core/base/message.h"
#include "core/graph/graph.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace plumbline {

enum class Severity { error, warning, note };
std::string_view name(Severity severity);

enum class PlaceKind { input, layer, weight, output, process };
std::string_view name(PlaceKind kind);

struct Place {
    PlaceKind kind = PlaceKind::input;
    std::string name;                   ///< of the input, layer or output; a weight's layer
    std::optional<std::int64_t> axis;   ///< from 0, batch included
    std::vector<std::int64_t> features; ///< the prediction's indices; for a missing column training's
    std::optional<std::vector<std::int64_t>> element;
    std::optional<std::string> weight; ///< the variable's short name
    std::int64_t index = -1;           ///< row in the layers, or the input's position
};

/// A step on one input (or a named setting) that removes a finding.
struct Fix {
    std::string
        kind; ///< "insert-axis", "transpose", "cast", "map", "insert-column", "drop-columns", "clip", "fill-nan", …
    nlohmann::json arguments = nlohmann::json::object(); ///< "input" and what the kind needs; see fix.h
    std::string numpy;                                   ///< the same as NumPy: "x = x[np.newaxis]"
    bool verified = false;                               ///< see verification.h for all that is asked
    bool makesItRun = false;                             ///< the run with it reached the end
    std::size_t alternatives = 0;                        ///< other fixes that would have passed as well
    bool leavesNothing = false;                          ///< and found nothing more than notes
};

struct Finding {
    std::string code; ///< "feature-count", …: the contract's list
    Severity severity = Severity::error;
    Place where;
    nlohmann::json expected = nlohmann::json::object();
    nlohmann::json actual = nlohmann::json::object();
    nlohmann::json evidence = nlohmann::json::object();
    nlohmann::json threshold = nlohmann::json::object();
    Message message;                   ///< one sentence with both numbers
    std::vector<std::size_t> explains; ///< indices into the diagnosis' findings
    std::optional<Fix> fix;
};

} // namespace plumbline
