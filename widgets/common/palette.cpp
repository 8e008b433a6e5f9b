#include "widgets/common/palette.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <QGuiApplication>
#include <QPalette>

#include <algorithm>
#include <cmath>

namespace plumbline {

namespace {

constexpr auto portalService = "org.freedesktop.portal.Desktop";
constexpr auto portalPath = "/org/freedesktop/portal/desktop";
constexpr auto portalInterface = "org.freedesktop.portal.Settings";
constexpr auto portalGroup = "org.freedesktop.appearance";
constexpr auto portalKey = "color-scheme";

struct RoleColors {
    Role role;
    QRgb light, dark;
};

constexpr RoleColors table[] = {
    {Role::window, 0xFFF3F4F6, 0xFF1A1C20},
    {Role::surface, 0xFFFFFFFF, 0xFF24272C},
    {Role::sunken, 0xFFEBEDF0, 0xFF1F2226},
    {Role::border, 0xFFD9DCE1, 0xFF363A41},
    {Role::text, 0xFF1B1F24, 0xFFE6E8EB},
    {Role::secondaryText, 0xFF5C6570, 0xFF9AA2AD},
    {Role::accent, 0xFF2563C9, 0xFF6EA0F5},
    {Role::onAccent, 0xFFFFFFFF, 0xFF101A2B},
    {Role::divergence, 0xFFD55E00, 0xFFF28C3A},
    {Role::onDivergence, 0xFFFFFFFF, 0xFF241203},
    {Role::divergenceSoft, 0xFFFAE6D8, 0xFF46301F},
    {Role::training, 0xFF9AA3AE, 0xFF7E8792},
    {Role::nan, 0xFFC2185B, 0xFFFF5C9A},
    {Role::positiveInfinity, 0xFFE69F00, 0xFFF5BD41},
    {Role::negativeInfinity, 0xFF0072B2, 0xFF4AA8E0},
    {Role::verified, 0xFF1F7A4D, 0xFF6FCF97},
    {Role::verifiedSoft, 0xFFE4F4EB, 0xFF1E3A2B},
    {Role::failure, 0xFFB3261E, 0xFFF2736B},
    {Role::shadow, 0x1A000000, 0x40000000},
};

} // namespace

QColor colorOf(Role role, Appearance appearance) {
    for (const auto& entry : table)
        if (entry.role == role)
            return QColor::fromRgba(appearance == Appearance::dark ? entry.dark : entry.light);
    return {};
}

Theme& Theme::instance() {
    static Theme theme;
    return theme;
}

Theme::Theme() = default;

void Theme::setChoice(Choice choice) {
    m_choice = choice;
    update();
}

void Theme::followSystem() {
    const auto window = QGuiApplication::palette().color(QPalette::Window);
    m_system = window.lightness() < 128 ? Appearance::dark : Appearance::light;
    update();
    auto bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return;
    qRegisterMetaType<QDBusVariant>(); // found by its name: else nothing is connected
    bus.connect(portalService, portalPath, portalInterface, "SettingChanged", this,
                SLOT(portalSettingChanged(QString, QString, QDBusVariant)));
    auto call = QDBusMessage::createMethodCall(portalService, portalPath, portalInterface, "Read");
    call << portalGroup << portalKey;
    auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(call), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        const QDBusPendingReply<QDBusVariant> reply = *watcher;
        if (!reply.isError())
            portalSettingChanged(portalGroup, portalKey, reply.value());
        watcher->deleteLater();
    });
}

void Theme::portalSettingChanged(const QString& group, const QString& key, const QDBusVariant& value) {
    if (group != QLatin1String(portalGroup) || key != QLatin1String(portalKey))
        return;
    auto variant = value.variant();
    // Read() wraps the value in a second variant, SettingChanged does not.
    if (variant.canConvert<QDBusVariant>())
        variant = variant.value<QDBusVariant>().variant();
    const auto scheme = variant.toUInt(); // 0 no preference, 1 dark, 2 light
    if (scheme != 0)
        m_system = scheme == 1 ? Appearance::dark : Appearance::light;
    update();
}

void Theme::update() {
    const auto wanted = m_choice == Choice::system  ? m_system
                        : m_choice == Choice::light ? Appearance::light
                                                    : Appearance::dark;
    if (wanted == m_appearance)
        return;
    m_appearance = wanted;
    emit changed();
}

QColor color(Role role) { return colorOf(role, Theme::instance().appearance()); }

QColor mixed(const QColor& from, const QColor& to, double t) {
    t = std::clamp(t, 0.0, 1.0);
    const auto part = [t](int a, int b) { return static_cast<int>(std::lround(a + (b - a) * t)); };
    return QColor(part(from.red(), to.red()), part(from.green(), to.green()), part(from.blue(), to.blue()),
                  part(from.alpha(), to.alpha()));
}

QColor divergenceColor(double divergence) {
    if (!(divergence > 1))
        return color(Role::training);
    const double t = std::isinf(divergence) ? 1 : std::log10(divergence) / 2;
    // A layer just outside the envelope must already be told from one inside it.
    return mixed(color(Role::training), color(Role::divergence), 0.35 + 0.65 * t);
}

} // namespace plumbline
