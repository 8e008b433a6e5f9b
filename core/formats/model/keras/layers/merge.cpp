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
    if (l.settings().flag("normalize", false))
        return l.unsupported("it normalizes its inputs");
    auto a = inputs[0], b = inputs[1];
    PLUMBLINE_TRY(const auto left, l.axis(a, axes[0]));
    PLUMBLINE_TRY(const auto right, l.axis(b, axes[1]));
    if (left == 0 || right == 0)
        return l.unsupported("it contracts the batch axis");
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
