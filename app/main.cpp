// The program: the command line, without Qt. The window is a program of its own beside it, so that `check` starts
// without loading fifty libraries it never calls (13 ms of processor time).

#include "app/commandline/commandline.h"

#if PLUMBLINE_GUI
#include "app/commandline/output.h"

#include <unistd.h>

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

int main(int argc, char** argv) {
    plumbline::ShowWindow window;
#if PLUMBLINE_GUI
    window = [argv](const plumbline::Options&) { return showWindow(argv); };
#endif
    return plumbline::runCommandLine({argv + 1, argv + argc}, window);
}
