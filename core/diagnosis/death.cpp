#include "core/diagnosis/death.h"

#include <fmt/format.h>

#include <csignal>

namespace plumbline {

namespace {

struct SignalFact {
    int number;
    const char* name;
    const char* cause;
};

constexpr SignalFact signals[] = {
    {SIGSEGV, "SIGSEGV",
     "It read or wrote memory that is not its own; usually a size that was trusted and wrong, or a stack that "
     "overflowed."},
    {SIGABRT, "SIGABRT", "It gave up by itself: a failed assertion, a damaged heap, or an exception nobody caught."},
    {SIGKILL, "SIGKILL",
     "It was killed from outside: by a user, by a supervisor, or by the kernel when memory ran out."},
    {SIGBUS, "SIGBUS", "A mapped file became shorter while it was read, or its disk failed."},
    {SIGFPE, "SIGFPE", "A whole number was divided by zero."},
    {SIGILL, "SIGILL", "The program holds an instruction that this processor does not have."},
    {SIGVTALRM, "SIGVTALRM", "A library did not come back: it went round in a loop over damaged data."},
    {SIGTERM, "SIGTERM", "It was asked to end from outside."},
    {SIGINT, "SIGINT", "It was interrupted from the keyboard."},
    {SIGHUP, "SIGHUP", "Its terminal was closed."},
    {SIGQUIT, "SIGQUIT", "It was ended from the keyboard."},
    {SIGTRAP, "SIGTRAP", "It ran into a breakpoint."},
    {SIGSYS, "SIGSYS", "It asked the system for what a filter forbids."},
    {SIGXCPU, "SIGXCPU", "It used up the processor time it was allowed."},
    {SIGXFSZ, "SIGXFSZ", "It wrote a file longer than allowed."},
    {SIGPIPE, "SIGPIPE", "It wrote to a pipe that nobody reads."},
};

const SignalFact* factOf(int signal) {
    for (const auto& fact : signals)
        if (fact.number == signal)
            return &fact;
    return nullptr;
}

std::string codeOf(Death::Kind kind) {
    switch (kind) {
    case Death::Kind::timeout: return "timeout";
    case Death::Kind::outOfMemory: return "out-of-memory";
    case Death::Kind::signal:
    case Death::Kind::exit: break;
    }
    return "crash";
}

} // namespace

std::string signalName(int signal) {
    const auto* fact = factOf(signal);
    return fact ? fact->name : fmt::format("signal {}", signal);
}

std::string usualCause(const Death& death) {
    switch (death.kind) {
    case Death::Kind::timeout: return "The limit is short for this input, or the work never ends.";
    case Death::Kind::outOfMemory: return "The batch or a layer's output is larger than the memory allowed.";
    case Death::Kind::exit: return {};
    case Death::Kind::signal: break;
    }
    const auto* fact = factOf(death.code);
    return fact ? fact->cause : "";
}

Finding processFinding(const Death& death) {
    Finding finding;
    finding.code = codeOf(death.kind);
    finding.severity = Severity::error;
    const bool inLayer = !death.layer.empty();
    finding.where.kind = inLayer ? PlaceKind::layer : PlaceKind::process;
    finding.where.name = inLayer ? death.layer : "worker";
    finding.where.index = death.layerIndex;

    std::string place = inLayer ? "in layer {layer}" : "while {phase}";
    Message::Arguments arguments = {{"layer", death.layer}, {"phase", death.phase.empty() ? "starting" : death.phase}};
    finding.evidence = {{"phase", death.phase}, {"cause", usualCause(death)}};
    if (inLayer)
        finding.evidence["layer"] = death.layer;

    switch (death.kind) {
    case Death::Kind::timeout: {
        const double seconds = static_cast<double>(death.limit) / 1000;
        arguments.emplace_back("seconds", seconds);
        finding.expected = {{"seconds", seconds}};
        finding.threshold = {{"seconds", seconds}};
        finding.actual = {{"finished", false}};
        finding.message = Message("process.timeout",
                                  "The run was not done after the {seconds} s allowed; it was ended " + place +
                                      ". {--timeout}, or a smaller batch, lets it finish.",
                                  std::move(arguments));
        break;
    }
    case Death::Kind::outOfMemory:
        if (death.limit > 0) {
            arguments.emplace_back("limit", bytesText(static_cast<std::uint64_t>(death.limit)));
            finding.expected = {{"bytes", death.limit}};
            finding.threshold = {{"bytes", death.limit}};
            finding.message = Message("process.out-of-memory",
                                      "The run needed more than the {limit} of private memory allowed; it ended " +
                                          place + ". {--memory}, or a smaller batch, lets it finish.",
                                      std::move(arguments));
        } else {
            finding.message = Message("process.out-of-memory.machine",
                                      "The run needed more memory than this machine gives; it ended " + place +
                                          ". A smaller batch needs less.",
                                      std::move(arguments));
        }
        break;
    case Death::Kind::signal:
    case Death::Kind::exit: {
        const bool bySignal = death.kind == Death::Kind::signal;
        const int status = bySignal ? 128 + death.code : death.code;
        arguments.emplace_back("name", death.name);
        arguments.emplace_back("code", std::int64_t{death.code});
        arguments.emplace_back("status", std::int64_t{status});
        arguments.emplace_back("cause", usualCause(death));
        finding.expected = {{"exit", 0}};
        finding.actual = {{"exit", bySignal ? nlohmann::json() : nlohmann::json(death.code)},
                          {"signal", bySignal ? nlohmann::json(death.name) : nlohmann::json()}};
        finding.evidence["code"] = {{"decimal", status}, {"hex", fmt::format("0x{:X}", status)}, {"name", death.name}};
        finding.message =
            bySignal
                ? Message("process.crash",
                          "The process that ran the model died of {name} (exit code {status}) " + place + ". {cause}",
                          std::move(arguments))
                : Message("process.exit",
                          "The process that ran the model ended itself with exit code {code} " + place + ".",
                          std::move(arguments));
        break;
    }
    }
    return finding;
}

} // namespace plumbline
