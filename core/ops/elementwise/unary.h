#pragma once
// All unary element-wise ops: they share the shape rule and the loop, and differ in one function of functions.h.

#include "core/ops/elementwise/functions.h"
#include "core/ops/elementwise/unarykernel.h"
#include "core/ops/op.h"

namespace plumbline {

Result<std::vector<ValueType>> unaryShape(const UnaryFunction& function, const ShapeContext& context);
Result<std::vector<Tensor>> unaryReference(const UnaryFunction& function, const KernelContext& context);

/// The row of the table.
template<const UnaryFunction& function> OpDefinition unaryOp() {
    return {.name = function.op,
            .shape = [](const ShapeContext& context) { return unaryShape(function, context); },
            .reference = [](const KernelContext& context) { return unaryReference(function, context); },
            .fast = [](const FastKernelRequest& request) { return fastUnary(function.op, request); },
            .nan = function.bounded ? NanRule::bounded : NanRule::elementwise,
            .fusable = true};
}

} // namespace plumbline
