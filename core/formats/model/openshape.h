#pragma once
// A file that does not say the shape of its input: the weights know the extents, the data how many axes there are.

#include "core/formats/model/model.h"

namespace plumbline {

/// openModel() for data of `rank` axes, batch included; 0: not known. Other models are what openModel() gives.
Result<std::shared_ptr<const Model>> openModelForRank(const ModelRequest& request, std::size_t rank,
                                                      const Progress& progress = {});
/// Whether the rank matters: the file does not say the input's shape. A note (keras.open-shape) says what it was read
/// as.
bool isShapeOpen(const Model& model);

} // namespace plumbline
