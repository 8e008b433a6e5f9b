#include "tests/support/testcase.h"

#include "tests/support/window/openedwindow.h"
#include "widgets/common/palette.h"
#include "widgets/common/style.h"
#include "widgets/panels/diagnosispanel.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusVariant>
#include <QLabel>
#include <QProcess>

using namespace plumbline;
using namespace plumbline::test;

namespace {

/// As the desktop's portal tells it: 1 is dark, 2 is light.
void systemTurns(uint scheme) {
    QMetaObject::invokeMethod(
        &Theme::instance(), "portalSettingChanged", Q_ARG(QString, QStringLiteral("org.freedesktop.appearance")),
        Q_ARG(QString, QStringLiteral("color-scheme")), Q_ARG(QDBusVariant, QDBusVariant(QVariant::fromValue(scheme))));
}

} // namespace

class tst_theme : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { installStyle(*qApp); }
    void cleanup() {
        systemTurns(2);
        Theme::instance().setChoice(Theme::Choice::light);
    }

    // First: whoever speaks of QDBusVariant makes its name known to all.
    void hearsTheDesktopOnTheBus() {
        QProcess daemon;
        daemon.start("dbus-daemon", {"--session", "--nofork", "--print-address"});
        if (!daemon.waitForStarted())
            QSKIP("there is no dbus-daemon here");
        QVERIFY(daemon.waitForReadyRead(patience));
        const auto address = QString::fromLocal8Bit(daemon.readLine()).trimmed();
        qputenv("DBUS_SESSION_BUS_ADDRESS", address.toLocal8Bit());
        auto desktop = QDBusConnection::connectToBus(address, "desktop");
        QVERIFY(desktop.registerService("org.freedesktop.portal.Desktop"));
        Theme::instance().followSystem();
        Theme::instance().setChoice(Theme::Choice::system);
        if (QDBusConnection::sessionBus().baseService().isEmpty())
            QSKIP("this process has another session bus already");
        for (const auto& [scheme, wanted] : {std::pair(1U, Appearance::dark), std::pair(2U, Appearance::light)}) {
            auto changed = QDBusMessage::createSignal("/org/freedesktop/portal/desktop",
                                                      "org.freedesktop.portal.Settings", "SettingChanged");
            changed << QStringLiteral("org.freedesktop.appearance") << QStringLiteral("color-scheme")
                    << QVariant::fromValue(QDBusVariant(QVariant::fromValue(scheme)));
            QVERIFY(desktop.send(changed));
            QTRY_COMPARE(Theme::instance().appearance(), wanted);
        }
        QDBusConnection::disconnectFromBus("desktop");
        daemon.terminate();
        QVERIFY(daemon.waitForFinished(patience));
    }

    void anOpenWindowTurnsWithTheSystem() {
        Theme::instance().setChoice(Theme::Choice::system);
        systemTurns(2);
        const auto [service, window] = opened("scale");
        systemTurns(1);
        QCOMPARE(Theme::instance().appearance(), Appearance::dark);
        settleLayout(*window);
        const auto old = colorOf(Role::divergence, Appearance::light).name();
        for (const auto* label : window->findChildren<QLabel*>())
            QVERIFY2(!label->text().contains(old), qPrintable(label->text()));
    }

    void aChoiceOfTheUserStandsAgainstTheSystem() {
        Theme::instance().setChoice(Theme::Choice::light);
        systemTurns(1);
        QCOMPARE(Theme::instance().appearance(), Appearance::light);
    }
};

PLUMBLINE_TEST(tst_theme)
#include "tst_theme.moc"
