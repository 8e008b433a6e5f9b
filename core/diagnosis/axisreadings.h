#pragma once
// What an array of the wrong rank or order of axes may have been meant as. Shapes alone; the rules judge and word it.

#include "core/diagnosis/contract.h"

#include <vector>

namespace plumbline {

struct AxisReading {
    enum class Kind { missingBatch, missingAxis, extraAxis, order } kind = Kind::order;
    std::vector<std::size_t> axes;        ///< put in (positions in the result) or taken out (positions in the array)
    std::vector<std::size_t> permutation; ///< of `order`: np.transpose(x, permutation)
    bool isReshape = false;               ///< axes were flattened or unfolded: `result` by np.reshape
    bool holdsMore = false;               ///< of `extraAxis`: more than one element stands along it
    Shape result;                         ///< the array's shape after it
    std::size_t mismatches = 0;           ///< fixed extents of `expected` that `result` still misses
    int oddity = 0;                       ///< among equals the lower is the likelier
};

/// All readings, the likeliest first. `expected` has training's extents where the model leaves one open.
std::vector<AxisReading> axisReadings(const Dims& expected, const Shape& actual);

} // namespace plumbline
