#pragma once
// What the program remembers between two starts.

#include "widgets/common/palette.h"

#include <QByteArray>
#include <QStringList>

namespace plumbline {

class Settings {
public:
    /// Models opened last, the newest first; those that are gone are left out.
    static QStringList recentModels();
    static void addRecentModel(const QString& path);
    static Theme::Choice theme();
    static void setTheme(Theme::Choice choice);
    static QByteArray geometry();
    static QByteArray windowState();
    static void setWindow(const QByteArray& geometry, const QByteArray& state);
    static QString lastFolder();
    static void setLastFolder(const QString& folder);
};

} // namespace plumbline
