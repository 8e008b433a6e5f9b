#include "core/formats/bytes/pythontext.h"
#include "core/formats/model/keras/operations/families.h"

namespace plumbline::keras {

namespace {

struct Axes {
    std::optional<std::vector<std::int64_t>> axes; ///< nothing: all
    Attributes attributes;                         ///< keepdims
    Values beside(Lowering& l, ValueId x) const {
        Values out{x};
        if (axes)
            out.push_back(l.integers(*axes));
        return out;
    }
};

Axes axesOf(const Lowering& l) {
    Axes out{integerList(argument(l, 1, {"axis", "axes"})), {}};
    out.attributes.set("keepdims", std::int64_t(flagArgument(l, 2, {"keepdims"}) ? 1 : 0));
    return out;
}

ValueId reduced(Lowering& l, const char* op, ValueId x, const Axes& over) {
    return l.add(op, over.beside(l, x), over.attributes);
}

/// Means are floating-point numbers whatever they are of; sums and extremes keep integers.
Result<Values> reduce(Lowering& l, const char* op, bool needsFloat = false) {
    const ArgumentNames names{"x", "input_tensor"};
    PLUMBLINE_TRY(const auto x, needsFloat ? floatOperand(l, 0, names) : operand(l, 0, names));
    return Values{reduced(l, op, x, axesOf(l))};
}

struct Moments {
    ValueId mean, variance;
};

Moments momentsOf(Lowering& l, ValueId x, const Axes& over) {
    Axes kept = over;
    kept.attributes.set("keepdims", std::int64_t(1));
    const auto mean = reduced(l, "ReduceMean", x, kept);
    const auto centred = l.add("Sub", {x, mean});
    return {reduced(l, "ReduceMean", x, over), reduced(l, "ReduceMean", l.add("Mul", {centred, centred}), over)};
}

Result<Values> extreme(Lowering& l, const char* op) {
    PLUMBLINE_TRY(const auto x, operand(l, 0, {"x", "input"}));
    const auto axis = argument(l, 1, {"axis"});
    if (!axis.is_number_integer())
        return l.unsupported("it looks through all elements at once; one axis is accepted");
    Attributes attributes;
    attributes.set("axis", axis.get<std::int64_t>());
    attributes.set("keepdims", std::int64_t(flagArgument(l, 2, {"keepdims"}) ? 1 : 0));
    const auto out = l.add(op, {x}, std::move(attributes));
    return Values{l.writer().major >= 3 ? l.cast(out, DType::int32) : out};
}

} // namespace

Result<Values> lowerMeanOp(Lowering& l) { return reduce(l, "ReduceMean", true); }
Result<Values> lowerSumOp(Lowering& l) { return reduce(l, "ReduceSum"); }
Result<Values> lowerMaxOp(Lowering& l) { return reduce(l, "ReduceMax"); }
Result<Values> lowerMinOp(Lowering& l) { return reduce(l, "ReduceMin"); }
Result<Values> lowerProductOp(Lowering& l) { return reduce(l, "ReduceProd"); }
Result<Values> lowerLogSumExpOp(Lowering& l) { return reduce(l, "ReduceLogSumExp", true); }

static Result<Values> overFlags(Lowering& l, const char* op) {
    PLUMBLINE_TRY(const auto x, operand(l, 0, {"x", "input_tensor"}));
    const auto numbers = l.cast(l.cast(x, DType::boolean), DType::int32);
    return Values{l.cast(reduced(l, op, numbers, axesOf(l)), DType::boolean)};
}

Result<Values> lowerAnyOp(Lowering& l) { return overFlags(l, "ReduceMax"); }
Result<Values> lowerAllOp(Lowering& l) { return overFlags(l, "ReduceMin"); }

Result<Values> lowerVarianceOp(Lowering& l) {
    PLUMBLINE_TRY(const auto x, floatOperand(l, 0, {"x", "input_tensor"}));
    return Values{momentsOf(l, x, axesOf(l)).variance};
}

Result<Values> lowerDeviationOp(Lowering& l) {
    PLUMBLINE_TRY(const auto x, floatOperand(l, 0, {"x", "input_tensor"}));
    return Values{l.add("Sqrt", {momentsOf(l, x, axesOf(l)).variance})};
}

Result<Values> lowerMomentsOp(Lowering& l) {
    PLUMBLINE_TRY(const auto x, floatOperand(l, 0, {"x"}));
    Axes over{integerList(argument(l, 1, {"axes"})), {}};
    over.attributes.set("keepdims", std::int64_t(flagArgument(l, 2, {"keepdims"}) ? 1 : 0));
    const auto moments = momentsOf(l, x, over);
    return Values{moments.mean, moments.variance};
}

// x / |x|, where |x| is not too small.
Result<Values> lowerNormalizeOp(Lowering& l) {
    PLUMBLINE_TRY(const auto x, floatOperand(l, 0, {"x"}));
    const auto axes = integerList(argument(l, 1, {"axis"}));
    const auto order = argument(l, 2, {"order"});
    const auto epsilon = argument(l, 3, {"epsilon"});
    if (l.config().isOperation() && order.is_number() && order.get<double>() != 2)
        return l.unsupported("its order is " + pythonText(order) + "; 2 is accepted");
    Axes over{axes ? axes : std::vector<std::int64_t>{-1}, {}};
    over.attributes.set("keepdims", std::int64_t(1));
    const double given = epsilon.is_number() ? epsilon.get<double>() : l.config().isOperation() ? 1e-7 : 1e-12;
    const double least = l.config().isOperation() ? given * given : given; // Keras bounds |x|, TensorFlow its square
    const auto squares = reduced(l, "ReduceSum", l.add("Mul", {x, x}), over);
    return Values{l.add("Div", {x, l.add("Sqrt", {l.add("Max", {squares, l.scalarLike(least, squares)})})})};
}

Result<Values> lowerArgMaxOp(Lowering& l) { return extreme(l, "ArgMax"); }
Result<Values> lowerArgMinOp(Lowering& l) { return extreme(l, "ArgMin"); }

} // namespace plumbline::keras
