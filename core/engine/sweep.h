#pragma once
// Steps of a watched plan that go over their elements together. Every value has to exist there and is counted; where
// element-wise ops follow a step, the values are made and counted a few thousand elements at a time, while these are in
// the nearest cache, and on all threads at once:
//
//   head, whole | count a block | a follower computes the block | count it | … | the next block
//
// Followers may write into their operand's memory. The memory plan keeps everything that a sweep reads or writes until
// its end: its blocks do not keep to the order of steps.

#include "core/base/ids.h"
#include "core/engine/observer.h"
#include "core/tensor/statistics.h"

#include <span>
#include <vector>

namespace plumbline {

struct Plan;
struct Step;

struct Sweep {
    std::size_t head = 0, last = 0; ///< steps of the plan; the followers are (head, last]
    std::int64_t piece = 0;         ///< elements of a block: a multiple of all followers' granules
};

/// In the order of steps, without overlap. `wanted` by ValueId.
std::vector<Sweep> findSweeps(const Plan& plan, const std::vector<bool>& wanted);

/// One value of a sweep while it is gone over.
struct SweptValue {
    static constexpr std::size_t none = SIZE_MAX;

    ValueId id;
    Step* step = nullptr;
    bool computes = false; ///< a follower; the head is there already
    const float* data = nullptr;
    std::uint64_t kept = 0; ///< bytes of elements that become the observer's own
    bool copied = false;    ///< the observer gets a copy: its elements would be overwritten
    Interest interest;
    std::size_t rectifies = none;    ///< index of the value that this is max(x, 0) of
    float* copy = nullptr;           ///< where the elements of a copied one go
    Statistics statistics;           ///< filled, where interest.statistics
    std::chrono::nanoseconds time{}; ///< filled, for followers: of computing, without the time of watching
};

/// What one sweep after the other is gone over with, so that none allocates.
struct SweepScratch {
    std::vector<SweptValue> values;
    std::vector<Statistics> parts;               ///< by block, then value
    std::vector<RawCounts> counted;              ///< by value, then thread
    std::vector<std::chrono::nanoseconds> times; ///< likewise
};

/// Computes, counts and copies all blocks of scratch.values on up to `threads` threads. What comes out does not depend
/// on their number. `clock`: whose time is taken.
void goOver(SweepScratch& scratch, std::int64_t elements, std::int64_t piece, int threads, const Observer& clock);

} // namespace plumbline
