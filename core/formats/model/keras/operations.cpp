#include "core/formats/model/keras/operations.h"

#include "core/formats/bytes/pythontext.h"
#include "core/formats/model/keras/activations.h"
#include "core/formats/model/keras/operations/families.h"
#include "core/formats/model/keras/weights.h"

#include <map>

namespace plumbline::keras {

using nlohmann::json;

namespace {

template<std::size_t N> struct Name {
    char text[N];
    constexpr Name(const char (&value)[N]) { std::copy_n(value, N, text); } // NOLINT: a literal is a name
};

template<Name op> Result<Values> binary(Lowering& l) {
    PLUMBLINE_TRY(auto a, operand(l, 0, {"x1", "x", "a"}));
    PLUMBLINE_TRY(auto b, operand(l, 1, {"x2", "y", "b"}));
    const auto dtype = promoted(l.type(a)->dtype, l.type(b)->dtype);
    a = l.cast(a, dtype);
    b = l.cast(b, dtype);
    return Values{l.add(op.text, {a, b})};
}

template<Name op> Result<Values> unary(Lowering& l) {
    PLUMBLINE_TRY(const auto x, operand(l, 0, {"x", "input", "tensor"}));
    return Values{l.add(op.text, {x})};
}

/// Of integers as of float32.
template<Name op> Result<Values> floatUnary(Lowering& l) {
    PLUMBLINE_TRY(const auto x, floatOperand(l, 0, {"x"}));
    return Values{l.add(op.text, {x})};
}

Result<Values> divide(Lowering& l) {
    PLUMBLINE_TRY(auto a, floatOperand(l, 0, {"x1", "x", "a"}));
    PLUMBLINE_TRY(auto b, floatOperand(l, 1, {"x2", "y", "b"}));
    const auto dtype = promoted(l.type(a)->dtype, l.type(b)->dtype);
    return Values{l.add("Div", {l.cast(a, dtype), l.cast(b, dtype)})};
}

Result<Values> squaredDifference(Lowering& l) {
    PLUMBLINE_TRY(const auto difference, binary<"Sub">(l));
    return Values{l.add("Mul", {difference.front(), difference.front()})};
}

Result<Values> matmul(Lowering& l) {
    PLUMBLINE_TRY(auto a, operand(l, 0, {"x1", "a", "x"}));
    PLUMBLINE_TRY(auto b, operand(l, 1, {"x2", "b", "y"}));
    const auto dtype = promoted(l.type(a)->dtype, l.type(b)->dtype);
    const auto turned = [&](ValueId value, ArgumentNames names) {
        value = l.cast(value, dtype);
        const auto rank = static_cast<std::int64_t>(l.rank(value));
        if (!flagArgument(l, 100, names) || rank < 2)
            return value;
        std::vector<std::int64_t> permutation;
        for (std::int64_t i = 0; i < rank; ++i)
            permutation.push_back(i < rank - 2 ? i : 2 * rank - 3 - i);
        return l.transpose(value, permutation);
    };
    a = turned(a, {"transpose_a", "adjoint_a", "adj_x"});
    b = turned(b, {"transpose_b", "adjoint_b", "adj_y"});
    return Values{l.add("MatMul", {a, b})};
}

template<Name op> Result<Values> negated(Lowering& l) {
    PLUMBLINE_TRY(const auto opposite, binary<op>(l));
    return Values{l.add("Not", {opposite.front()})};
}

Result<Values> square(Lowering& l) {
    PLUMBLINE_TRY(const auto x, operand(l, 0, {"x"}));
    return Values{l.add("Mul", {x, x})};
}

Result<Values> rsqrt(Lowering& l) {
    PLUMBLINE_TRY(const auto x, floatOperand(l, 0, {"x"}));
    return Values{l.add("Reciprocal", {l.add("Sqrt", {x})})};
}

Result<Values> named(Lowering& l) {
    PLUMBLINE_TRY(const auto x, floatOperand(l, 0, {"x", "features", "logits"}));
    const auto name = operationName(l.config());
    if (name == "gelu") { // Keras's operation approximates unless told otherwise, TensorFlow's does not
        const auto given = argument(l, 1, {"approximate"});
        Attributes attributes;
        const bool approximate = given.is_boolean() ? given.get<bool>() : l.config().isOperation();
        attributes.set("approximate", std::string(approximate ? "tanh" : "none"));
        return Values{l.add("Gelu", {x}, std::move(attributes))};
    }
    if (name == "elu" || name == "celu") {
        const auto alpha = argument(l, 1, {"alpha"});
        Attributes attributes;
        attributes.set("alpha", alpha.is_number() ? alpha.get<double>() : 1.0);
        return Values{l.add(name == "elu" ? "Elu" : "Celu", {x}, std::move(attributes))};
    }
    if (const auto threshold = argument(l, 1, {"threshold"}); threshold.is_number() && threshold.get<double>() != 0.5)
        return l.unsupported("its threshold is " + pythonText(threshold) + "; 0.5 is accepted");
    if (name == "leaky_relu") {
        const auto slope = argument(l, 1, {"negative_slope", "alpha"});
        Attributes attributes;
        attributes.set("alpha", slope.is_number() ? slope.get<double>() : 0.2);
        return Values{l.add("LeakyRelu", {x}, std::move(attributes))};
    }
    if (name == "softmax" || name == "log_softmax") {
        const auto axis = argument(l, 1, {"axis"});
        PLUMBLINE_TRY(const auto from0, l.axis(x, axis.is_number_integer() ? axis.get<std::int64_t>() : -1));
        Attributes attributes;
        attributes.set("axis", static_cast<std::int64_t>(from0));
        return Values{l.add(name == "softmax" ? "Softmax" : "LogSoftmax", {x}, std::move(attributes))};
    }
    const auto out = applyNamedActivation(l, x, name);
    if (!out)
        return l.unsupported("the operation " + name + " is not known");
    return Values{*out};
}

Result<Values> clip(Lowering& l) {
    PLUMBLINE_TRY(const auto x, operand(l, 0, {"x", "t"}));
    PLUMBLINE_TRY(const auto low, operand(l, 1, {"x_min", "clip_value_min"}));
    PLUMBLINE_TRY(const auto high, operand(l, 2, {"x_max", "clip_value_max"}));
    return Values{l.add("Clip", {x, low, high})};
}

template<Name op> Result<Values> logical(Lowering& l) {
    PLUMBLINE_TRY(auto a, operand(l, 0, {"x1", "x"}));
    PLUMBLINE_TRY(auto b, operand(l, 1, {"x2", "y"}));
    return Values{l.add(op.text, {l.cast(a, DType::boolean), l.cast(b, DType::boolean)})};
}

Result<Values> logicalNot(Lowering& l) {
    PLUMBLINE_TRY(const auto x, operand(l, 0, {"x"}));
    return Values{l.add("Not", {l.cast(x, DType::boolean)})};
}

const std::map<std::string, LowerFunction, std::less<>>& table() {
    static const std::map<std::string, LowerFunction, std::less<>> rows = {
        {"add", binary<"Add">},
        {"bias_add", binary<"Add">},
        {"subtract", binary<"Sub">},
        {"sub", binary<"Sub">},
        {"multiply", binary<"Mul">},
        {"mul", binary<"Mul">},
        {"divide", divide},
        {"true_divide", divide},
        {"truediv", divide},
        {"real_div", divide},
        {"maximum", binary<"Max">},
        {"minimum", binary<"Min">},
        {"power", binary<"Pow">},
        {"pow", binary<"Pow">},
        {"equal", binary<"Equal">},
        {"not_equal", negated<"Equal">},
        {"greater", binary<"Greater">},
        {"less", binary<"Less">},
        {"greater_equal", binary<"GreaterOrEqual">},
        {"less_equal", binary<"LessOrEqual">},
        {"matmul", matmul},
        {"mat_mul", matmul},
        {"batch_mat_mul", matmul},
        {"negative", unary<"Neg">},
        {"neg", unary<"Neg">},
        {"abs", unary<"Abs">},
        {"absolute", unary<"Abs">},
        {"sign", unary<"Sign">},
        {"exp", floatUnary<"Exp">},
        {"log", floatUnary<"Log">},
        {"sqrt", floatUnary<"Sqrt">},
        {"erf", floatUnary<"Erf">},
        {"reciprocal", floatUnary<"Reciprocal">},
        {"sin", floatUnary<"Sin">},
        {"cos", floatUnary<"Cos">},
        {"floor", floatUnary<"Floor">},
        {"ceil", floatUnary<"Ceil">},
        {"round", floatUnary<"Round">},
        {"identity", unary<"Identity">},
        {"stop_gradient", unary<"Identity">},
        {"square", square},
        {"squared_difference", squaredDifference},
        {"rsqrt", rsqrt},
        {"tanh", named},
        {"relu", named},
        {"relu6", named},
        {"sigmoid", named},
        {"elu", named},
        {"selu", named},
        {"celu", named},
        {"silu", named},
        {"swish", named},
        {"softplus", named},
        {"softsign", named},
        {"gelu", named},
        {"leaky_relu", named},
        {"softmax", named},
        {"log_softmax", named},
        {"hard_sigmoid", named},
        {"hard_silu", named},
        {"hard_swish", named},
        {"hard_tanh", named},
        {"log_sigmoid", named},
        {"tanh_shrink", named},
        {"soft_shrink", named},
        {"hard_shrink", named},
        {"squareplus", named},
        {"sparse_plus", named},
        {"sparse_sigmoid", named},
        {"sparsemax", named},
        {"clip", clip},
        {"clip_by_value", clip},
        {"logical_or", logical<"Or">},
        {"logical_and", logical<"And">},
        {"logical_xor", logical<"Xor">},
        {"logical_not", logicalNot},
        {"reshape", lowerReshapeOp},
        {"transpose", lowerTransposeOp},
        {"concatenate", lowerConcatenateOp},
        {"concat", lowerConcatenateOp},
        {"stack", lowerStackOp},
        {"split", lowerSplitOp},
        {"get_item", lowerGetItemOp},
        {"getitem", lowerGetItemOp},
        {"expand_dims", lowerExpandDimsOp},
        {"squeeze", lowerSqueezeOp},
        {"pad", lowerPadOp},
        {"tile", lowerTileOp},
        {"repeat", lowerRepeatOp},
        {"flip", lowerFlipOp},
        {"reverse", lowerFlipOp},
        {"broadcast_to", lowerBroadcastOp},
        {"where", lowerWhereOp},
        {"zeros_like", lowerZerosLikeOp},
        {"ones_like", lowerOnesLikeOp},
        {"cast", lowerCastOp},
        {"depth_to_space", lowerDepthToSpaceOp},
        {"resize", lowerResizeOp},
        {"mean", lowerMeanOp},
        {"reduce_mean", lowerMeanOp},
        {"sum", lowerSumOp},
        {"reduce_sum", lowerSumOp},
        {"max", lowerMaxOp},
        {"reduce_max", lowerMaxOp},
        {"min", lowerMinOp},
        {"reduce_min", lowerMinOp},
        {"prod", lowerProductOp},
        {"reduce_prod", lowerProductOp},
        {"logsumexp", lowerLogSumExpOp},
        {"reduce_logsumexp", lowerLogSumExpOp},
        {"any", lowerAnyOp},
        {"reduce_any", lowerAnyOp},
        {"all", lowerAllOp},
        {"reduce_all", lowerAllOp},
        {"var", lowerVarianceOp},
        {"reduce_variance", lowerVarianceOp},
        {"std", lowerDeviationOp},
        {"reduce_std", lowerDeviationOp},
        {"moments", lowerMomentsOp},
        {"normalize", lowerNormalizeOp},
        {"l2_normalize", lowerNormalizeOp},
        {"argmax", lowerArgMaxOp},
        {"argmin", lowerArgMinOp},
    };
    return rows;
}

} // namespace

bool isOperationName(const std::string& className) { return table().contains(snakeCase(className)); }

LowerFunction findOperation(const LayerConfig& layer) {
    const auto name = operationName(layer);
    if (name.empty() || (layer.isOperation() && !layer.registered.empty()))
        return nullptr;
    const auto it = table().find(name);
    return it == table().end() ? nullptr : it->second;
}

} // namespace plumbline::keras
