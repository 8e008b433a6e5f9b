#pragma once
// The unary element-wise ops as vector loops; may run in place.

#include "core/ops/op.h"

namespace plumbline {

/// Null for types other than float32, post-ops, and functions without a vector form.
std::unique_ptr<FastKernel> fastUnary(std::string_view op, const FastKernelRequest& request);

} // namespace plumbline
