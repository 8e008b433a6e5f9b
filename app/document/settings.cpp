#include "app/document/settings.h"

#include <QFileInfo>
#include <QSettings>

namespace plumbline {

namespace {
constexpr int recentCount = 8;
constexpr int stateVersion = 1; ///< of docks and tool bars; another layout gets another number
} // namespace

QStringList Settings::recentModels() {
    auto paths = QSettings().value("recent").toStringList();
    paths.removeIf([](const QString& path) { return !QFileInfo::exists(path); });
    return paths;
}

void Settings::addRecentModel(const QString& path) {
    auto paths = recentModels();
    const auto absolute = QFileInfo(path).absoluteFilePath();
    paths.removeAll(absolute);
    paths.prepend(absolute);
    QSettings().setValue("recent", QStringList(paths.mid(0, recentCount)));
}

Theme::Choice Settings::theme() {
    const auto text = QSettings().value("theme").toString();
    return text == "light" ? Theme::Choice::light : text == "dark" ? Theme::Choice::dark : Theme::Choice::system;
}

void Settings::setTheme(Theme::Choice choice) {
    QSettings().setValue("theme", choice == Theme::Choice::light  ? "light"
                                  : choice == Theme::Choice::dark ? "dark"
                                                                  : "system");
}

QByteArray Settings::geometry() { return QSettings().value("geometry").toByteArray(); }

QByteArray Settings::windowState() {
    return QSettings().value("version").toInt() == stateVersion ? QSettings().value("state").toByteArray()
                                                                : QByteArray();
}

void Settings::setWindow(const QByteArray& geometry, const QByteArray& state) {
    QSettings settings;
    settings.setValue("version", stateVersion);
    settings.setValue("geometry", geometry);
    settings.setValue("state", state);
}

QString Settings::lastFolder() { return QSettings().value("folder").toString(); }
void Settings::setLastFolder(const QString& folder) { QSettings().setValue("folder", folder); }

} // namespace plumbline
