#include "core/formats/bytes/pythontext.h"
#include "core/formats/model/keras/layers/layers.h"

#include <algorithm>
#include <numeric>

namespace plumbline::keras {

Result<Values> lowerFlatten(Lowering& l) {
    auto x = l.input();
    if (!l.channelsLast() && l.rank(x) > 2) {
        std::vector<std::int64_t> permutation(l.rank(x));
        std::iota(permutation.begin() + 1, permutation.end() - 1, 2);
        permutation.back() = 1;
        x = l.transpose(x, permutation);
    }
    Attributes attributes;
    attributes.set("axis", std::int64_t(1));
    return Values{l.add("Flatten", {x}, std::move(attributes))};
}

Result<Values> lowerReshape(Lowering& l) {
    auto shape = l.settings().requiredList("target_shape", -1);
    if (std::ranges::find(shape, 0) != shape.end()) // to Keras a size of its own, to ONNX the input's
        return l.wrongShape("its target_shape " + pythonText(shape) +
                            " has a size of 0; -1 and sizes from 1 on are accepted");
    shape.insert(shape.begin(), 0); // the batch stays
    return Values{l.reshape(l.input(), shape)};
}

Result<Values> lowerPermute(Lowering& l) {
    auto permutation = l.settings().requiredList("dims", 1);
    permutation.insert(permutation.begin(), 0);
    auto sorted = permutation;
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t i = 0; i < sorted.size(); ++i)
        if (sorted[i] != static_cast<std::int64_t>(i) || sorted.size() != l.rank(l.input()))
            return l.wrongShape("its dims do not name every axis of its input " + dimsText(l.dims(l.input())) +
                                " once");
    return Values{l.transpose(l.input(), permutation)};
}

Result<Values> lowerRepeatVector(Lowering& l) {
    const auto rows = l.unsqueeze(l.input(), 1);
    return Values{l.add("Tile", {rows, l.integers({1, l.settings().size("n"), 1})})};
}

} // namespace plumbline::keras
