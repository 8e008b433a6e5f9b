// The window's program. It takes the same call as plumbline, which starts it.

#include "app/commandline/options.h"
#include "app/commandline/output.h"
#include "app/window/runwindow.h"

int main(int argc, char** argv) {
    const auto options = plumbline::parseOptions({argv + 1, argv + argc});
    if (!options) {
        plumbline::printError(options.error().text());
        return 2;
    }
    plumbline::WindowRequest request;
    if (options->hasModel())
        request.check = options->request;
    request.limits = options->limits;
    request.screenshot = options->screenshot;
    return plumbline::runWindow(request, argc, argv);
}
