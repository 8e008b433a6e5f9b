#pragma once
// Files of Keras 1, rewritten in place to Keras 2's: names of classes and settings (nb_filter, border_mode, …), and
// weights in other layouts. Formulas: keras.legacy.interfaces and preprocess_weights_for_loading of Keras 2.

#include "core/formats/model/keras/weights.h"

namespace plumbline::keras {

void modernize(nlohmann::json& model);

/// The weights of gates, which stand one after another (LSTM 12: i c f o; GRU 9: z r h), as one kernel, one recurrent
/// kernel and one bias; those of a Bidirectional's two layers likewise.
void joinGates(const LayerInstance& layer, std::vector<std::string>& names, std::vector<Tensor>& tensors);
/// The kernels of convolutions, of this layer and all below it, in Keras 2's layouts. True where there was one.
bool modernizeKernels(LayerInstance& layer);

} // namespace plumbline::keras
