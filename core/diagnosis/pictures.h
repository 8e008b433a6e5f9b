#pragma once
// Pictures with another number of channels than the model takes: grey for coloured, with an alpha channel, coloured for
// grey. What people do about each is one step.

#include "core/diagnosis/rule.h"

namespace plumbline {

struct ChannelStep {
    std::string text; ///< for people: "a grey picture, whose one channel stands for all three"
    Fix fix;
    std::vector<std::int64_t> surplus; ///< the prediction's channels that it drops
};

/// The step from the input's channels on the last axis to `channels`; nothing where there is no usual one, where the
/// array is no batch of pictures, or where the result is not what the training reference has.
std::optional<ChannelStep> channelStep(const Context& context, const InputView& input, std::int64_t channels);

/// True where `array` is within training, as it is or under one of the usual maps; nothing without a reference.
std::optional<bool> agreesWithTraining(const Context& context, const InputView& input, const Tensor& array);

} // namespace plumbline
