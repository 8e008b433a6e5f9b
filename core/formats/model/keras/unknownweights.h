#pragma once
// The weights of a layer that cannot be run, as the file holds them: they are shown and counted all the same.

#include "core/formats/model/keras/instance.h"
#include "core/formats/model/keras/weightstree.h"

namespace plumbline::keras {

/// Whether it keeps tables that it was adapted to, which Keras stores and does not count as weights.
bool keepsTables(const LayerConfig& layer);

/// All variables at `place` and below, named by the attributes that lead there and, where the class is one of Keras's
/// own, by its variables: "cell/kernel", "query_dense/bias", else "inner/var0". A variable that two objects share is
/// stored twice and taken once; the states of random generators and tables of adapted layers are no weights.
Result<void> takeUnknownWeights(LayerInstance& layer, const WeightPlace& place);

} // namespace plumbline::keras
