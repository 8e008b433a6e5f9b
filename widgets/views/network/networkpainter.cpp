#include "widgets/views/network/networkpainter.h"

#include "widgets/common/fonts.h"
#include "widgets/common/style.h"
#include "widgets/common/wording.h"
#include "widgets/views/network/networkcards.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace plumbline {

namespace {

constexpr double padding = cardmetrics::padding;
constexpr double legible = 0.34; ///< scale; below it no letter is told from another, and a card is its colour
constexpr double lineLabel = 9;  ///< characters of "expected " and "got      "

QColor faded(QColor ink, double strength = 0.5) { return mixed(color(Role::surface), ink, strength); }

double drawText(QPainter& painter, QPointF at, const QString& text, const QFont& font, const QColor& ink, double room,
                Qt::TextElideMode mode = Qt::ElideRight) {
    const QFontMetricsF metrics(font);
    const auto shown = metrics.elidedText(oneLine(text), mode, room);
    painter.setFont(font);
    painter.setPen(ink);
    painter.drawText(QPointF(at.x(), at.y() + metrics.ascent()), shown);
    return metrics.horizontalAdvance(shown);
}

double drawChip(QPainter& painter, QPointF at, const QString& text, const QColor& ink, const QColor& ground) {
    const auto font = monoFont(11);
    const QFontMetricsF metrics(font);
    const QRectF frame(at, QSizeF(metrics.horizontalAdvance(text) + 14, 17));
    painter.setPen(Qt::NoPen);
    painter.setBrush(ground);
    painter.drawRoundedRect(frame, 8.5, 8.5);
    painter.setFont(font);
    painter.setPen(ink);
    painter.drawText(frame, Qt::AlignCenter, text);
    return frame.width();
}

// The left edge of a card says its divergence twice: by its colour, and for those who do not see it by its width.
double edgeWidth(const NetworkCard& card, std::optional<double> divergence) {
    constexpr double within = 4, hundredfold = 10;
    if (card.callout || (card.onPath && !divergence))
        return hundredfold;
    const double share = divergence && *divergence > 1 ? std::clamp(std::log10(*divergence) / 2, 0.2, 1.0) : 0.0;
    return within + (hundredfold - within) * share;
}

void paintFrame(QPainter& painter, const NetworkScene& scene, const NetworkPaintState& state, const NetworkCard& card,
                int index) {
    const auto status = scene.status(card);
    const bool unreached = scene.isUnreached(card);
    const auto frame = card.frame;
    const bool isSmall = state.scale <= legible;
    const auto divergence = scene.divergence(card);
    auto ink = scene.isDeath && card.callout                  ? color(Role::failure)
               : card.callout || (card.onPath && !divergence) ? color(Role::divergence)
               : divergence                                   ? divergenceColor(*divergence)
                                                              : color(Role::training);
    if (unreached)
        ink = mixed(color(Role::training), color(Role::surface), 0.4);
    if (status == LayerStatus::failed && !card.onPath)
        ink = color(Role::failure);
    if (card.callout) {
        auto halo = color(scene.isDeath ? Role::failure : Role::divergence);
        halo.setAlphaF(0.28F);
        painter.setPen(QPen(halo, std::max(4.0, 5 / state.scale)));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(frame.adjusted(-2, -2, 2, 2), metrics::cardRadius + 2, metrics::cardRadius + 2);
    }
    if (state.selected == index) {
        painter.setPen(QPen(color(Role::accent), std::max(2.0, 2 / state.scale))); // seen from afar too
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(frame.adjusted(-3, -3, 3, 3), metrics::cardRadius + 3, metrics::cardRadius + 3);
    }
    painter.setPen(Qt::NoPen);
    painter.setBrush(color(Role::shadow));
    if (!unreached)
        painter.drawRoundedRect(frame.translated(0, 1.5), metrics::cardRadius, metrics::cardRadius);
    QPen border(card.callout && !scene.isDeath  ? color(Role::divergence)
                : status == LayerStatus::failed ? color(Role::failure)
                : state.hovered == index        ? mixed(color(Role::border), color(Role::text), 0.35)
                                                : color(Role::border),
                1);
    if (unreached)
        border.setStyle(Qt::DashLine);
    painter.setPen(border);
    painter.setBrush(unreached ? mixed(color(Role::surface), color(Role::window), 0.5)
                     : isSmall ? mixed(color(Role::surface), ink, 0.55)
                               : color(Role::surface));
    painter.drawRoundedRect(frame, metrics::cardRadius, metrics::cardRadius);

    QPainterPath shape;
    shape.addRoundedRect(frame, metrics::cardRadius, metrics::cardRadius);
    painter.save();
    painter.setClipPath(shape, Qt::IntersectClip);
    const QRectF edge(frame.left(), frame.top(), edgeWidth(card, divergence), frame.height());
    painter.fillRect(edge, ink);
    painter.restore();
}

void paintText(QPainter& painter, const NetworkScene& scene, const NetworkCard& card) {
    const auto& layer = scene.layer(card);
    const auto* run = scene.result(card);
    const auto status = scene.status(card);
    const bool unreached = scene.isUnreached(card);
    const auto ink = [&](Role role) { return unreached ? faded(color(role)) : color(role); };
    const double left = card.frame.left() + padding, room = card.frame.width() - padding - cardmetrics::rightPadding;
    double y = card.frame.top() + 8;
    const auto titleFont = interfaceFont(13, QFont::DemiBold), textFont = interfaceFont(12);
    const auto kind = cardSubtitle(scene, card), activation = cardActivation(scene, card);
    const double kindWidth = QFontMetricsF(textFont).horizontalAdvance(kind);
    // The name goes before the type: a type cut to less than this says nothing, and gives its room to the name.
    constexpr double leastKind = 56;
    const double title = QFontMetricsF(titleFont).horizontalAdvance(cardTitle(scene, card));
    const double forKind = std::min(kindWidth, leastKind) + cardmetrics::titleGap;
    const double used = drawText(painter, {left, y}, cardTitle(scene, card), titleFont, ink(Role::text),
                                 title + forKind <= room ? room - forKind : room,
                                 Qt::ElideMiddle); // names of layers differ at their ends
    const double rest = title + forKind <= room ? room - used - cardmetrics::titleGap : 0;
    const auto whole = activation.isEmpty() ? kind : kind + QStringLiteral(" · ") + activation;
    const bool wholeFits = QFontMetricsF(textFont).horizontalAdvance(whole) <= rest;
    drawText(painter, {left + used + cardmetrics::titleGap, y + 1}, wholeFits ? whole : kind, textFont,
             ink(Role::secondaryText), rest);
    y += 18;

    if (!card.lines.isEmpty()) {
        for (qsizetype i = 0; i < card.lines.size(); ++i) {
            // The first word is a label; the rest is what is compared. Where both do not fit the label goes.
            const auto& line = card.lines[i];
            const bool isGot = i == 1 || line.startsWith(QObject::tr("got      "));
            const auto what = isGot && card.gotIsOff ? (scene.isDeath ? Role::failure : Role::divergence)
                              : unreached && i == 1  ? Role::secondaryText
                                                     : Role::text;
            const bool labelled = line.startsWith(QObject::tr("expected ")) ||
                                  line.startsWith(QObject::tr("got      ")) ||
                                  line.startsWith(QObject::tr("and      "));
            const auto label = labelled ? line.left(static_cast<qsizetype>(lineLabel)) : QString();
            const bool fits = QFontMetricsF(monoFont()).horizontalAdvance(line) <= room;
            const double lead =
                fits ? drawText(painter, {left, y}, label, monoFont(), ink(Role::secondaryText), room) : 0;
            drawText(painter, {left + lead, y}, line.mid(label.size()), monoFont(), ink(what), room - lead);
            y += 16;
        }
    } else {
        const double shapeEnd = drawText(painter, {left, y}, cardShape(scene, card), monoFont(), ink(Role::text), room);
        const double width = QFontMetricsF(textFont).horizontalAdvance(activation);
        if (!wholeFits && shapeEnd + cardmetrics::titleGap + width <= room)
            drawText(painter, {left + room - width, y}, activation, textFont, ink(Role::secondaryText), width + 1);
        y += 17;
    }
    const double chipY = card.frame.bottom() - 22;
    if (!card.lines.isEmpty() && y > chipY)
        return; // a small card holds either both lines or the chips
    double x = left;
    if (!layer.problem.isEmpty()) {
        drawChip(painter, {x, chipY}, problemText(layer), color(Role::failure), color(Role::sunken));
        return;
    }
    if (run && !run->shapes.empty()) {
        const bool bad = run->statistics.nan > 0;
        const auto count = run->statistics.nan < 100000
                               ? QString::number(run->statistics.nan)
                               : QString::number(static_cast<double>(run->statistics.nan), 'g', 2);
        x += drawChip(painter, {x, chipY}, QStringLiteral("NaN %1").arg(count),
                      bad ? color(Role::surface) : ink(Role::secondaryText),
                      bad ? color(Role::nan) : color(Role::sunken)) +
             5;
        if (run->statistics.infinite() > 0)
            x += drawChip(painter, {x, chipY}, QStringLiteral("Inf %1").arg(run->statistics.infinite()),
                          QColor(Qt::black), color(Role::positiveInfinity)) +
                 5;
        if (run->divergence && *run->divergence > 1 && status == LayerStatus::diverges)
            x += drawChip(painter, {x, chipY}, timesText(*run->divergence), color(Role::divergence),
                          color(Role::divergenceSoft)) +
                 5;
        const double width = std::min(68.0, card.frame.right() - 10 - x);
        if (width > 24)
            paintHistogram(painter, QRectF(card.frame.right() - 9 - width, card.frame.bottom() - 24, width, 18),
                           card.histogram, Role::training);
    } else if (!scene.ran && layer.parameters > 0) {
        drawChip(painter, {x, chipY},
                 countedText(layer.parameters, QObject::tr("%1 parameter"), QObject::tr("%1 parameters")),
                 ink(Role::secondaryText), color(Role::sunken));
    }
}

void paintEdge(QPainter& painter, const NetworkScene& scene, const NetworkEdge& edge) {
    QPen pen(edge.onPath ? color(Role::divergence)
                         : mixed(color(Role::training), color(Role::window), edge.isReached ? 0.1 : 0.55),
             edge.onPath ? 1.8 : 1.4);
    if (!edge.isReached && !edge.onPath)
        pen.setStyle(Qt::DashLine);
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(edge.path);
    if (edge.label.isEmpty())
        return;
    const bool off = edge.onPath && scene.cards[static_cast<std::size_t>(edge.from)].gotIsOff;
    painter.setFont(monoFont());
    painter.setPen(color(off ? Role::divergence : Role::secondaryText));
    painter.drawText(QPointF(edge.labelAt.x(), edge.labelAt.y() + 4), edge.label);
}

void paintGroup(QPainter& painter, const NetworkScene& scene, const NetworkGroup& group) {
    painter.setPen(QPen(color(Role::border), 1));
    painter.setBrush(mixed(color(Role::window), color(Role::sunken), 0.8));
    painter.drawRoundedRect(group.frame, metrics::cardRadius + 4, metrics::cardRadius + 4);
    const auto& name = scene.diagnosis->model->layers[static_cast<std::size_t>(group.row)].name;
    drawText(painter, group.frame.topLeft() + QPointF(12, 0.5), toQString(name), interfaceFont(11),
             color(Role::secondaryText), group.frame.width() - 24);
}

void paintCallout(QPainter& painter, const NetworkScene& scene) {
    const auto font = interfaceFont(12, QFont::DemiBold);
    const auto box = calloutBox(scene);
    QPainterPath path;
    path.addRoundedRect(box, 5, 5);
    QPainterPath tip;
    tip.addPolygon(QPolygonF({{box.left() + 18, box.bottom()},
                              {box.left() + 34, box.bottom()},
                              {box.left() + 26, box.bottom() + calloutTail}}));
    painter.setPen(Qt::NoPen);
    painter.setBrush(color(scene.isDeath ? Role::failure : Role::divergence));
    painter.drawPath(path.united(tip));
    painter.setFont(font);
    painter.setPen(color(scene.isDeath ? Role::surface : Role::onDivergence));
    painter.drawText(box.adjusted(10, 0, -9, 0), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextWordWrap, scene.callout);
}

} // namespace

