#pragma once
// LSTM, GRU and RNN: rows of the table. Reference kernels keep the state in double over all steps and round each output
// once.

#include "core/ops/op.h"

namespace plumbline {

Result<std::vector<ValueType>> lstmShape(const ShapeContext& context);
Result<std::vector<Tensor>> lstmReference(const KernelContext& context);
std::vector<ElementOrigin> lstmOrigins(const DependencyContext& context);

Result<std::vector<ValueType>> gruShape(const ShapeContext& context);
Result<std::vector<Tensor>> gruReference(const KernelContext& context);
std::vector<ElementOrigin> gruOrigins(const DependencyContext& context);

Result<std::vector<ValueType>> rnnShape(const ShapeContext& context);
Result<std::vector<Tensor>> rnnReference(const KernelContext& context);
std::vector<ElementOrigin> rnnOrigins(const DependencyContext& context);

} // namespace plumbline
