#pragma once
// Element-wise arithmetic of two or more operands under broadcasting: Add, Sub, Mul, Div, Mod, Pow, and the variadic
// Max, Min, Sum and Mean. Max and Min of a NaN are NaN (NumPy's maximum). An integer divided by zero is 0, as in NumPy.

#include "core/ops/op.h"

namespace plumbline {

enum class Arithmetic { add, sub, mul, div, mod, fmod, pow, max, min, sum, mean, prelu };

Result<std::vector<ValueType>> arithmeticShape(std::string_view op, Arithmetic operation, const ShapeContext& context);
Result<std::vector<Tensor>> arithmeticReference(Arithmetic operation, const KernelContext& context);
/// Two float32 operands; null for Mod and Pow.
std::unique_ptr<FastKernel> fastArithmetic(Arithmetic operation, const FastKernelRequest& request);

namespace arithmetic_names {
inline constexpr char add[] = "Add", sub[] = "Sub", mul[] = "Mul", div[] = "Div", mod[] = "Mod", pow[] = "Pow",
                      max[] = "Max", min[] = "Min", sum[] = "Sum", mean[] = "Mean", prelu[] = "PRelu";
}

/// The row of the table.
template<const char* name, Arithmetic operation> OpDefinition arithmeticOp() {
    return {.name = name,
            .shape = [](const ShapeContext& context) { return arithmeticShape(name, operation, context); },
            .reference = [](const KernelContext& context) { return arithmeticReference(operation, context); },
            .fast = [](const FastKernelRequest& request) { return fastArithmetic(operation, request); },
            .nan = operation == Arithmetic::div || operation == Arithmetic::pow || operation == Arithmetic::max ||
                           operation == Arithmetic::min || operation == Arithmetic::mod
                       ? NanRule::bounded
                       : NanRule::elementwise};
}

} // namespace plumbline
