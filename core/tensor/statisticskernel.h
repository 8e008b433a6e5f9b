#pragma once
// The inner loops of statistics: one block of finite or non-finite elements into sums, and its bins into a table.
// There is one for AVX-512, one for AVX2 and one for neither.
//
// Moments are sums of d = x - shift and d * d in double, where shift is a finite element of the block itself. Then
// n * (mean - shift)^2 <= m2 (n the block's length), so the cancellation in m2 = sum(d^2) - sum(d)^2 / n loses at most
// a factor n + 1 of double's precision, whatever the data.

#include "core/tensor/bintable.h"

#include <cstddef>
#include <span>

namespace plumbline::detail {

inline constexpr std::size_t blockElements = 4096;

struct BlockSums {
    std::int64_t nan = 0, positiveInfinity = 0, negativeInfinity = 0, zero = 0, negative = 0;
    double min = 0, max = 0;          ///< unused where nothing is finite
    double sum = 0, sumOfSquares = 0; ///< of x - shift, over the finite elements
};

/// `table` may be null: no histogram. `shift` is a finite element of the block, or 0 where there is none.
using FloatBlock = void (*)(const float* x, std::size_t n, float shift, BlockSums& sums, BinTable* table);
using DoubleBlock = void (*)(const double* x, std::size_t n, double shift, BlockSums& sums, BinTable* table);

/// Only `sum` and `sumOfSquares`, of finite elements.
using FloatMoments = void (*)(const float* x, std::size_t n, float shift, BlockSums& sums);

/// Those that this machine can run, the fastest first.
std::span<const FloatBlock> floatBlocks();
std::span<const DoubleBlock> doubleBlocks();
std::span<const FloatMoments> floatMoments();

} // namespace plumbline::detail
