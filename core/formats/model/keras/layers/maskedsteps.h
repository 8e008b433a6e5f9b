#pragma once
// What a recurrent layer shows at steps that its mask passes over, by the release of Keras that wrote the file. The
// state is kept in all of them; what stands in the outputs is not the same. Seen by running releases on TensorFlow's
// processor kernels (tests/fixtures/keras/releases.py, tests/parity/masked.py):
//
//   written by                                at a masked step              inside Bidirectional
//   Keras 1, 2.0 to 2.2; TensorFlow to 1.12   the state                     the same
//   Keras 2.3                                 the step before               the same
//   TensorFlow 1.13 (2.2.4-tf)                the step before, or zeros*    zeros always; its files say so
//   TensorFlow 1.14 to 2.15, tf-keras, 3      the step before, or zeros*    zeros with return_sequences, else never
//   TensorFlow 2.0 and 2.1 (2.2.4-tf), LSTM
//   and GRU in a form that cuDNN runs too     the step before               the same
//
//   * by the layer's zero_output_for_mask
// "The step before" begins with zeros, the state with the initial state: they part where one is given. The last output
// follows the same rule. An unrolled layer never shows the state. One that also goes backwards lists its steps from the
// end, and holds the mask for its zeros against that list without turning it: where the mask read from its other end is
// false there are zeros, elsewhere the step before stands. So do all releases that have the setting.
//
// Other backends part from this in corners: Keras 3 on JAX shows the state, and there unrolled layers make no zeros.
// Its files do not say on which backend they ran, so TensorFlow's way is taken.

#include "core/formats/model/keras/config.h"
#include "core/formats/model/keras/settings.h"

namespace plumbline::keras {

enum class MaskedSteps {
    state,       ///< h, as the step before left it
    previous,    ///< what the step before showed, at first zeros
    zero,        ///< zeros
    turnedZeros, ///< as `previous`, and then zeros where the mask, read from its other end, is false
};

/// Of a layer with these settings, called by itself or by a Bidirectional.
MaskedSteps maskedSteps(const Settings& layer, const Writer& writer, bool inBidirectional);

} // namespace plumbline::keras
