#include "widgets/common/icons.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QSvgRenderer>

// The icons are linked from a static library, where nothing else would pull them in. The macro wants the global
// namespace.
static void initializeIcons() { Q_INIT_RESOURCE(icons); }

namespace plumbline {

namespace {

// Draws at the size asked for, so that 200 % stays sharp, and looks the colour up then, so that a theme switch needs no
// new icons.
class StrokeIconEngine final : public QIconEngine {
public:
    StrokeIconEngine(QByteArray svg, Role role) : m_svg(std::move(svg)), m_role(role) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
        auto ink = color(m_role);
        if (mode == QIcon::Disabled && m_role != Role::onAccent) // a main button fades itself
            ink = mixed(color(Role::secondaryText), color(Role::surface), 0.5);
        QByteArray svg = m_svg;
        svg.replace("#000", ink.name().toLatin1());
        QSvgRenderer(svg).render(painter, rect);
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }

    QIconEngine* clone() const override { return new StrokeIconEngine(m_svg, m_role); }

private:
    QByteArray m_svg;
    Role m_role;
};

} // namespace

QIcon icon(const QString& name, Role role) {
    static const bool initialized = (initializeIcons(), true);
    Q_UNUSED(initialized)
    QFile file(":/icons/" + name + ".svg");
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QIcon(new StrokeIconEngine(file.readAll(), role));
}

QIcon programIcon() {
    QIcon result;
    for (const int size : {16, 24, 32, 48, 64, 128, 256}) {
        QPixmap pixmap(size, size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colorOf(Role::divergence, Appearance::light));
        painter.drawRoundedRect(QRectF(0, 0, size, size), size * 0.22, size * 0.22);
        const int inset = size / 6;
        icon("plumbline", Role::surface).paint(&painter, QRect(inset, inset, size - 2 * inset, size - 2 * inset));
        result.addPixmap(pixmap);
    }
    return result;
}

} // namespace plumbline
