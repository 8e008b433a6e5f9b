#include "core/formats/model/keras/activations.h"
#include "core/formats/model/keras/layers/layers.h"

namespace plumbline::keras {

ValueId floatInput(Lowering& l, ValueId value) { return l.type(value) ? l.cast(value, l.policy().compute) : value; }

ValueId withType(Lowering& l, ValueId value, DType dtype) { return l.cast(value, dtype); }

Result<ValueId> withBias(Lowering& l, const char* op, Values inputs, Attributes attributes, const Dim& features,
                         bool channelsLast) {
    if (!l.hasWeight("bias"))
        return l.add(op, std::move(inputs), std::move(attributes));
    PLUMBLINE_TRY(const auto bias, l.weightValue("bias", {features}));
    if (!l.policy().isNarrow()) {
        inputs.push_back(bias);
        return l.add(op, std::move(inputs), std::move(attributes));
    }
    const auto product = l.add(op, std::move(inputs), std::move(attributes));
    std::vector<std::int64_t> shape(channelsLast ? 1 : l.rank(product) - 1, 1);
    shape.front() = -1;
    return l.add("Add", {product, channelsLast ? bias : l.reshape(bias, shape)});
}

Result<Values> activated(Lowering& l, ValueId value) {
    PLUMBLINE_TRY(const auto out, applyActivation(l, value, l.settings().at("activation")));
    return Values{out};
}

} // namespace plumbline::keras
