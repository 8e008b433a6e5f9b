#pragma once
// Where the time of a watched run goes, to the nanosecond. The clock is read once at each change of work, and what has
// gone by since is put down to one account: so the accounts' sum is the whole run, whatever was slow in it.
//
//   inputs made ready, plan made | watch the inputs | op | watch its values | op | …
//   rest                         | watching         | layers[…]             | layers[…]

#include "core/base/ids.h"
#include "core/engine/observer.h"

#include <span>
#include <vector>

namespace plumbline {

struct RunTimes {
    using Time = std::chrono::nanoseconds;

    std::vector<Time> layers; ///< by LayerId, of its own nodes: all that was computed, reordered and rounded for them;
                              ///< empty where nobody watched
    Time watching{};          ///< taking statistics and copies of values for the observer, and the observer itself
    Time rest{};              ///< what is no layer's: inputs made ready, the plan made, memory taken

    Time computing() const; ///< of all layers
    Time whole() const { return computing() + watching + rest; }
};

inline double microseconds(RunTimes::Time time) { return std::chrono::duration<double, std::micro>(time).count(); }

/// Reads the observer's clock; without one it stands still.
class LapTimer {
public:
    explicit LapTimer(const Observer* observer) : m_observer(observer), m_last(now()) {}
    RunTimes::Time lap() { ///< since the last one
        const auto before = m_last;
        m_last = now();
        return m_last - before;
    }

private:
    RunTimes::Time now() const { return m_observer ? m_observer->now() : RunTimes::Time(); }

    const Observer* m_observer;
    RunTimes::Time m_last;
};

/// What was computed for `nodes` together, put down to their layers. Ops that were fused have no times of their own and
/// take even shares; a node without a layer is the rest's.
void book(RunTimes& times, const Graph& graph, std::span<const NodeId> nodes, RunTimes::Time time);

} // namespace plumbline
