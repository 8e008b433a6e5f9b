#pragma once
// The network as a screen reader has it: a list, with an item for every card that is painted.

#include "widgets/views/network/networkscene.h"

class QAccessibleInterface;
class QObject;

namespace plumbline {

/// What a card says in one line: "conv2d_1, Conv2D, shape (1, 28, 28, 64), float32, 0 NaN, diverges".
QString spokenName(const NetworkScene& scene, const NetworkCard& card);

/// For QAccessible::installFactory(); null for everything but a NetworkView.
QAccessibleInterface* networkAccessible(const QString& className, QObject* object);

} // namespace plumbline