void paintNetwork(QPainter& painter, const NetworkScene& scene, const NetworkPaintState& state, const QRectF& exposed) {
    for (const auto& group : scene.groups)
        if (group.frame.intersects(exposed))
            paintGroup(painter, scene, group);
    for (const auto& edge : scene.edges)
        if (!edge.onPath && edge.path.boundingRect().adjusted(-2, -2, 120, 2).intersects(exposed))
            paintEdge(painter, scene, edge);
    for (const auto& edge : scene.edges)
        if (edge.onPath && edge.path.boundingRect().adjusted(-2, -2, 120, 2).intersects(exposed))
            paintEdge(painter, scene, edge);
    for (std::size_t i = 0; i < scene.cards.size(); ++i) {
        const auto& card = scene.cards[i];
        if (!card.frame.adjusted(-8, -8, 8, 8).intersects(exposed))
            continue;
        const bool dimmed = state.searching && !state.found.contains(static_cast<int>(i));
        painter.setOpacity(dimmed ? 0.3 : 1);
        paintFrame(painter, scene, state, card, static_cast<int>(i));
        if (state.scale > legible)
            paintText(painter, scene, card);
    }
    painter.setOpacity(1);
    if (scene.calloutCard >= 0)
        paintCallout(painter, scene);
}

QString cardDescription(const NetworkScene& scene, const NetworkCard& card) {
    const auto& layer = scene.layer(card);
    QStringList parts{toQString(layer.name), cardSubtitle(scene, card)};
    if (const auto activation = cardActivation(scene, card); !activation.isEmpty())
        parts << activation;
    if (!card.lines.isEmpty())
        for (const auto& line : card.lines)
            parts << line.simplified();
    if (const auto* run = scene.result(card); run && !run->shapes.empty()) {
        parts << shapesText(run->shapes) + ' ' + dtypeText(run->dtype)
              << QObject::tr("%1 NaN").arg(run->statistics.nan);
        if (run->divergence)
            parts << QObject::tr("divergence %1").arg(timesText(*run->divergence));
    } else if (!layer.expectedShapes.empty() && card.lines.isEmpty()) {
        parts << dimsTextQ(layer.expectedShapes.front());
    }
    if (card.callout)
        parts << scene.callout;
    return parts.join(", ");
}

} // namespace plumbline
