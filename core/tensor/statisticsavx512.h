#pragma once
// The AVX-512 forms of a statistics block and of emptying a table of bins, null on other processors than x86. To be
// called only where hasAvx512().

#include "core/tensor/statisticskernel.h"

namespace plumbline::detail {

#if defined(__x86_64__)

void avx512Float(const float* x, std::size_t n, float shift, BlockSums& sums, BinTable* table);         ///< FloatBlock
void avx512Drain(std::uint32_t* counts, std::uint32_t first, std::uint32_t groups, std::uint32_t* out); ///< BinDrain

#else

inline constexpr FloatBlock avx512Float = nullptr;
inline constexpr BinDrain avx512Drain = nullptr;

#endif

} // namespace plumbline::detail
