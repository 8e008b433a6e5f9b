#pragma once
// Rows of float16 and bfloat16 to float32 and back, rounded to nearest even: what toFloat and toFloat16 do, many at
// once.

#include "core/tensor/dtype.h"

#include <cstddef>

namespace plumbline::simd {

/// `dtype` is float16 or bfloat16; the ranges do not overlap. Runs on the OpenMP team where that pays.
void widen(DType dtype, const std::byte* from, float* to, std::int64_t count);
void narrow(DType dtype, const float* from, std::byte* to, std::int64_t count);

} // namespace plumbline::simd
