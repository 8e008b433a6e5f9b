#pragma once
// How a run is watched. The executor asks before it spends anything on a value, and tells while the value is still in
// cache.

#include "core/graph/graph.h"
#include "core/tensor/statistics.h"

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
    bool histogram = true;                ///< with the statistics
    std::uint64_t mostBytes = UINT64_MAX; ///< no elements of a larger tensor
    bool any() const { return statistics || elements; }
};

struct ObservedValue {
    TraceKey key;
    NodeId node;
    LayerId layer;
    Tensor tensor; ///< valid during the call only, unless Interest::elements was set (and it is no larger than asked):
                   ///< then it is the observer's own
    std::optional<Statistics> statistics;
    double microseconds = 0; ///< of the op that made it, without the time of watching
};

class Observer {
public:
    enum class Answer { goOn, cancel };
    virtual ~Observer() = default;
    /// Asked for every value before the run (what nobody wants may be fused into its reader) and again when the
    /// value is there. Values without interest are not received.
    virtual Interest interest(const TraceKey& key) = 0;
    /// Before a layer's first op runs: what a crash report names.
    virtual void layerStarted(LayerId) {}
    virtual Answer received(ObservedValue value) = 0; ///< may block: that is a pause
};

} // namespace plumbline
