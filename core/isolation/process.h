#pragma once
// The worker's process: started by exec with one end of a socket pair, never by fork alone (OpenMP does not survive
// that).

#include "core/isolation/channel.h"

#include <sys/types.h>

#include <memory>

namespace plumbline {

struct SpawnedProcess {
    pid_t pid = -1;
    std::unique_ptr<Channel> channel;
};

/// Arguments of the worker program; its own main reads them.
struct WorkerArguments {
    int channel = 3;
    std::uint64_t memoryBytes = 0;
};
Result<WorkerArguments> parseWorkerArguments(int argc, char** argv);

/// Must be called on a thread that lives as long as the process: the kernel ends a child with the thread that made it
/// (PR_SET_PDEATHSIG, so that no worker is ever orphaned).
Result<SpawnedProcess> spawnWorker(const std::string& program, std::uint64_t memoryBytes);

/// The worker's own first steps: no core file, dies with its parent, RLIMIT_DATA.
void applyWorkerLimits(const WorkerArguments& arguments);

/// Exit statuses of the worker that say more than "it ended".
inline constexpr int outOfMemoryStatus = 86;
inline constexpr int badArgumentsStatus = 87;

} // namespace plumbline
