#pragma once
// How tensors and calls are named, everywhere the same: in tables, in findings and as members of npz files. A model's
// output bears the name of the layer's tensor and call that it is; one that is listed twice stands twice.

#include <string>

namespace plumbline {

/// A layer's tensor: "lstm", and its further ones "lstm:1", …
inline std::string tensorName(const std::string& layer, std::size_t output) {
    return output > 0 ? layer + ":" + std::to_string(output) : layer;
}

/// A layer's call: "head", and its further ones "head@1", …
inline std::string callName(const std::string& layer, std::size_t call) {
    return call > 0 ? layer + "@" + std::to_string(call) : layer;
}

} // namespace plumbline
