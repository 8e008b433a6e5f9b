#include "widgets/views/network/networkroutes.h"

#include <cmath>

namespace plumbline {

namespace {

// Straight pieces with rounded corners.
QPainterPath rounded(const std::vector<QPointF>& points, double radius) {
    QPainterPath path(points.front());
    for (std::size_t i = 1; i + 1 < points.size(); ++i) {
        const QLineF in(points[i], points[i - 1]), out(points[i], points[i + 1]);
        const double r = std::min({radius, in.length() / 2, out.length() / 2});
        if (r < 0.5) {
            path.lineTo(points[i]);
            continue;
        }
        path.lineTo(in.pointAt(r / in.length()));
        path.quadTo(points[i], out.pointAt(r / out.length()));
    }
    path.lineTo(points.back());
    return path;
}

bool blocked(const QRectF& corridor, const NetworkEdge& edge, const std::vector<NetworkCard>& cards) {
    for (std::size_t i = 0; i < cards.size(); ++i)
        if (static_cast<int>(i) != edge.from && static_cast<int>(i) != edge.to && cards[i].frame.intersects(corridor))
            return true;
    return false;
}

// Between the lanes of a rank that stands on several lines: down beside the cards below, all of a lane in one line.
bool routeThroughLanes(NetworkEdge& edge, const NetworkCard& a, const NetworkCard& b,
                       const std::vector<NetworkCard>& cards) {
    constexpr double beside = 8, below = 6; // half of the lane's gap; within the smallest gap between lines
    if (b.frame.top() < a.frame.bottom())
        return false;
    const auto& wrapped = a.isWrapped ? a : b;
    const auto& other = a.isWrapped ? b : a;
    const double x = other.frame.center().x() < wrapped.frame.center().x() ? wrapped.frame.left() - beside
                                                                           : wrapped.frame.right() + beside;
    const QPointF from(a.frame.center().x(), a.frame.bottom()), to(b.frame.center().x(), b.frame.top());
    const QRectF way(QPointF(x - 1, from.y() + 1), QPointF(x + 1, to.y() - 1));
    if (blocked(way, edge, cards))
        return false;
    edge.path = rounded(
        {from, {from.x(), from.y() + below}, {x, from.y() + below}, {x, to.y() - below}, {to.x(), to.y() - below}, to},
        below);
    edge.labelAt = QPointF(x + 6, (from.y() + to.y()) / 2);
    return true;
}

void routeWithin(NetworkEdge& edge, const NetworkCard& a, const NetworkCard& b, const std::vector<NetworkCard>& cards) {
    const bool down = b.frame.top() > a.frame.top();
    const QPointF from(a.frame.center().x(), down ? a.frame.bottom() : a.frame.top());
    const QPointF to(b.frame.center().x(), down ? b.frame.top() : b.frame.bottom());
    const double middle = (from.y() + to.y()) / 2;
    const QRectF corridor = QRectF(QPointF(std::min(from.x(), to.x()) - 1, std::min(from.y(), to.y()) + 1),
                                   QPointF(std::max(from.x(), to.x()) + 1, std::max(from.y(), to.y()) - 1));
    if (std::abs(b.line - a.line) <= 1 || !blocked(corridor, edge, cards)) {
        edge.path = std::abs(from.x() - to.x()) < 1 ? rounded({from, to}, 0)
                                                    : rounded({from, {from.x(), middle}, {to.x(), middle}, to}, 10);
        edge.labelAt = QPointF((from.x() + to.x()) / 2 + 12, middle);
        return;
    }
    if ((a.isWrapped || b.isWrapped) && routeThroughLanes(edge, a, b, cards))
        return;
    // Around the cards between, on the right; farther out the longer the way, so that nested skips do not meet.
    const double side = std::max(a.frame.right(), b.frame.right()) + 10 + 4 * std::min(8, std::abs(b.line - a.line));
    edge.path = rounded({{a.frame.right(), a.frame.center().y() + 10},
                         {side, a.frame.center().y() + 10},
                         {side, b.frame.center().y() - 10},
                         {b.frame.right(), b.frame.center().y() - 10}},
                        10);
    edge.labelAt = QPointF(side + 6, middle);
}

void routeAcross(NetworkEdge& edge, const NetworkCard& a, const NetworkCard& b, const std::vector<NetworkCard>& cards) {
    const bool right = b.frame.left() > a.frame.right() - 1;
    const QPointF from(right ? a.frame.right() : a.frame.left(), a.frame.center().y());
    const QPointF to(right ? b.frame.left() : b.frame.right(), b.frame.center().y());
    const double gutter = to.x() + (right ? -20 : 20);
    edge.labelAt = QPointF((from.x() + to.x()) / 2, from.y() - 10);
    const QRectF corridor(QPointF(std::min(from.x(), gutter), from.y() - 2),
                          QPointF(std::max(from.x(), gutter), from.y() + 2));
    if (!blocked(corridor, edge, cards)) {
        edge.path = std::abs(from.y() - to.y()) < 1 ? rounded({from, to}, 0)
                                                    : rounded({from, {gutter, from.y()}, {gutter, to.y()}, to}, 14);
        return;
    }
    const double lane = a.frame.bottom() + 8, leave = from.x() + (right ? 12 : -12);
    edge.path = rounded({from, {leave, from.y()}, {leave, lane}, {gutter, lane}, {gutter, to.y()}, to}, 10);
}

} // namespace

void routeEdge(NetworkEdge& edge, const std::vector<NetworkCard>& cards) {
    const auto& a = cards[static_cast<std::size_t>(edge.from)];
    const auto& b = cards[static_cast<std::size_t>(edge.to)];
    if (a.column == b.column)
        routeWithin(edge, a, b, cards);
    else
        routeAcross(edge, a, b, cards);
}

} // namespace plumbline
