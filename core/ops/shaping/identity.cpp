// Identity: the input itself. Dropout and noise layers at inference.

#include "core/ops/shaping/shaping.h"
#include "core/ops/support/rule.h"

namespace plumbline {

Result<std::vector<ValueType>> identityShape(const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, "Identity", 1, 1));
    return rule::Types{context.input(0)};
}

Result<std::vector<Tensor>> identityReference(const KernelContext& context) {
    return std::vector<Tensor>{context.input(0)};
}

} // namespace plumbline
