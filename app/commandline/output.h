#pragma once
// Where results and messages of a call go.

#include "core/base/progress.h"

#include <string>

namespace plumbline {

/// `text` to `path` (beside it and renamed: never half a file), or to standard output where it is "-".
Result<void> writeText(const std::string& path, const std::string& text);

/// "plumbline: …" on standard error, with the control characters of files' names made harmless.
void printError(const std::string& text);
bool isTerminal(int descriptor);

/// A bar on standard error, only where that is a terminal; gone when it goes.
class ProgressBar {
public:
    ProgressBar();
    ~ProgressBar();
    void show(const ProgressReport& report);
    void clear();

private:
    bool m_isTerminal;
    bool m_isShown = false;
};

} // namespace plumbline
