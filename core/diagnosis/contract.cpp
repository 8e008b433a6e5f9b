#include "core/diagnosis/contract.h"

namespace plumbline {

bool fits(const Dims& declared, const Shape& actual) {
    if (declared.size() != actual.rank())
        return false;
    for (std::size_t axis = 0; axis < declared.size(); ++axis)
        if (!declared[axis].mayEqual(actual[axis]))
            return false;
    return true;
}

Dims expectedShape(const ValueType& declared, const InputProfile* training) {
    auto out = declared.shape;
    if (!out.empty() && out[0].isKnown())
        out[0] = Dim::symbol("batch");
    if (!training || training->shape.rank() != out.size() || !fits(out, training->shape))
        return out;
    for (std::size_t axis = 1; axis < out.size(); ++axis)
        if (!out[axis].isKnown())
            out[axis] = training->shape[axis];
    return out;
}

std::optional<Shape> acceptedShape(const Model& model, const RowRule& rule, Dims declared, const Shape& actual) {
    if (!declared.empty() && actual.rank() > 0 && rule.takes(declared[0], actual[0]))
        declared[0] = Dim(actual[0]);
    if (fits(declared, actual))
        return actual;
    if (!model.format.starts_with("keras"))
        return std::nullopt;
    // Keras 3, Functional._adjust_input_rank.
    auto adjusted = actual;
    if (actual.rank() == declared.size() + 1 && actual.back() == 1)
        adjusted.erase(actual.rank() - 1);
    else if (actual.rank() + 1 == declared.size() && declared.back() == Dim(1))
        adjusted.append(1);
    return fits(declared, adjusted) ? std::optional(adjusted) : std::nullopt;
}

std::size_t featureAxisOf(const Graph& graph, LayerId row, std::size_t rank) {
    return rank >= 3 && row.isValid() && !graph.layer(row).channelsLast ? 1 : rank - 1;
}

std::int64_t batchOf(const std::vector<Tensor>& inputs) {
    for (const auto& input : inputs)
        if (!input.isNull() && input.rank() > 0)
            return input.shape()[0];
    return 1;
}

} // namespace plumbline
