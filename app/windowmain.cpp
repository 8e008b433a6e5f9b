// The window's program. It takes the same call as plumbline, which starts it.

#include "app/commandline/delivery.h"
#include "app/commandline/output.h"
#include "app/window/runwindow.h"

#include <atomic>

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
    if (options->command == plumbline::Command::open)
        return plumbline::runWindow(request, argc, argv);

    // A check or trace with a picture: all of it tells of the one run that the window shows.
    std::atomic<int> delivered = 0;
    request.onFirstCheck = [&](plumbline::Worker& worker, const plumbline::Result<plumbline::Diagnosis>& result) {
        delivered = plumbline::deliver(worker, *options, result);
    };
    const int shown = plumbline::runWindow(request, argc, argv);
    return shown != 0 ? shown : delivered.load();
}
