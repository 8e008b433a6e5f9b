#pragma once
// Reductions over axes. Axes are input 1 (opset 18); none given means all, or none with noop_with_empty_axes.
// Floating-point sums are taken in double and rounded once. A maximum, minimum or arg-maximum of a line with a NaN is
// that NaN, as NumPy's.

#include "core/ops/op.h"

namespace plumbline {

enum class Reduction { sum, mean, max, min, prod, l1, l2, sumSquare, logSum, logSumExp };

Result<std::vector<ValueType>> reduceShape(std::string_view op, Reduction reduction, const ShapeContext& context);
Result<std::vector<Tensor>> reduceReference(Reduction reduction, const KernelContext& context);
std::vector<ElementOrigin> reduceOrigins(const DependencyContext& context);
/// float32 over neighbouring axes: sum, mean, max, min, sum of squares, L1, L2; for the others null.
std::unique_ptr<FastKernel> fastReduce(Reduction reduction, const FastKernelRequest& request);
/// Which axes a node reduces; `listed` is input 1 where it is there.
Result<std::vector<bool>> reducedAxes(std::string_view op, const Attributes& attributes,
                                      const std::optional<std::vector<std::int64_t>>& listed, std::size_t rank);

namespace reduction_names {
inline constexpr char sum[] = "ReduceSum", mean[] = "ReduceMean", max[] = "ReduceMax", min[] = "ReduceMin",
                      prod[] = "ReduceProd", l1[] = "ReduceL1", l2[] = "ReduceL2", sumSquare[] = "ReduceSumSquare",
                      logSum[] = "ReduceLogSum", logSumExp[] = "ReduceLogSumExp";
}

template<const char* name, Reduction reduction> OpDefinition reductionOp() {
    return {.name = name,
            .shape = [](const ShapeContext& context) { return reduceShape(name, reduction, context); },
            .reference = [](const KernelContext& context) { return reduceReference(reduction, context); },
            .fast = [](const FastKernelRequest& request) { return fastReduce(reduction, request); },
            .nan = NanRule::reduces,
            .dependency = reduceOrigins};
}

/// The first index of the largest (or smallest) element along `axis`, int64; select_last_index takes the last.
Result<std::vector<ValueType>> argMaxShape(const ShapeContext& context);
Result<std::vector<Tensor>> argMaxReference(const KernelContext& context);
Result<std::vector<ValueType>> argMinShape(const ShapeContext& context);
Result<std::vector<Tensor>> argMinReference(const KernelContext& context);
std::vector<ElementOrigin> argOrigins(const DependencyContext& context);

/// Running sums along the axis of input 1; `exclusive` leaves out the element itself, `reverse` starts at the end.
Result<std::vector<ValueType>> cumSumShape(const ShapeContext& context);
Result<std::vector<Tensor>> cumSumReference(const KernelContext& context);
std::vector<ElementOrigin> cumSumOrigins(const DependencyContext& context);

} // namespace plumbline
