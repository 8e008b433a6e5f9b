#include "core/formats/model/keras/layers/layers.h"
#include "core/formats/model/keras/masks.h"

namespace plumbline::keras {

// Steps in which every feature is mask_value become zeros; which they are goes on as their mask (masks.cpp).
Result<Values> lowerMasking(Lowering& l) {
    const auto x = l.input();
    if (l.rank(x) < 2)
        return l.wrongShape("its input " + dimsText(l.dims(x)) + " has no axis of features beside the batch");
    const auto counts = differsAnywhere(l, x, l.settings().number("mask_value", 0), true);
    return Values{l.add("Where", {counts, x, l.scalarLike(0, x)})};
}

} // namespace plumbline::keras
