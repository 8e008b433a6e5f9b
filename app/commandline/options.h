#pragma once
// The command line as values. Parsing touches no file but to see whether a path exists; it needs no Qt.

#include "core/diagnosis/check.h"
#include "core/isolation/worker.h"

#include <string>
#include <vector>

namespace plumbline {

enum class Command { open, check, trace, summary, bench, help, version };

struct Options {
    Command command = Command::open;
    std::optional<Command> helpOn; ///< `help` for one command
    CheckRequest request;          ///< model, sources, run, seed
    WorkerLimits limits;
    int repeat = 50;
    std::string json, report, screenshot, fixOut, outputs,
        activations; ///< paths; "-": standard output; empty: not asked
    bool emitCode = false;

    bool hasModel() const { return !request.model.path.empty(); }
};

/// `arguments` without the program's name. Every error is ErrorCode::wrongCall, and says what can be given instead.
Result<Options> parseOptions(const std::vector<std::string>& arguments);

std::string_view name(Command command);
/// "--train", "--input", …: the options of a command, in the order of its help.
std::vector<std::string> optionNames(Command command);
/// The help of the program, or of one command.
std::string helpText(std::optional<Command> command = {});

/// "1048576", "512M", "2G" (powers of 1000, as sizes are printed), "1Gi" (powers of 1024), each with a B or
/// without. Nothing where it is none of these.
std::optional<std::uint64_t> parseBytes(std::string_view text);

} // namespace plumbline
