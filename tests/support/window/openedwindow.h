#pragma once
// A main window with a fixture open in it, and pictures of it for whoever wants to look.

#include "app/window/mainwindow.h"
#include "tests/support/window/fixtureservice.h"

#include <QImage>

namespace plumbline::test {

constexpr int patience = 20000; ///< ms; a limit, not a wait

struct Opened {
    FixtureService* service; ///< the window's
    std::unique_ptr<MainWindow> window;
};

/// Shown and settled: every element that its views ask for has arrived.
Opened opened(const char* fixture, QSize size = {1440, 900});
/// The window as it looks; kept as screenshots/NAME.png in the build's folder too.
QImage picture(MainWindow& window, const char* name);

} // namespace plumbline::test
