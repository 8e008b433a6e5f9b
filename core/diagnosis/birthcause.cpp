#include "core/diagnosis/birthcause.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace plumbline {

namespace {

struct UnaryCauses {
    std::string_view ofNan, ofInfinity; ///< empty: the op has none of that kind
};

const std::map<std::string_view, UnaryCauses>& unary() {
    static const std::map<std::string_view, UnaryCauses> causes{
        {"Log", {"log of a negative", "log of 0"}}, {"Sqrt", {"sqrt of a negative", "overflow"}},
        {"Asin", {"asin beyond 1", "overflow"}},    {"Acos", {"acos beyond 1", "overflow"}},
        {"Acosh", {"acosh below 1", "overflow"}},   {"Atanh", {"atanh beyond 1", "atanh of 1"}},
        {"Sin", {"sine of inf", "overflow"}},       {"Cos", {"cosine of inf", "overflow"}},
        {"Tan", {"tangent of inf", "overflow"}},    {"Softsign", {"inf / inf", "overflow"}},
        {"Mish", {"0 * inf", "overflow"}},          {"Gelu", {"0 * inf", "overflow"}},
        {"HardSwish", {"0 * inf", "overflow"}},     {"LeakyRelu", {"0 * inf", "overflow"}},
        {"Reciprocal", {"1 / 0", "1 / 0"}},
    };
    return causes;
}

double at(const BirthOperation& operation, std::size_t index) {
    return index < operation.operands.size() ? operation.operands[index].value : 0;
}

std::string binary(const BirthOperation& operation) {
    const auto& op = operation.node.op;
    const bool nan = std::isnan(operation.result);
    const double a = at(operation, 0), b = at(operation, 1);
    if (op == "Div")
        return b == 0 ? (nan ? "0 / 0" : "1 / 0") : nan ? "inf / inf" : "overflow";
    if (op == "Mod")
        return b == 0 ? "remainder by 0" : "remainder of inf";
    if (op == "Pow")
        return a < 0 && nan ? "power of a negative" : a == 0 && b < 0 ? "1 / 0" : "overflow";
    if (op == "Mul" || op == "PRelu")
        return nan ? "0 * inf" : "overflow";
    return nan ? "inf - inf" : "overflow"; // Add, Sub
}

} // namespace

std::string operandWords(const std::vector<BirthOperand>& operands, std::size_t most) {
    std::string out;
    for (std::size_t i = 0; i < std::min(operands.size(), most); ++i)
        out +=
            (i ? " and " : "") + (operands[i].of.empty() ? "" : operands[i].of + " ") + numberText(operands[i].value);
    return out;
}

BirthCause birthCause(const BirthOperation& operation) {
    static const std::set<std::string_view> pairs{"Add", "Sub", "Mul", "Div", "Mod", "Pow", "PRelu"};
    const auto& op = operation.node.op;
    const auto& operands = operation.operands;
    BirthCause out;
    const auto bad = std::ranges::find_if(operands, [](const BirthOperand& o) { return std::isnan(o.value); });
    if (bad != operands.end()) {
        out = {"weight is NaN", {*bad}, {}};
    } else if (pairs.contains(op) && operands.size() == 2) {
        out = {binary(operation), operands, {}};
    } else if (op.ends_with("Normalization") || op.ends_with("Softmax") || op == "Sparsemax") {
        out = causeOfNormalization(operation);
    } else if (operands.size() == 1) {
        const auto known = unary().find(op);
        const bool nan = std::isnan(operation.result);
        const auto name = known == unary().end() ? std::string_view(nan ? "inf - inf" : "overflow")
                          : nan                  ? known->second.ofNan
                                                 : known->second.ofInfinity;
        out = {std::string(name), operands, {}};
    } else {
        out = causeOfSum(operation);
    }
    if (out.words.empty())
        out.words = operandWords(out.operands);
    return out;
}

} // namespace plumbline
