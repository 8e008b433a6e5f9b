// How much a run may take: of the limit asked for what this process has left, else what the machine has free.
#include "core/diagnosis/judge.h"

#include <omp.h>
#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <optional>

namespace plumbline {

namespace {

/// The bytes of a field of /proc files such as "VmData:    1234 kB".
std::optional<std::uint64_t> fieldOf(const char* path, std::string_view wanted) {
    std::ifstream file(path);
    std::string key, rest;
    while (file >> key) {
        std::uint64_t kilobytes = 0;
        if (key == wanted && file >> kilobytes)
            return kilobytes * 1024;
        std::getline(file, rest);
    }
    return std::nullopt;
}

/// RLIMIT_DATA counts what is mapped, touched or not: the stacks of all threads too, which are made here so that they
/// are counted before the run makes them.
std::optional<std::uint64_t> leftOfLimit(const RunConfiguration& configuration, std::size_t ops) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_DATA, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return std::nullopt;
    const int threads = configuration.threads > 0 ? configuration.threads : omp_get_max_threads();
#pragma omp parallel num_threads(threads)
    {
        asm volatile(""); // an empty region is left out, and makes no threads
    }
    const auto used = fieldOf("/proc/self/status", "VmData:").value_or(0);
    // Beside the plan's arrays: compiled kernels (oneDNN maps 256 kB for each, an op has several), their scratch, and
    // what the heap does not give back.
    const std::uint64_t kernels = (4u << 20) + ops * (768u << 10);
    const auto left = limit.rlim_cur - std::min<std::uint64_t>(limit.rlim_cur, used + kernels);
    return left - left / 16;
}

} // namespace

std::uint64_t memoryAllowed(const RunConfiguration& configuration, std::size_t ops) {
    if (configuration.memoryLimit > 0)
        return std::min(configuration.memoryLimit, leftOfLimit(configuration, ops).value_or(configuration.memoryLimit));
    return fieldOf("/proc/meminfo", "MemAvailable:").value_or(std::numeric_limits<std::uint64_t>::max());
}

} // namespace plumbline
