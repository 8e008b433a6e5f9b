#pragma once
// Inputs that are indices: an embedding's words, a condition's class. No map of their values makes sense.

#include "core/graph/graph.h"

#include <map>

namespace plumbline {

struct Lookup {
    std::int64_t rows = 0;
    LayerId layer;
};

/// By input position, for each input that reaches a Gather without arithmetic: the smallest table it looks up.
std::map<std::size_t, Lookup> lookupsOf(const Graph& graph);

} // namespace plumbline
