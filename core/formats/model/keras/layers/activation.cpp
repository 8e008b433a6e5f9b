#include "core/formats/model/keras/activations.h"
#include "core/formats/model/keras/layers/layers.h"

namespace plumbline::keras {

namespace {

Attributes alphaOf(double alpha) {
    Attributes out;
    out.set("alpha", alpha);
    return out;
}

/// Keras 2 calls it alpha, Keras 3 negative_slope.
double slope(const Lowering& l, double fallback) {
    return l.settings().has("negative_slope") ? l.settings().number("negative_slope", fallback)
                                              : l.settings().number("alpha", fallback);
}

} // namespace

Result<Values> lowerIdentity(Lowering& l) { return Values{l.add("Identity", {l.input()})}; }

// Without effect at inference; a file whose rate is no number is damaged all the same.
Result<Values> lowerNoise(Lowering& l) {
    for (const char* key : {"rate", "stddev"})
        l.settings().optionalNumber(key);
    return lowerIdentity(l);
}

Result<Values> lowerActivation(Lowering& l) {
    PLUMBLINE_TRY(const auto out, applyActivation(l, l.input(), l.settings().at("activation")));
    return Values{out == l.input() ? l.add("Identity", {out}) : out};
}

// f(x) = min(x, max_value) above the threshold, negative_slope (x - threshold) below it.
Result<Values> lowerReLU(Lowering& l) {
    const auto x = l.input();
    const auto threshold = l.settings().optionalNumber("threshold").value_or(0); // null in files of 2.1.6-tf: none
    const auto negative = l.settings().optionalNumber("negative_slope").value_or(0);
    const auto limit = l.settings().optionalNumber("max_value");
    if (threshold == 0 && negative == 0 && limit)
        return Values{l.add("Clip", {x, l.scalarLike(0, x), l.scalarLike(*limit, x)})};
    if (threshold == 0 && !limit)
        return Values{negative == 0 ? l.add("Relu", {x}) : l.add("LeakyRelu", {x}, alphaOf(negative))};
    auto out = threshold == 0 ? l.add("Relu", {x}) : l.add("ThresholdedRelu", {x}, alphaOf(threshold));
    if (limit)
        out = l.add("Clip", {out, l.scalarLike(0, x), l.scalarLike(*limit, x)});
    if (negative != 0) {
        const auto below = l.add("Relu", {l.add("Sub", {l.scalarLike(threshold, x), x})});
        out = l.add("Sub", {out, l.add("Mul", {below, l.scalarLike(negative, x)})});
    }
    return Values{out};
}

Result<Values> lowerLeakyReLU(Lowering& l) { return Values{l.add("LeakyRelu", {l.input()}, alphaOf(slope(l, 0.3)))}; }
Result<Values> lowerELU(Lowering& l) {
    return Values{l.add("Elu", {l.input()}, alphaOf(l.settings().number("alpha", 1)))};
}

Result<Values> lowerThresholdedReLU(Lowering& l) {
    return Values{l.add("ThresholdedRelu", {l.input()}, alphaOf(l.settings().number("theta", 1)))};
}

Result<Values> lowerSoftmax(Lowering& l) {
    auto axes = l.settings().list("axis");
    if (axes.empty())
        axes = {-1};
    if (l.inputs().size() > 1 || l.keyword("mask").isValid())
        return l.unsupported("it is given a mask");
    const auto x = l.input();
    if (axes.size() == 1) {
        PLUMBLINE_TRY(const auto axis, l.axis(x, axes[0]));
        Attributes attributes;
        attributes.set("axis", static_cast<std::int64_t>(axis));
        return Values{l.add("Softmax", {x}, std::move(attributes))};
    }
    // Over several axes: exp(x - logsumexp(x)), the largest element taken out first.
    const auto over = l.integers(axes);
    const auto shifted = l.add("Sub", {x, l.add("ReduceMax", {x, over})});
    const auto exponentials = l.add("Exp", {shifted});
    return Values{l.add("Div", {exponentials, l.add("ReduceSum", {exponentials, over})})};
}

Result<Values> lowerPReLU(Lowering& l) {
    const auto x = floatInput(l, l.input());
    Dims expected(l.dims(x).begin() + 1, l.dims(x).end());
    for (const auto axis : l.settings().list("shared_axes"))
        if (axis >= 1 && static_cast<std::size_t>(axis) <= expected.size())
            expected[static_cast<std::size_t>(axis) - 1] = 1;
    PLUMBLINE_TRY(const auto alpha, l.weightValue("alpha", expected));
    return Values{l.add("PRelu", {x, alpha})};
}

} // namespace plumbline::keras
