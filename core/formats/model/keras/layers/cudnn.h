#pragma once
// CuDNNLSTM and CuDNNGRU of Keras 2: an LSTM and a GRU with reset_after, tanh and sigmoid, whose weights lie as cuDNN
// wants them. Each gate's kernel (in, units) holds the transposed one's elements in column-major order, each recurrent
// kernel is transposed, and there are two biases, one after the other in one vector: of the input and of the state.
// LSTM adds its two, GRU keeps both as rows. Keras 2 turns one form into the other when it loads an .h5
// (_convert_rnn_weights of hdf5_format).

#include "core/formats/model/keras/instance.h"

namespace plumbline::keras {

/// "LSTM" of CuDNNLSTM, "GRU" of CuDNNGRU; any other class is its own.
std::string recurrentClass(const std::string& className);
bool isCuDnn(const std::string& className);

/// One weight from cuDNN's form to the plain one, or back. `gates`: 4 of an LSTM, 3 of a GRU.
Tensor kernelOfCuDnn(const Tensor& kernel, std::int64_t gates, bool back = false);
Tensor recurrentOfCuDnn(const Tensor& kernel, std::int64_t gates); ///< its own inverse
/// LSTM: (8 · units) to (4 · units), back in two equal halves. GRU: (6 · units) to (2, 3 · units).
Tensor biasOfCuDnn(const Tensor& bias, std::int64_t gates, bool back = false);

/// The weights of a recurrent layer, and of all below, in the form that its class wants, where the file has the other.
void convertRecurrentWeights(LayerInstance& layer, const Writer& writer);

} // namespace plumbline::keras
