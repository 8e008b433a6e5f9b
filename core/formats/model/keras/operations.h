#pragma once
// Raw operations used as layers: keras.ops functions in Keras 3 graphs (module keras.src.ops.…), TFOpLambda and
// TensorFlowOpLayer of Keras 2. One table of names from all three, for what is a simple row.

#include "core/formats/model/keras/lowering.h"

namespace plumbline::keras {

/// Null where the layer is no raw operation, or one that is not in the table.
LowerFunction findOperation(const LayerConfig& layer);
/// Whether a class of keras.ops has this name.
bool isOperationName(const std::string& className);

} // namespace plumbline::keras
