#include "core/diagnosis/nancause.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace plumbline {

namespace {

bool any(const std::vector<NanOperand>& operands, auto test) {
    return std::ranges::any_of(operands, [&](const NanOperand& o) { return test(o.value); });
}

double at(const std::vector<NanOperand>& operands, std::size_t index) {
    return index < operands.size() ? operands[index].value : 0;
}

std::string division(const std::vector<NanOperand>& operands) {
    return std::isinf(at(operands, 0)) && std::isinf(at(operands, 1)) ? "inf / inf" : "0 / 0";
}

/// The terms of a sum: products of an element and its weight, which stand side by side, and what is added alone.
std::vector<double> termsOf(const std::vector<NanOperand>& operands) {
    std::vector<double> terms;
    for (std::size_t i = 0; i < operands.size(); ++i) {
        const bool product = i + 1 < operands.size() && operands[i].input == 0 && operands[i + 1].input == 1;
        terms.push_back(product ? operands[i].value * operands[i + 1].value : operands[i].value);
        i += product ? 1 : 0;
    }
    return terms;
}

/// A sum of products, or of many terms: an infinity times zero in one of them, infinities of both signs among them;
/// else a sum that overflowed both ways.
std::string summation(const std::vector<NanOperand>& operands) {
    if (!any(operands, [](double x) { return std::isinf(x); }))
        return "overflow";
    return std::ranges::any_of(termsOf(operands), [](double x) { return std::isnan(x); }) ? "0 * inf" : "inf - inf";
}

/// Normalisations: of an infinite element, or under a root that is negative.
std::string normalization(const Node& node, const std::vector<NanOperand>& operands) {
    if (any(operands, [](double x) { return std::isinf(x); }))
        return "inf - inf";
    const bool batch = node.op == "BatchNormalization";
    const bool negative =
        std::ranges::any_of(operands, [&](const NanOperand& o) { return batch && o.input == 4 && o.value < 0; });
    return negative ? "sqrt of a negative" : "overflow";
}

const std::map<std::string_view, std::string_view>& unary() {
    static const std::map<std::string_view, std::string_view> causes{
        {"Log", "log of a negative"},
        {"Sqrt", "sqrt of a negative"},
        {"Asin", "asin beyond 1"},
        {"Acos", "acos beyond 1"},
        {"Acosh", "acosh below 1"},
        {"Atanh", "atanh beyond 1"},
        {"Sin", "sine of inf"},
        {"Cos", "cosine of inf"},
        {"Tan", "tangent of inf"},
        {"Softplus", "overflow"},
        {"Log1p", "log of a negative"},
        {"Softsign", "inf / inf"},
        {"Mish", "0 * inf"},
        {"Gelu", "0 * inf"},
        {"Swish", "0 * inf"},
        {"HardSwish", "0 * inf"},
        {"Erf", "overflow"},
        {"Reciprocal", "0 / 0"},
    };
    return causes;
}

} // namespace

std::string nanCause(const Node& node, std::vector<NanOperand>& operands) {
    const auto& op = node.op;
    std::string cause;
    if (any(operands, [](double x) { return std::isnan(x); }))
        cause = "weight is NaN";
    else if (op == "Sub" || op == "Add" || op == "Sum" || op == "Mean")
        cause = "inf - inf";
    else if (op == "Mul")
        cause = "0 * inf";
    else if (op == "Div")
        cause = division(operands);
    else if (op == "Mod")
        cause = "remainder by 0";
    else if (op == "Pow")
        cause = at(operands, 0) < 0 ? "power of a negative" : "overflow";
    else if (op == "Softmax" || op == "LogSoftmax")
        cause = "inf - inf";
    else if (op.ends_with("Normalization"))
        cause = normalization(node, operands);
    else if (const auto known = unary().find(op); known != unary().end())
        cause = known->second;
    else
        cause = summation(operands);
    // What is infinite or zero decides; among many others the largest tell most.
    if (operands.size() > 2)
        std::ranges::stable_sort(operands, [](const NanOperand& a, const NanOperand& b) {
            const auto key = [](double x) { return std::isnan(x) ? 3 : std::isinf(x) ? 2 : 0; };
            return std::pair(key(a.value), std::abs(a.value)) > std::pair(key(b.value), std::abs(b.value));
        });
    return cause;
}

} // namespace plumbline
