#pragma once
// Where the cards of a network stand: pure geometry on indices, without a word of models or painting.

#include <QRectF>
#include <QSizeF>

#include <vector>

namespace plumbline {

struct LayoutRequest {
    std::vector<std::vector<int>> sources; ///< by node: the nodes it reads; all of smaller rank than itself, no cycles
    QSizeF card;
    /// Rows stand as far apart as lets the whole be seen at its own size, between these two.
    double rowGap = 20, leastRowGap = 20;
    double columnGap = 72, laneGap = 16;
    QSizeF viewport;
};

struct LayoutNode {
    int rank = 0, column = 0, line = 0, lane = 0;
    bool isWrapped = false; ///< its rank stands on several lines, the lanes of all of them one below the other
    QRectF frame;
};

struct NetworkLayout {
    std::vector<LayoutNode> nodes;
    bool isFolded = false; ///< laid out as a U
    double rowGap = 0;     ///< the one taken
    double scale = 1;      ///< at which the whole fits the viewport; at most 1

    static NetworkLayout of(const LayoutRequest& request);
};

/// Rank by the longest path; a node without sources stands directly above its nearest reader.
std::vector<int> ranksOf(const std::vector<std::vector<int>>& sources);

} // namespace plumbline
