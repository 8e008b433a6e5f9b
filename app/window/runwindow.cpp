#include "app/window/runwindow.h"

#include "app/document/settings.h"
#include "app/document/weightsbeside.h"
#include "app/window/mainwindow.h"
#include "core/base/escape.h"
#include "widgets/common/icons.h"
#include "widgets/common/style.h"
#include "widgets/common/wording.h"

#include <QApplication>
#include <QFile>
#include <QScreen>
#include <QTemporaryDir>
#include <QTimer>

#include <cstdio>

namespace plumbline {

namespace {

/// As asked for, by the environment where not: a picture without a display has no button to switch with.
Theme::Choice choiceOf(const std::string& asked, Theme::Choice otherwise) {
    const auto text = asked.empty() ? qEnvironmentVariable("PLUMBLINE_THEME").toStdString() : asked;
    return text == "dark" ? Theme::Choice::dark : text == "light" ? Theme::Choice::light : otherwise;
}

QSize screenshotSize(const WindowRequest& request) {
    const auto text = qEnvironmentVariable("PLUMBLINE_SCREENSHOT_SIZE");
    const int width = text.section('x', 0, 0).toInt(), height = text.section('x', 1, 1).toInt();
    return width > 0 && height > 0 ? QSize(width, height) : QSize(request.width, request.height);
}

/// Qt ends the process where it finds no display: ask before.
bool hasDisplay() {
    return !qEnvironmentVariableIsEmpty("DISPLAY") || !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY") ||
           !qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM");
}

} // namespace

int runWindow(const WindowRequest& request, int argc, char** argv) {
    const bool isScreenshot = !request.screenshot.empty();
    std::optional<QTemporaryDir> runtimeFolder;
    if (isScreenshot) {
        qputenv("QT_QPA_PLATFORM", "offscreen");
        // A folder for sockets, of which a picture has none. Qt takes one itself where a login gave none, and warns.
        if (qEnvironmentVariableIsEmpty("XDG_RUNTIME_DIR"))
            qputenv("XDG_RUNTIME_DIR", QFile::encodeName(runtimeFolder.emplace().path()));
    }
    if (!hasDisplay()) {
        std::fputs(
            "plumbline: There is no display for the window (DISPLAY and WAYLAND_DISPLAY are not set). "
            "Use 'plumbline check MODEL --train REF --input X', with --screenshot FILE.png for a picture of it.\n",
            stderr);
        return 2;
    }
    QApplication application(argc, argv);
    QApplication::setApplicationName("Plumbline");
    QApplication::setOrganizationName("Plumbline");
    QApplication::setApplicationVersion(PLUMBLINE_VERSION);
    QApplication::setDesktopFileName("plumbline");
    if (isScreenshot) {
        Theme::instance().setChoice(choiceOf(request.theme, Theme::Choice::light));
    } else {
        Theme::instance().followSystem();
        Theme::instance().setChoice(choiceOf(request.theme, Settings::theme()));
    }
    installStyle(application);

    MainWindow window(workerService(request.limits, request.onFirstCheck));
    if (isScreenshot) {
        window.setRemembering(false);
        window.resize(screenshotSize(request));
    } else {
        if (const auto geometry = Settings::geometry(); !geometry.isEmpty())
            window.restoreGeometry(geometry);
        else // whole on a screen of its own size: the frame needs room too
            window.resize(window.size().boundedTo(window.screen()->availableSize() - QSize(16, 48)));
        if (const auto state = Settings::windowState(); !state.isEmpty())
            window.restoreState(state);
    }
    int status = 0;
    if (isScreenshot) {
        const auto write = [&] {
            if (request.onFirstCheck && !window.session().problem().isEmpty()) { // a wrong call, said already
                application.quit();
                return;
            }
            // What arrived last is laid out and drawn by events still waiting.
            QTimer::singleShot(0, &window, [&] {
                settleLayout(window);
                const auto path = toQString(request.screenshot);
                if (!window.grab().save(path, "PNG")) {
                    std::fputs(
                        ("plumbline: The screenshot cannot be written to " + visibleText(request.screenshot) + ".\n")
                            .c_str(),
                        stderr);
                    status = 3;
                }
                application.quit();
            });
        };
        if (request.check)
            QObject::connect(&window, &MainWindow::settled, &window, write, Qt::SingleShotConnection);
        else
            write();
    }
    window.show();
    if (request.check && request.onFirstCheck) {
        window.session().check(*request.check);
    } else if (request.check) {
        auto look = *request.check;
        if (look.model.weights.empty())
            look.model.weights = weightsBeside(toQString(look.model.path)).toStdString();
        window.session().open(look);
    }
    QApplication::exec();
    return status;
}

} // namespace plumbline
