#include "tests/support/testcase.h"

#include "tests/support/window/openedwindow.h"

#include <QApplication>
#include <QDir>
#include <QSignalSpy>

namespace plumbline::test {

Opened opened(const char* fixture, QSize size) {
    auto service = std::make_unique<FixtureService>(fixture);
    Opened result{service.get(), nullptr};
    result.window = std::make_unique<MainWindow>(std::move(service));
    result.window->setRemembering(false);
    result.window->resize(size);
    result.window->show();
    QSignalSpy settled(result.window.get(), &MainWindow::settled);
    result.window->session().open("restorer.keras", {"train_images.npy"}, {"scan_batch.npy"});
    if (!settled.wait(patience))
        qFatal("the window never settled");
    QApplication::processEvents();
    return result;
}

QImage picture(MainWindow& window, const char* name) {
    settleLayout(window);
    const auto image = window.grab().toImage();
    QDir().mkpath(binaryFile("screenshots"));
    image.save(binaryFile(QStringLiteral("screenshots/%1.png").arg(QLatin1String(name))));
    return image;
}

} // namespace plumbline::test
