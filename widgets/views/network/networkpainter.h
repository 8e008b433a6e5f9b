#pragma once
// Draws a NetworkScene. Everything is drawn from flat data inside one widget: a thousand layers are a thousand short
// calls, and what the viewport does not show is skipped.

#include "widgets/views/network/networkscene.h"

class QPainter;

namespace plumbline {

struct NetworkPaintState {
    int selected = -1, hovered = -1; ///< cards
    QSet<int> found;                 ///< cards that match the search
    bool searching = false;
    double scale = 1;
};

/// `painter` is in scene coordinates; `exposed` is what the viewport shows, in scene coordinates.
void paintNetwork(QPainter& painter, const NetworkScene& scene, const NetworkPaintState& state, const QRectF& exposed);
/// The dots behind the cards, in widget coordinates.
void paintGrid(QPainter& painter, const QRect& area, QPointF origin, double scale);
/// The box in the corner with all cards and the part shown. Returns nothing; `visible` in scene coordinates.
void paintMinimap(QPainter& painter, const QRectF& box, const NetworkScene& scene, const QRectF& visible);
/// The explanation of colours and lines; its size is that of its contents, of which it leaves out what does not fit
/// into `room`. Returns the box it filled, whose bottom left is `corner`.
QRectF paintLegend(QPainter& painter, QPointF corner, const NetworkScene& scene, double room);
/// From scene to the minimap's box and back.
QTransform minimapTransform(const QRectF& box, const NetworkScene& scene);
/// What a screen reader says of a card.
QString cardDescription(const NetworkScene& scene, const NetworkCard& card);

} // namespace plumbline
