#pragma once
// LSTM, GRU and RNN without a primitive of oneDNN: its recurrent primitives have fixed gates, and its GRU is the one
// named `ref`. One matrix product projects all steps; a step then adds its own product from a packed matrix and
// passes the gates. Sequences of a batch are independent, so threads take rows and never wait for each other.

#include "core/ops/op.h"

namespace plumbline {

/// Null for: types other than float32, weights that are no constants, sequence lengths, peepholes, `clip`,
/// `input_forget`, activations without a vector form, post-ops.
std::unique_ptr<FastKernel> fastLstm(const FastKernelRequest& request);
std::unique_ptr<FastKernel> fastGru(const FastKernelRequest& request);
std::unique_ptr<FastKernel> fastRnn(const FastKernelRequest& request);

} // namespace plumbline
