#pragma once
// The way of an edge between two cards, around the cards between.

#include "widgets/views/network/networkscene.h"

namespace plumbline {

/// Fills path and labelAt. `cards` are all cards: a long edge within a column goes around those it would cross.
void routeEdge(NetworkEdge& edge, const std::vector<NetworkCard>& cards);

} // namespace plumbline
