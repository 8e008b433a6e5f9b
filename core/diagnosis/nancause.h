#pragma once
// The arithmetic by which an op made NaN of operands that are not.

#include "core/ops/op.h"

#include <string>
#include <vector>

namespace plumbline {

struct NanOperand {
    std::size_t input = 0;    ///< which input of the node
    std::int64_t element = 0; ///< row-major index in it
    double value = 0;
};

/// "inf - inf", "0 / 0", "0 * inf", "inf / inf", "log of a negative", "sqrt of a negative", "overflow", …; "NaN" of one
/// operand is "weight is NaN". Orders `operands` so that those to blame come first.
std::string nanCause(const Node& node, std::vector<NanOperand>& operands);

} // namespace plumbline
