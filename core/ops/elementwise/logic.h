#pragma once
// Ops around booleans: comparisons (a NaN is equal to nothing, less and greater than nothing), And, Or, Xor, Not,
// Where, IsNaN and IsInf. All broadcast.

#include "core/ops/op.h"

namespace plumbline {

enum class Comparison { equal, greater, greaterOrEqual, less, lessOrEqual };
Result<std::vector<ValueType>> comparisonShape(std::string_view op, const ShapeContext& context);
Result<std::vector<Tensor>> comparisonReference(Comparison comparison, const KernelContext& context);

enum class Logic { conjunction, disjunction, exclusive };
Result<std::vector<ValueType>> logicShape(std::string_view op, const ShapeContext& context);
Result<std::vector<Tensor>> logicReference(Logic logic, const KernelContext& context);

Result<std::vector<ValueType>> notShape(const ShapeContext& context);
Result<std::vector<Tensor>> notReference(const KernelContext& context);
Result<std::vector<ValueType>> isNanShape(const ShapeContext& context);
Result<std::vector<Tensor>> isNanReference(const KernelContext& context);
Result<std::vector<ValueType>> isInfShape(const ShapeContext& context);
Result<std::vector<Tensor>> isInfReference(const KernelContext& context);

Result<std::vector<ValueType>> whereShape(const ShapeContext& context);
Result<std::vector<Tensor>> whereReference(const KernelContext& context);

namespace logic_names {
inline constexpr char equal[] = "Equal", greater[] = "Greater", greaterOrEqual[] = "GreaterOrEqual", less[] = "Less",
                      lessOrEqual[] = "LessOrEqual", conjunction[] = "And", disjunction[] = "Or", exclusive[] = "Xor";
}

template<const char* name, Comparison comparison> OpDefinition comparisonOp() {
    return {.name = name,
            .shape = [](const ShapeContext& context) { return comparisonShape(name, context); },
            .reference = [](const KernelContext& context) { return comparisonReference(comparison, context); },
            .nan = NanRule::bounded};
}

template<const char* name, Logic logic> OpDefinition logicOp() {
    return {.name = name,
            .shape = [](const ShapeContext& context) { return logicShape(name, context); },
            .reference = [](const KernelContext& context) { return logicReference(logic, context); },
            .nan = NanRule::bounded};
}

} // namespace plumbline
