#pragma once
// The network as flat geometry: one card a visible layer, one route an edge. Made once a diagnosis or a fold changes,
// and then only read: by the painter, the minimap, the pointer and the keyboard. Coordinates are pixels at 100 %.
//
// Layers are ranked by the longest path to them, ordered within a rank by the barycentre of what they read, and the
// ranks are laid out either as a U (an encoder down, a decoder up beside it, so that skip connections run level) or as
// columns read downwards.

#include "core/diagnosis/diagnosis.h"
#include "widgets/common/histogramview.h"

#include <QPainterPath>
#include <QRectF>
#include <QSet>

#include <memory>

namespace plumbline {

struct NetworkCard {
    int row = -1; ///< in the model's layers
    QRectF frame;
    int rank = 0, column = 0, line = 0, lane = 0;
    bool isWrapped = false; ///< its rank stands on several lines
    HistogramPair histogram;
    bool isFolded = false; ///< a nested model whose layers are not shown
    bool onPath = false;   ///< the divergence passes through it
    bool callout = false;  ///< the first divergence
    int foldedLayers = 0;
    QStringList lines;     ///< "expected …" / "got …" where they differ, else empty
    bool gotIsOff = false; ///< the second line is in the divergence's colour
};

struct NetworkEdge {
    int from = -1, to = -1; ///< cards
    QPainterPath path;
    bool onPath = false, isReached = false;
    QString label; ///< the shape that passes, where there is room
    QPointF labelAt;
};

/// Neighbours that belong to one opened nested model.
struct NetworkGroup {
    int row = -1; ///< the nested model's
    QRectF frame;
};

struct NetworkScene {
    std::shared_ptr<const Diagnosis> diagnosis;
    std::vector<NetworkCard> cards;
    std::vector<NetworkEdge> edges;
    std::vector<NetworkGroup> groups;
    QRectF bounds; ///< of all cards, with the callout
    QString callout;
    int calloutCard = -1;
    bool hasDivergence = false, hasUnreached = false, ran = false;
    bool isRunning = false;    ///< what was not reached may be reached yet
    bool isInputGiven = false; ///< of a prediction, whether or not it was read
    bool isDeath = false;      ///< the callout tells of a process that ended, not of a divergence

    int cardOfRow(int row) const; ///< -1 where it is not shown; a folded child gives its model's card
    int cardAt(QPointF point) const;
    const LayerSummary& layer(const NetworkCard& card) const;
    const LayerResult* result(const NetworkCard& card) const;
    LayerStatus status(const NetworkCard& card) const;
    bool isUnreached(const NetworkCard& card) const;
    /// What its colour follows: the divergence; a NaN or an infinity that training did not have counts as the farthest.
    std::optional<double> divergence(const NetworkCard& card) const;

    /// `folded` holds the rows of nested models shown as one card; `viewport` is the shape to fill.
    static NetworkScene of(std::shared_ptr<const Diagnosis> diagnosis, const QSet<int>& folded, QSizeF viewport,
                           bool isRunning = false);
};

} // namespace plumbline
