#pragma once
// The one entry to the window for main().

#include "app/document/checkservice.h"

#include <optional>
#include <string>

namespace plumbline {

struct WindowRequest {
    std::optional<CheckRequest> check; ///< what to open; nothing: the first screen
    WorkerLimits limits;
    std::string screenshot;         ///< write the finished window to this PNG and end; needs no display
    int width = 1440, height = 900; ///< of the screenshot; PLUMBLINE_SCREENSHOT_SIZE=1280x800 says otherwise
    std::string theme;              ///< "light", "dark"; empty: the user's choice (a screenshot: light)
    OnFirstCheck onFirstCheck;      ///< where the call asks for a check, not only for a look
};

/// Makes the QApplication, so none may exist yet. Returns the exit status: 0, or 3 where the screenshot cannot be
/// written.
int runWindow(const WindowRequest& request, int argc, char** argv);

} // namespace plumbline
