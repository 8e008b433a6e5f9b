#include "core/formats/model/keras/activations.h"
#include "core/formats/model/keras/layers/layers.h"

namespace plumbline::keras {

ValueId floatInput(Lowering& l, ValueId value) {
    const auto* type = l.type(value);
    return type && type->dtype != DType::float32 ? l.cast(value, DType::float32) : value;
}

ValueId withType(Lowering& l, ValueId value, DType dtype) { return l.cast(value, dtype); }

Result<Values> activated(Lowering& l, ValueId value) {
    PLUMBLINE_TRY(const auto out, applyActivation(l, value, l.settings().at("activation")));
    return Values{out};
}

} // namespace plumbline::keras
