#pragma once
// The arithmetic by which an op made NaN of operands that are not, or an infinity of finite ones: which step of it, and
// the numbers that this step took, each by the name that the model's author knows.

#include "core/ops/op.h"

#include <string>
#include <vector>

namespace plumbline {

/// A number that the arithmetic took.
struct BirthOperand {
    double value = 0;
    std::string of;           ///< the weight, the input or the layer it stands in
    std::size_t input = 0;    ///< which input of the node
    std::int64_t element = 0; ///< row-major index in it
};

struct BirthOperation {
    const Node& node;
    double result = 0;                  ///< what it gave: NaN or an infinity
    std::vector<BirthOperand> operands; ///< all that the element depends on, in the order of the op's dependency rule
    double largest = 0;                 ///< of the result's element type, as it is computed
    bool batchStatistics = false;       ///< normalizations by the batch's own moments, as in training
};

struct BirthCause {
    /// "inf - inf", "0 / 0", "0 * inf", "log of a negative", "sqrt of a negative", "overflow", "1 / 0", "log of 0", …;
    /// "weight is NaN" of an operand that was NaN in the graph already.
    std::string name;
    std::vector<BirthOperand> operands; ///< what the step took, the one to blame first
    std::string words;                  ///< the same for people: "moving_variance -0.0123"
};

BirthCause birthCause(const BirthOperation& operation);

/// Of sums, and of sums of products: the terms that do not go together, or that are too large together.
BirthCause causeOfSum(const BirthOperation& operation);
/// Of normalizations, whose moments are the data's own or stored, and of softmax.
BirthCause causeOfNormalization(const BirthOperation& operation);

/// "moving_variance -0.0123 and …", at most `most` of them.
std::string operandWords(const std::vector<BirthOperand>& operands, std::size_t most = 3);

} // namespace plumbline
