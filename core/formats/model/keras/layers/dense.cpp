#include "core/formats/model/keras/layers/layers.h"

namespace plumbline::keras {

// kernel (in, units): y = activation(x . kernel + bias), over the last axis.

WeightSpecs denseWeights(const Settings& settings, const Writer& writer) {
    const auto* key = writer.major == 1 && settings.has("bias") ? "bias" : "use_bias";
    return settings.flag(key, true) ? WeightSpecs{{"kernel"}, {"bias"}} : WeightSpecs{{"kernel"}};
}

Result<Values> lowerDense(Lowering& l) {
    const auto x = floatInput(l, l.input());
    const auto units = l.settings().size("units");
    if (l.rank(x) < 2)
        return l.wrongShape("its input " + dimsText(l.dims(x)) + " has no axis of features beside the batch");
    PLUMBLINE_TRY(const auto kernel, l.weightValue("kernel", {l.dims(x).back(), Dim(units)}));
    if (!l.hasWeight("bias"))
        return activated(l, l.add("MatMul", {x, kernel}));
    if (l.rank(x) == 2) {
        PLUMBLINE_TRY(const auto out, withBias(l, "Gemm", {x, kernel}, {}, Dim(units), true));
        return activated(l, out);
    }
    PLUMBLINE_TRY(const auto bias, l.weightValue("bias", {Dim(units)}));
    return activated(l, l.add("Add", {l.add("MatMul", {x, kernel}), bias}));
}

} // namespace plumbline::keras
