#pragma once
// How a run is watched. The executor asks before it spends anything on a value, and tells while the value is still in
// cache.

#include "core/graph/graph.h"
#include "core/tensor/statistics.h"

#include <chrono>

namespace plumbline {

/// One tensor of one run. A layer called twice has two values; a step of a recurrent layer is an iteration.
struct TraceKey {
    ValueId value;
    std::vector<std::uint32_t> callPath; ///< which call of each enclosing shared model, outermost first
    std::int64_t iteration = -1;         ///< step of a loop, -1 outside
    friend auto operator<=>(const TraceKey&, const TraceKey&) = default;
};

struct Interest {
    bool statistics = false;
    bool elements = false;
    bool tensor = false;                  ///< its elements are read during the call; with `elements` they always may be
    bool histogram = true;                ///< with the statistics
    std::uint64_t mostBytes = UINT64_MAX; ///< no elements of a larger tensor
    bool any() const { return statistics || elements || tensor; }
};

struct ObservedValue {
    TraceKey key;
    NodeId node;
    LayerId layer;
    /// Of its elements nothing is known unless asked for: with Interest::tensor they are there during the call, with
    /// Interest::elements (and where it is no larger than asked) the tensor is the observer's own.
    Tensor tensor;
    std::optional<Statistics> statistics;
    double microseconds = 0; ///< spent so far on the layer that made it, without the time of watching
};

class Observer {
public:
    enum class Answer { goOn, cancel };
    virtual ~Observer() = default;
    /// Asked for every value before the run (what nobody wants may be fused into its reader) and again before it is
    /// watched; several values may be made before the first of them is received. Values without interest are not
    /// received.
    virtual Interest interest(const TraceKey& key) = 0;
    /// Before a layer's first op runs: what a crash report names. An invalid one: from here on nobody says which.
    virtual void layerStarted(LayerId) {}
    virtual Answer received(ObservedValue value) = 0; ///< may block: that is a pause
    /// The clock that the run is timed by, from any zero, never backward. Read on several threads at once.
    virtual std::chrono::nanoseconds now() const { return std::chrono::steady_clock::now().time_since_epoch(); }
};

} // namespace plumbline
