#pragma once
// The commands. What needs Qt Widgets is handed in, so that everything here builds and runs without it.

#include "app/commandline/options.h"

#include <functional>

namespace plumbline {

/// Opens the window, or runs the call with one that is rendered to options.screenshot; an exit status. Empty in a build
/// without Qt Widgets.
using ShowWindow = std::function<int(const Options& options)>;

/// Runs the call and returns its exit status. Results go to standard output, messages to standard error.
int runCommandLine(const std::vector<std::string>& arguments, const ShowWindow& showWindow);

} // namespace plumbline
