#pragma once
// The one place that holds colours. A widget asks for a role; which colour it is depends on the theme shown.

#include <QColor>
#include <QObject>

class QDBusVariant;

namespace plumbline {

enum class Role {
    window,
    surface,
    sunken,
    border,
    text,
    secondaryText,
    accent,
    onAccent, ///< selection and the main button; the text on it
    divergence,
    onDivergence,   ///< also the prediction's histogram; the text on it
    divergenceSoft, ///< behind a divergence chip or a row that is off
    training,       ///< training's histogram, and the calm end of the divergence scale
    nan,
    positiveInfinity,
    negativeInfinity,
    verified,
    verifiedSoft,
    failure, ///< a run or a worker that ended: never a divergence
    shadow,
};

enum class Appearance { light, dark };

QColor colorOf(Role role, Appearance appearance);

/// Which appearance the program shows: the user's choice, or the system's where they left it to it.
class Theme final : public QObject {
    Q_OBJECT
public:
    enum class Choice { system, light, dark };
    static Theme& instance();

    Choice choice() const { return m_choice; }
    void setChoice(Choice choice);
    Appearance appearance() const { return m_appearance; }
    /// Asks the desktop portal (org.freedesktop.appearance color-scheme) without blocking; the application's palette
    /// speaks until it answers, and where there is no portal.
    void followSystem();

signals:
    void changed();

private slots:
    void portalSettingChanged(const QString& group, const QString& key, const QDBusVariant& value);

private:
    Theme();
    void update();

    Choice m_choice = Choice::system;
    Appearance m_system = Appearance::light;
    Appearance m_appearance = Appearance::light;
};

/// The colour of a role in the appearance shown now.
QColor color(Role role);
/// Grey to orange by the logarithm of the divergence: 1 and below is grey, 100 and above the full colour.
QColor divergenceColor(double divergence);
/// `t` of the way from one colour to another (0..1).
QColor mixed(const QColor& from, const QColor& to, double t);

} // namespace plumbline
