#include "core/diagnosis/pictures.h"

#include "core/diagnosis/arrays.h"
#include "core/diagnosis/fix.h"
#include "core/diagnosis/inputmaps.h"

#include <algorithm>

namespace plumbline {

namespace {

constexpr std::int64_t smallestPicture = 4; // on each side; less is a table of three columns rather than a picture

bool isBatchOfPictures(const Context& context, const InputView& input) {
    const auto& shape = input.shape();
    return shape.rank() == 4 && shape[1] >= smallestPicture && shape[2] >= smallestPicture &&
           (!input.layer.isValid() || context.graph().layer(input.layer).channelsLast);
}

std::optional<ChannelStep> usualStep(const InputView& input, std::int64_t from, std::int64_t to) {
    constexpr std::size_t last = 3;
    const auto& x = input.target;
    if (from == 1 && to == 3)
        return ChannelStep{"a grey picture, whose one channel stands for all three", fixes::repeat(x, last, 3), {}};
    if (from == 4 && to == 3)
        return ChannelStep{
            "a picture with an alpha channel, which the model does not take", fixes::dropColumns(x, last, {3}), {3}};
    if (from == 2 && to == 1)
        return ChannelStep{"a grey picture with an alpha channel, which the model does not take",
                           fixes::dropColumns(x, last, {1}),
                           {1}};
    if ((from == 3 || from == 4) && to == 1)
        return ChannelStep{"a coloured picture, and the model takes grey ones", fixes::luminance(x, last), {}};
    return std::nullopt;
}

} // namespace

std::optional<bool> agreesWithTraining(const Context& context, const InputView& input, const Tensor& array) {
    if (!input.training || input.training->sample.isNull() || !context.envelope || !input.layer.isValid() ||
        input.layer.index >= context.envelope->layers.size() || !context.envelope->layers[input.layer.index].known)
        return std::nullopt;
    auto view = input;
    view.tensor = array;
    view.accepted = array.shape();
    view.statistics = statisticsOf(array);
    view.agreement = std::make_shared<const TrainingAgreement>(
        *input.training, context.envelope->layers[input.layer.index], input.independentRows);
    if (view.agreement->of(array).holds())
        return true;
    view.standing = Standing::outside; // as far as is known: every map may be tried
    const auto values = toDoubles(array);
    return values && std::ranges::any_of(mapsFor(context, view, *values).maps, [&](const InputMap& map) {
               return !map.isFitted() && under(map, context, view, *values).agreement.holds();
           });
}

std::optional<ChannelStep> channelStep(const Context& context, const InputView& input, std::int64_t channels) {
    if (!isBatchOfPictures(context, input))
        return std::nullopt;
    auto step = usualStep(input, input.shape().back(), channels);
    if (!step || step->fix.kind != "luminance")
        return step;
    // Three channels may be anything; that their luminance is what training has tells that they are colours.
    const auto grey = applyFix(step->fix, {input.tensor}, {input.name});
    return grey && agreesWithTraining(context, input, grey->front()).value_or(true) ? step : std::nullopt;
}

} // namespace plumbline
