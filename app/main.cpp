// The program: the command line, without Qt. The window is a program of its own beside it, so that `check` starts
// without loading fifty libraries it never calls (13 ms of processor time).

#include "app/commandline/commandline.h"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>

#if PLUMBLINE_GUI
#include "app/commandline/output.h"

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace {

/// The same call, by the window's program, in place of this process.
int showWindow(char** argv) {
    std::error_code error;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
    const auto program = (self.parent_path() / "plumbline-window").string();
    ::execv(program.c_str(), argv);
    plumbline::printError("The window's program " + program + " could not be started: " + std::strerror(errno) +
                          ". It belongs beside the plumbline program.");
    return 2;
}

} // namespace
#endif

/// A standard stream that the caller closed is opened on nothing: else the next file or socket takes its number, and
/// what is printed ends up there. Writing to a closed output stays an error.
static void openStandardStreams() {
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (::fcntl(descriptor, F_GETFD) < 0 && ::open("/dev/null", O_RDONLY) != descriptor) // the lowest free one
            return;
}

int main(int argc, char** argv) {
    openStandardStreams();
    std::signal(SIGXFSZ, SIG_IGN); // a limit on files is an error of writing, with its sentence
    plumbline::ShowWindow window;
#if PLUMBLINE_GUI
    window = [argv](const plumbline::Options&) { return showWindow(argv); };
#endif
    return plumbline::runCommandLine({argv + 1, argv + argc}, window);
}
