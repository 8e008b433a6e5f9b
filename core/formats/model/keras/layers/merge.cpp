#include "core/formats/model/keras/layers/layers.h"

#include <algorithm>

namespace plumbline::keras {

namespace {

/// One element type for all: of floats the one they promote to, else the first's.
Values unified(Lowering& l, Values values) {
    auto dtype = l.type(values.front())->dtype;
    for (const auto value : values)
        dtype = promoted(dtype, l.type(value)->dtype);
    for (auto& value : values)
        value = l.cast(value, dtype);
    return values;
}

/// The masks that the inputs of a merge bring with them, each with an axis for the features; invalid where there is
/// none (an input that got axes to meet the others has lost its own).
Values masksOf(Lowering& l, const Values& values) {
    Values out(values.size());
    const auto given = l.kwargs().find("masks");
    if (given == l.kwargs().end())
        return out;
    for (std::size_t i = 0; i < values.size() && i < given->size(); ++i)
        if (const auto index = tensorIndex((*given)[i]); index && l.rank(values[i]) == l.rank(l.input(i)))
            out[i] = l.unsqueeze(l.cast(l.tensor(*index), DType::boolean), -1);
    return out;
}

/// A masked factor counts as 1, and a step that no factor counts in as 0.
ValueId maskedProduct(Lowering& l, const Values& values, const Values& masks) {
    ValueId out, counts;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto x =
            masks[i].isValid() ? l.add("Where", {masks[i], values[i], l.scalarLike(1, values[i])}) : values[i];
        out = i == 0 ? x : l.add("Mul", {out, x});
        if (masks[i].isValid())
            counts = counts.isValid() ? l.add("Or", {counts, masks[i]}) : masks[i];
    }
    const bool all = std::all_of(masks.begin(), masks.end(), [](ValueId mask) { return mask.isValid(); });
    return all ? l.add("Where", {counts, out, l.scalarLike(0, out)}) : out;
}

/// Of two steps of which one is masked the other is taken.
ValueId maskedExtreme(Lowering& l, const std::string& op, const Values& values, const Values& masks) {
    auto out = values[0], counts = masks[0];
    for (std::size_t i = 1; i < values.size(); ++i) {
        auto x = values[i];
        if (masks[i].isValid())
            x = l.add("Where", {masks[i], x, out});
        if (counts.isValid())
            out = l.add("Where", {counts, out, x});
        counts = masks[i].isValid() && counts.isValid() ? l.add("Or", {counts, masks[i]}) : ValueId();
        out = l.add(op, {out, x});
    }
    return out;
}

/// x / |x| along an axis, of a length that Keras keeps from being 0: 1e-6 in Keras 2, 1e-12 in Keras 3.
ValueId unitVectors(Lowering& l, ValueId x, std::size_t axis) {
    const auto squares = l.add("ReduceSum", {l.add("Mul", {x, x}), l.integers({static_cast<std::int64_t>(axis)})});
    const auto least = l.scalarLike(l.writer().major >= 3 ? 1e-24 : 1e-12, x);
    return l.add("Div", {x, l.add("Sqrt", {l.add("Max", {squares, least})})});
}

} // namespace

// Inputs of lower rank get axes of 1 after the batch, so that (n, c) meets (n, h, w, c).
Result<Values> lowerMerge(Lowering& l) {
    auto values = unified(l, l.inputs());
    std::size_t rank = 0;
    for (const auto value : values)
        rank = std::max(rank, l.rank(value));
    for (auto& value : values)
        while (l.rank(value) < rank && l.rank(value) > 0)
            value = l.unsqueeze(value, 1);
    const auto& name = l.config().className;
    const std::string op = name == "Subtract"   ? "Sub"
                           : name == "Multiply" ? "Mul"
                           : name == "Maximum"  ? "Max"
                           : name == "Minimum"  ? "Min"
                                                : "Add";
    if (values.size() < 2 || (op == "Sub" && values.size() != 2))
        return l.wrongShape("it gets " + std::to_string(values.size()) + " inputs, and needs " +
                            (op == "Sub" ? "exactly 2" : "at least 2"));
    const auto masks = masksOf(l, values);
    if (std::any_of(masks.begin(), masks.end(), [](ValueId mask) { return mask.isValid(); }))
        return Values{op == "Mul" ? maskedProduct(l, values, masks) : maskedExtreme(l, op, values, masks)};
    auto out = values[0];
    for (std::size_t i = 1; i < values.size(); ++i)
        out = l.add(op, {out, values[i]});
    if (name == "Average")
        out = l.add("Div", {out, l.scalarLike(static_cast<double>(values.size()), out)});
    return Values{out};
}

Result<Values> lowerConcatenate(Lowering& l) {
    const auto values = unified(l, l.inputs());
    PLUMBLINE_TRY(const auto axis, l.axis(values.front(), l.settings().integer("axis", -1)));
    Attributes attributes;
    attributes.set("axis", static_cast<std::int64_t>(axis));
    return Values{l.add("Concat", values, std::move(attributes))};
}

// The contraction of one axis of each, batch by batch, for inputs of rank 2 and 3.
Result<Values> lowerDot(Lowering& l) {
    const auto& inputs = l.inputs();
    const auto axes = l.settings().integers("axes", 2, -1);
    if (inputs.size() != 2 || l.rank(inputs[0]) > 3 || l.rank(inputs[1]) > 3 || l.rank(inputs[0]) < 2 ||
        l.rank(inputs[1]) < 2)
        return l.unsupported("it joins inputs that are not two of rank 2 or 3");
    auto a = inputs[0], b = inputs[1];
    PLUMBLINE_TRY(const auto left, l.axis(a, axes[0]));
    PLUMBLINE_TRY(const auto right, l.axis(b, axes[1]));
    if (left == 0 || right == 0)
        return l.unsupported("it contracts the batch axis");
    if (l.settings().flag("normalize", false)) { // each vector that is contracted to length 1
        a = unitVectors(l, a, left);
        b = unitVectors(l, b, right);
    }
    const bool flatLeft = l.rank(a) == 2, flatRight = l.rank(b) == 2;
    if (flatLeft)
        a = l.unsqueeze(a, 1);
    else if (left == 1)
        a = l.transpose(a, {0, 2, 1});
    if (flatRight)
        b = l.unsqueeze(b, 2);
    else if (right == 2)
        b = l.transpose(b, {0, 2, 1});
    auto out = l.add("MatMul", {a, b});
    if (flatLeft)
        out = l.squeeze(out, 1);
    if (flatRight && !flatLeft)
        out = l.squeeze(out, 2);
    return Values{out}; // two vectors give (n, 1)
}

} // namespace plumbline::keras
