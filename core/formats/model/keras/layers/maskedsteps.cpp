#include "core/formats/model/keras/layers/maskedsteps.h"

#include "core/formats/model/keras/activations.h"

namespace plumbline::keras {

namespace {

/// How the releases differ. A file that does not say who wrote it is taken for one of today.
struct Release {
    bool showsState = false;     ///< the backend shows state 0 where a step is masked
    bool knowsZeros = true;      ///< the layer's zero_output_for_mask
    bool bidirectional = true;   ///< Bidirectional puts return_sequences into that setting
    bool fileSaysZeros = false;  ///< a Bidirectional of a release that put true there, and wrote it down
    bool fusedMakesNone = false; ///< the kernel for what cuDNN can run too is not told of zeros
};

Release releaseOf(const Writer& writer) {
    const bool inTensorFlow = writer.version.find("-tf") != std::string::npos;
    const auto before = [&](int minor) { return writer.major < 2 || (writer.major == 2 && writer.minor < minor); };
    if (inTensorFlow ? before(2) : before(3))
        return {.showsState = true, .knowsZeros = false, .bidirectional = false};
    if (!inTensorFlow && before(4))
        return {.knowsZeros = false, .bidirectional = false};
    // TensorFlow 1.13 to 2.1 all call themselves 2.2.4-tf.
    const bool isFirst = inTensorFlow && before(3);
    return {.fileSaysZeros = isFirst, .fusedMakesNone = isFirst};
}

/// An LSTM or GRU of TensorFlow 2 as cuDNN runs them. Those of 1.x are written with another implementation.
bool isFused(const Settings& layer) {
    const auto is = [&](const char* key, std::string_view activation) {
        return layer.has(key) && activationName(layer.at(key)) == activation;
    };
    return is("activation", "tanh") && is("recurrent_activation", "sigmoid") &&
           layer.integer("implementation", 1) == 2 && layer.number("recurrent_dropout", 0) == 0 &&
           !layer.flag("unroll", false) && layer.flag("use_bias", true) && layer.flag("reset_after", true);
}

} // namespace

MaskedSteps maskedSteps(const Settings& layer, const Writer& writer, bool inBidirectional) {
    const auto release = releaseOf(writer);
    const bool unrolled = layer.flag("unroll", false), sequences = layer.flag("return_sequences", false);
    bool zeros = release.knowsZeros && layer.flag("zero_output_for_mask", false);
    if (inBidirectional && release.bidirectional)
        zeros = sequences || (release.fileSaysZeros && zeros && !layer.has("dtype")); // TensorFlow 2 writes the type
    if (release.fusedMakesNone && isFused(layer))
        zeros = false;
    if (zeros)
        return unrolled && sequences && layer.flag("go_backwards", false) ? MaskedSteps::turnedZeros
                                                                          : MaskedSteps::zero;
    return release.showsState && !unrolled ? MaskedSteps::state : MaskedSteps::previous;
}

} // namespace plumbline::keras
