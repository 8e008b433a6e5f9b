#pragma once
// The AVX-512 forms of a statistics block and of emptying a table of bins. To be called only where hasAvx512().

#include "core/tensor/bintable.h"

#include <cstddef>

namespace plumbline::detail {

struct BlockSums;

#if defined(__x86_64__)

bool hasAvx512();

void avx512Float(const float* x, std::size_t n, float shift, BlockSums& sums, BinTable* table);

/// A BinDrain.
void avx512Drain(std::uint32_t* counts, std::uint32_t first, std::uint32_t groups, std::uint32_t* out);

#endif

} // namespace plumbline::detail
