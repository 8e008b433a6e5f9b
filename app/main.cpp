// The program: the command line, without Qt. The window is a program of its own beside it, so that `check` starts
// without loading fifty libraries it never calls (13 ms of processor time).

#include "app/commandline/commandline.h"

#if PLUMBLINE_GUI
#include "app/commandline/output.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace {

/// The same call, by the window's program: in place of this process for `open`, as a child where more follows.
int showWindow(const plumbline::Options& options, char** argv) {
    std::error_code error;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
    const auto program = (self.parent_path() / "plumbline-window").string();
    int reason = 0;
    if (options.command == plumbline::Command::open) {
        ::execv(program.c_str(), argv);
        reason = errno;
    } else {
        pid_t pid = -1;
        reason = ::posix_spawn(&pid, program.c_str(), nullptr, nullptr, argv, environ);
        int status = 0;
        if (reason == 0 && ::waitpid(pid, &status, 0) == pid)
            return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    plumbline::printError("The window's program " + program + " could not be started: " + std::strerror(reason) +
                          ". It belongs beside the plumbline program.");
    return 2;
}

} // namespace
#endif

int main(int argc, char** argv) {
    plumbline::ShowWindow window;
#if PLUMBLINE_GUI
    window = [argv](const plumbline::Options& options) { return showWindow(options, argv); };
#endif
    return plumbline::runCommandLine({argv + 1, argv + argc}, window);
}
