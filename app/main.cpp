#include "app/commandline/commandline.h"

#if PLUMBLINE_GUI
#include "app/window/runwindow.h"
#endif

int main(int argc, char** argv) {
    plumbline::ShowWindow showWindow;
#if PLUMBLINE_GUI
    showWindow = [argc, argv](const plumbline::Options& options) {
        plumbline::WindowRequest request;
        if (options.hasModel())
            request.check = options.request;
        request.limits = options.limits;
        request.screenshot = options.screenshot;
        return plumbline::runWindow(request, argc, argv);
    };
#endif
    return plumbline::runCommandLine({argv + 1, argv + argc}, showWindow);
}
