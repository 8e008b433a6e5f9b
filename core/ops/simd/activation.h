#pragma once
// The unary functions of core/ops/elementwise/functions.h as vector loops over float32 in place, on the calling thread:
// what fused epilogues, recurrent gates and the element-wise kernels share. Each agrees with the scalar function on
// every non-finite element.

#include "core/graph/attributes.h"

#include <optional>
#include <string_view>

namespace plumbline::simd {

struct VectorActivation {
    void (*apply)(float* data, std::size_t count, float alpha, float beta) = nullptr;
    float alpha = 0, beta = 0; ///< the two parameters of the function, as parametersOf() gives them
};

/// Nothing where the op has no vector form (trigonometry).
std::optional<VectorActivation> vectorActivation(std::string_view op, const Attributes& attributes);

} // namespace plumbline::simd
