#include "core/diagnosis/comparison.h"
#include "widgets/common/fonts.h"
#include "widgets/common/style.h"
#include "widgets/views/network/networkpainter.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace plumbline {

namespace {

void paintBox(QPainter& painter, const QRectF& box) {
    painter.setPen(color(Role::border));
    painter.setBrush(color(Role::surface));
    painter.drawRoundedRect(box, metrics::controlRadius, metrics::controlRadius);
}

bool hasCause(const Diagnosis& diagnosis) {
    return std::ranges::any_of(diagnosis.findings,
                               [](const Finding& finding) { return finding.severity != Severity::note; });
}

} // namespace

void paintGrid(QPainter& painter, const QRect& area, QPointF origin, double scale) {
    double step = 24 * scale;
    while (step < 16)
        step *= 2;
    painter.setPen(Qt::NoPen);
    painter.setBrush(mixed(color(Role::window), color(Role::training), 0.28));
    const double left = std::fmod(origin.x(), step), top = std::fmod(origin.y(), step);
    for (double y = area.top() + top - step; y < area.bottom(); y += step)
        for (double x = area.left() + left - step; x < area.right(); x += step)
            painter.drawRect(QRectF(x, y, 1, 1));
}

QTransform minimapTransform(const QRectF& box, const NetworkScene& scene) {
    const auto inner = box.adjusted(8, 8, -8, -8);
    const auto bounds = scene.bounds.isEmpty() ? QRectF(0, 0, 1, 1) : scene.bounds;
    const double scale = std::min(inner.width() / bounds.width(), inner.height() / bounds.height());
    QTransform transform;
    transform.translate(inner.center().x(), inner.center().y());
    transform.scale(scale, scale);
    transform.translate(-bounds.center().x(), -bounds.center().y());
    return transform;
}

void paintMinimap(QPainter& painter, const QRectF& box, const NetworkScene& scene, const QRectF& visible) {
    paintBox(painter, box);
    painter.save();
    painter.setClipRect(box.adjusted(1, 1, -1, -1));
    const auto transform = minimapTransform(box, scene);
    for (const auto& card : scene.cards) {
        const auto divergence = scene.divergence(card);
        auto ink = card.callout ? color(scene.isDeath ? Role::failure : Role::divergence)
                   : divergence ? divergenceColor(*divergence)
                                : color(Role::training);
        if (scene.isUnreached(card))
            ink = mixed(ink, color(Role::surface), 0.6);
        auto frame = transform.mapRect(card.frame);
        frame.setHeight(std::max(2.0, std::min(frame.height(), 7.0)));
        painter.setPen(Qt::NoPen);
        painter.setBrush(ink);
        painter.drawRoundedRect(frame, 1.5, 1.5);
    }
    auto fill = color(Role::accent);
    fill.setAlpha(18);
    const auto shown = transform.mapRect(visible).intersected(box.adjusted(3, 3, -3, -3));
    if (!visible.contains(scene.bounds)) {
        painter.setPen(QPen(color(Role::accent), 1));
        painter.setBrush(fill);
        painter.drawRoundedRect(shown, 3, 3);
    }
    painter.restore();
}

QRectF paintLegend(QPainter& painter, QPointF corner, const NetworkScene& scene, double room) {
    if (scene.cards.empty())
        return {};
    const auto font = interfaceFont(12), mono = monoFont();
    const QFontMetricsF metrics(font), numbers(mono);
    struct Line {
        QString text;
        Role role;
        bool dashed;
    };
    std::vector<Line> lines;
    if (scene.calloutCard >= 0 && (scene.ran || scene.isDeath))
        lines.push_back(scene.isDeath ? Line{QObject::tr("where the process ended"), Role::failure, false}
                                      : Line{QObject::tr("path of the divergence"), Role::divergence, false});
    if (scene.hasUnreached)
        lines.push_back(
            {scene.isRunning ? QObject::tr("not run yet") : QObject::tr("not reached"), Role::secondaryText, true});
    if (!scene.ran)
        lines.push_back({scene.isRunning          ? QObject::tr("not run yet")
                         : scene.diagnosis->error ? QObject::tr("not run: a source cannot be read")
                         : scene.isInputGiven || hasCause(*scene.diagnosis)
                             ? QObject::tr("not run")
                             : QObject::tr("model alone, not run: choose the input of a prediction "
                                           "(Ctrl+I)"),
                         Role::secondaryText, true});
    else if (!scene.hasDivergence && lines.empty())
        lines.push_back(
            {scene.diagnosis->training.empty() ? QObject::tr("ran; no training reference to hold it against")
             : against(*scene.diagnosis) == Against::model ? QObject::tr("ran; the training reference does not fit")
             : !notCompared(*scene.diagnosis).empty()      ? QObject::tr("within training where it was compared")
                                                           : QObject::tr("within training"),
             Role::secondaryText, false});
    const auto scale = QStringLiteral("1×  …  100×");
    double width = 12;
    for (const auto& line : lines)
        width += 14 + 6 + metrics.horizontalAdvance(line.text) + 14;
    const double forScale =
        metrics.horizontalAdvance(QObject::tr("divergence")) + 6 + 72 + 6 + numbers.horizontalAdvance(scale) + 14;
    const bool hasScale = scene.hasDivergence && (lines.empty() || width + forScale <= room);
    if (hasScale)
        width += forScale;
    const QRectF box(corner.x(), corner.y() - 30, width, 30);
    paintBox(painter, box);
    double x = box.left() + 12;
    const auto text = [&](const QString& what, const QFont& in, Role role) {
        painter.setFont(in);
        painter.setPen(color(role));
        painter.drawText(QRectF(x, box.top(), 400, box.height()), Qt::AlignVCenter, what);
        x += QFontMetricsF(in).horizontalAdvance(what) + 6;
    };
    if (hasScale) {
        text(QObject::tr("divergence"), font, Role::secondaryText);
        QLinearGradient gradient(x, 0, x + 72, 0);
        for (int i = 0; i <= 4; ++i)
            gradient.setColorAt(i / 4.0, divergenceColor(std::pow(10.0, i / 2.0)));
        painter.setPen(Qt::NoPen);
        painter.setBrush(gradient);
        // A wedge: on the cards the edge widens as it takes on colour.
        const double middle = box.center().y();
        painter.drawPolygon(QPolygonF({{x, middle - 2}, {x + 72, middle - 5}, {x + 72, middle + 5}, {x, middle + 2}}));
        x += 72 + 6;
        text(scale, mono, Role::text);
        x += 8;
    }
    for (const auto& line : lines) {
        QPen pen(color(line.role), 2);
        if (line.dashed)
            pen.setDashPattern({1.5, 1.5});
        painter.setPen(pen);
        painter.drawLine(QPointF(x, box.center().y()), QPointF(x + 10, box.center().y()));
        x += 16;
        text(line.text, font, line.role);
        x += 8;
    }
    return box;
}

} // namespace plumbline
