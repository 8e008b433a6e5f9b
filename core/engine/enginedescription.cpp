#include "core/engine/executor.h"

#include <fmt/format.h>
#include <omp.h>
#include <oneapi/dnnl/dnnl.hpp>

namespace plumbline {

std::string engineDescription(int threads) {
    const auto* version = dnnl::version();
#if defined(__x86_64__)
    const char* isa = __builtin_cpu_supports("avx512f") ? "AVX-512" : __builtin_cpu_supports("avx2") ? "AVX2" : "SSE";
#else
    const char* isa = "generic";
#endif
    const int count = threads > 0 ? threads : omp_get_num_procs();
    return fmt::format("oneDNN {}.{}.{} · {} · {} thread{}", version->major, version->minor, version->patch, isa, count,
                       count == 1 ? "" : "s");
}

} // namespace plumbline
