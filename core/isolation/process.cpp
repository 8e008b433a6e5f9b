#include "core/isolation/process.h"

#include "core/isolation/worker.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <filesystem>

extern char** environ;

namespace plumbline {

std::string workerProgram() {
    if (const char* named = std::getenv("PLUMBLINE_WORKER"); named && *named)
        return named;
    std::error_code error;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
    return (self.parent_path() / "plumbline-worker").string();
}

/// The environment of this process, and short spinning for OpenMP's waiting threads: on a busy machine those that spin
/// for long take the processors from those that work.
static std::vector<char*> workerEnvironment() {
    static std::string spinCount = "GOMP_SPINCOUNT=10000";
    std::vector<char*> out;
    for (char** entry = environ; *entry; ++entry)
        out.push_back(*entry);
    if (!std::getenv("GOMP_SPINCOUNT") && !std::getenv("OMP_WAIT_POLICY"))
        out.push_back(spinCount.data());
    out.push_back(nullptr);
    return out;
}

Result<SpawnedProcess> spawnWorker(const std::string& program, std::uint64_t memoryBytes) {
    const auto failed = [&](int reason) {
        return failure(
            ErrorCode::internal, "worker.start",
            "The worker program {program} could not be started: {reason}. It belongs beside the plumbline program; "
            "the environment variable PLUMBLINE_WORKER may name it.",
            {{"program", program}, {"reason", std::string(std::strerror(reason))}});
    };
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return failed(errno);
    FileDescriptor ours(ends[0]);
    FileDescriptor theirs(ends[1]);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0); // our standard output is a document
    posix_spawn_file_actions_adddup2(&actions, theirs.get(), WorkerArguments().channel);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

    std::string name = program;
    std::string memory = std::to_string(memoryBytes);
    char* const arguments[] = {name.data(), memory.data(), nullptr};
    const auto environment = workerEnvironment();
    pid_t pid = -1;
    const int result = ::posix_spawn(&pid, program.c_str(), &actions, &attributes, arguments, environment.data());
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (result != 0)
        return failed(result);
    return SpawnedProcess{pid, std::make_unique<Channel>(std::move(ours))};
}

Result<WorkerArguments> parseWorkerArguments(int argc, char** argv) {
    WorkerArguments arguments;
    const std::string_view memory = argc == 2 ? argv[1] : "";
    const auto [end, error] = std::from_chars(memory.data(), memory.data() + memory.size(), arguments.memoryBytes);
    if (memory.empty() || error != std::errc() || end != memory.data() + memory.size())
        return failure(ErrorCode::wrongCall, "worker.arguments",
                       "plumbline-worker is a part of plumbline and is started by it; use plumbline instead.");
    return arguments;
}

void applyWorkerLimits(const WorkerArguments& arguments) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    if (arguments.memoryBytes > 0) {
        const rlimit data{arguments.memoryBytes, arguments.memoryBytes};
        ::setrlimit(RLIMIT_DATA, &data);
    }
}

} // namespace plumbline
