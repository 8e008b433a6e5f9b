#pragma once
// One recurrent layer on one sequence: what SimpleRNN, LSTM and GRU share, and what Bidirectional runs twice.
// Keras: kernel (in, gates · units), recurrent_kernel (units, gates · units), bias (gates · units), GRU with
// reset_after (2, gates · units); gates LSTM i f c o, GRU z r h. ONNX: W (1, gates · units, in), R, B (1, 2 · gates ·
// units); gates LSTM i o f c, GRU z r h.

#include "core/formats/model/keras/layers/maskedsteps.h"
#include "core/formats/model/keras/lowering.h"

namespace plumbline::keras {

/// Steps to pass over, and what they then show.
struct StepMask {
    ValueId mask; ///< bool, (n, t); invalid: none
    MaskedSteps shows = MaskedSteps::previous;
};

struct Recurrence {
    ValueId steps;          ///< (n, t, units), in the order of time
    ValueId last;           ///< (n, units): what the last step shows
    Values states;          ///< (n, units): h, and c of an LSTM
    bool backwards = false; ///< it read the sequence from its end: Keras then lists the steps in that order
};

/// `initial`: states to start from, or none.
Result<Recurrence> recur(Lowering& l, const Values& initial, StepMask mask);
/// Of a `stateful` layer: what it begins with, where none are given to it. The model's first call begins with what the
/// batch before left, a further one of the same layer with what the call before left. Empty for other layers, and where
/// the batch is open: Keras refuses to build that.
Values keptStates(Lowering& l, ValueId x, std::size_t count, std::int64_t units);
/// What a call of it ends with.
void keepStates(Lowering& l, const Values& states);
/// Initial states given to the layer, as further inputs or as `initial_state`.
Values initialStates(const Lowering& l);
ValueId reversed(Lowering& l, ValueId steps); ///< along time
/// Whether a GRU multiplies by the reset gate after the recurrent product (and so has two biases) or before it.
bool resetsAfter(const Settings& settings, const Writer& writer);

} // namespace plumbline::keras
