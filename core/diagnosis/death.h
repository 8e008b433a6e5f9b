#pragma once
// How a process ended that should not have, and the finding that says so.

#include "core/diagnosis/diagnosis.h"

#include <string>

namespace plumbline {

struct Death {
    enum class Kind { signal, exit, timeout, outOfMemory } kind = Kind::signal;
    int code = 0;                 ///< signal number or exit status
    std::string name;             ///< "SIGSEGV", "exit 3"
    std::string phase;            ///< what it was doing: "running"
    std::string layer;            ///< the layer begun last, or empty
    std::int64_t layerIndex = -1; ///< its row
    std::int64_t limit =
        0; ///< the limit that was hit: bytes of `outOfMemory`, milliseconds of `timeout`; 0: none was set
};

/// The name a signal has ("SIGSEGV"), or "signal 42".
std::string signalName(int signal);
/// What usually causes this end, in words: "It read or wrote memory that is not its own." Empty where nothing is known.
std::string usualCause(const Death& death);

/// `crash`, `timeout` or `out-of-memory`. Its place is the layer begun last, or the process where none had begun.
Finding processFinding(const Death& death);

} // namespace plumbline
