#pragma once
// What a layer's row holds beside its ops: an input's declared type, the outputs' shapes, the weights.

#include "core/formats/model/keras/lowering.h"

namespace plumbline::keras {

/// Of an InputLayer, its batch axis open. An error where the model was saved before it was built.
Result<ValueType> inputType(const LayerInstance& layer, const std::string& file);
/// Fills in what is known once the outputs are there. `layer`: whose weights it lists; none for a model.
void finishRow(Graph& graph, LayerId row, const LayerInstance* layer, const Values& outputs);

} // namespace plumbline::keras
