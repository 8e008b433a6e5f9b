#pragma once
// Runs one op by its reference kernel and by its fast kernel and says where they differ.

#include "core/ops/op.h"

#include <optional>
#include <string>
#include <vector>

namespace plumbline::test {

struct OpCase {
    std::string op;
    Attributes attributes;
    std::vector<Tensor> inputs; ///< a null tensor is an optional input left out
    std::vector<bool> constant; ///< which inputs are weights; missing entries: activations
    std::size_t outputs = 1;
    std::vector<PostOp> postOps; ///< asked of the fast kernel; the reference runs them one by one
    int threads = 2;
};

struct OpRun {
    std::vector<Tensor> outputs;
    std::string implementation;
};

Result<std::vector<ValueType>> inferCase(const OpCase& c);
Result<OpRun> runReference(const OpCase& c);
/// Nothing where the op has no fast kernel for the case.
Result<std::optional<OpRun>> runFast(const OpCase& c);

/// Empty where both agree: shapes, every non-finite element exactly, and finite ones within `tolerance` relative to the
/// largest magnitude. Else what differs, and where. A case without a fast kernel is a difference too.
std::string differenceOf(const OpCase& c, double tolerance = 1e-5);

/// Normally distributed, the same for the same seed.
Tensor randomTensor(const Shape& shape, unsigned seed, float scale = 1.0f);
/// The same with NaN, both infinities, -0 and a denormal strewn in.
Tensor withBadNumbers(const Tensor& tensor, unsigned seed);

} // namespace plumbline::test
