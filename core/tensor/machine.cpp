#include "core/tensor/machine.h"

namespace plumbline::detail {

#if defined(__x86_64__)

bool hasAvx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

bool hasAvx512() {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

#else

bool hasAvx2() { return false; }
bool hasAvx512() { return false; }

#endif

} // namespace plumbline::detail
