// Sums and sums of products: the terms are set up again, and those that clash, or that are too large, are found.
#include "core/diagnosis/birthcause.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace plumbline {

namespace {

struct Term {
    double value = 0;
    std::vector<BirthOperand> factors;
};

bool isProductOfWeights(const Node& node) {
    const auto& op = node.op;
    return op == "MatMul" || op == "Gemm" || op == "Conv" || op == "ConvTranspose";
}

/// Products of an element and its weight, which stand side by side, and what is added alone.
std::vector<Term> termsOfProducts(const std::vector<BirthOperand>& operands) {
    std::vector<Term> terms;
    for (std::size_t i = 0; i < operands.size(); ++i) {
        const bool product = i + 1 < operands.size() && operands[i].input == 0 && operands[i + 1].input == 1;
        if (product)
            terms.push_back({operands[i].value * operands[i + 1].value, {operands[i], operands[i + 1]}});
        else
            terms.push_back({operands[i].value, {operands[i]}});
        i += product ? 1 : 0;
    }
    return terms;
}

/// A recurrent cell's sum over the step's own features, gate by gate: what the unit's weights make of them. The state
/// of the step before is no operand that is at hand.
std::vector<std::vector<Term>> termsOfGates(const std::vector<BirthOperand>& operands) {
    std::vector<BirthOperand> features;
    std::size_t at = 0;
    for (; at < operands.size() && operands[at].input == 0; ++at)
        features.push_back(operands[at]);
    std::vector<std::vector<Term>> gates;
    while (!features.empty() && at + features.size() <= operands.size() && operands[at].input == 1) {
        auto& terms = gates.emplace_back();
        for (const auto& x : features) {
            const auto& w = operands[at++];
            terms.push_back({x.value * w.value, {x, w}});
        }
        while (at < operands.size() && operands[at].input >= 2 && operands[at].input <= 3)
            ++at;
    }
    return gates;
}

std::vector<Term> termsOf(const BirthOperation& operation) {
    const auto& op = operation.node.op;
    if (isProductOfWeights(operation.node))
        return termsOfProducts(operation.operands);
    std::vector<Term> terms;
    for (const auto& operand : operation.operands) {
        if (op.starts_with("Reduce") && operand.input != 0)
            continue; // the axes
        const bool squares = op == "ReduceL2" || op == "ReduceSumSquare";
        terms.push_back({squares            ? operand.value * operand.value
                         : op == "ReduceL1" ? std::abs(operand.value)
                                            : operand.value,
                         {operand}});
    }
    return terms;
}

std::string wordsOf(const std::vector<const Term*>& terms) {
    std::string out;
    for (const auto* term : terms) {
        std::string factors;
        for (const auto& factor : term->factors)
            factors +=
                (factors.empty() ? "" : " * ") + (factor.of.empty() ? "" : factor.of + " ") + numberText(factor.value);
        out += (out.empty() ? "" : " and ") + factors;
    }
    return out;
}

BirthCause cause(std::string name, const std::vector<const Term*>& terms) {
    BirthCause out{std::move(name), {}, wordsOf(terms)};
    for (const auto* term : terms)
        out.operands.insert(out.operands.end(), term->factors.begin(), term->factors.end());
    return out;
}

const Term* find(const std::vector<Term>& terms, auto test) {
    const auto at = std::ranges::find_if(terms, [&](const Term& term) { return test(term.value); });
    return at == terms.end() ? nullptr : &*at;
}

/// The clash among `terms`; a name of nothing where there is none.
BirthCause clash(const std::vector<Term>& terms) {
    if (const auto* product = find(terms, [](double x) { return std::isnan(x); }))
        return cause("0 * inf", {product});
    const auto* up = find(terms, [](double x) { return x == HUGE_VAL; });
    const auto* down = find(terms, [](double x) { return x == -HUGE_VAL; });
    return up && down ? cause("inf - inf", {up, down}) : BirthCause();
}

/// The largest terms towards `sign`: one, where it is beyond the type alone, else two.
std::vector<const Term*> foremost(const std::vector<Term>& terms, double sign, double largest = HUGE_VAL) {
    const Term *first = nullptr, *second = nullptr;
    for (const auto& term : terms) {
        if (!first || sign * term.value > sign * first->value)
            second = std::exchange(first, &term);
        else if (!second || sign * term.value > sign * second->value)
            second = &term;
    }
    return first && second && sign * first->value <= largest ? std::vector{first, second} : std::vector{first};
}

BirthCause ofRecurrence(const BirthOperation& operation) {
    const auto gates = termsOfGates(operation.operands);
    for (const auto& gate : gates)
        if (auto out = clash(gate); !out.name.empty())
            return out;
    std::vector<Term> all;
    for (const auto& gate : gates)
        all.insert(all.end(), gate.begin(), gate.end());
    if (all.empty())
        return {"overflow", {}, {}};
    const auto most = std::ranges::max_element(all, {}, [](const Term& term) { return std::abs(term.value); });
    return cause(std::isinf(most->value) ? "inf - inf" : "overflow", {&*most});
}

} // namespace

BirthCause causeOfSum(const BirthOperation& operation) {
    const auto& op = operation.node.op;
    if (op == "LSTM" || op == "GRU" || op == "RNN")
        return ofRecurrence(operation);
    const auto terms = termsOf(operation);
    if (terms.empty())
        return {"overflow", {}, {}};
    if (op == "ReduceLogSum")
        return cause(std::isnan(operation.result) ? "log of a negative" : "log of 0", foremost(terms, -1));
    if (op == "ReduceProd") {
        const auto* zero = find(terms, [](double x) { return x == 0; });
        const auto* infinite = find(terms, [](double x) { return std::isinf(x); });
        if (std::isnan(operation.result) && zero && infinite)
            return cause("0 * inf", {zero, infinite});
        const auto most = std::ranges::max_element(terms, {}, [](const Term& term) { return std::abs(term.value); });
        return cause("overflow", {&*most});
    }
    if (!std::isnan(operation.result))
        return cause("overflow", foremost(terms, operation.result > 0 ? 1 : -1, operation.largest));
    if (auto out = clash(terms); !out.name.empty())
        return out;
    // A part of the sum went beyond the type, and met its opposite.
    const auto [down, up] = std::ranges::minmax_element(terms, {}, &Term::value);
    return cause(std::isinf(up->value) || std::isinf(down->value) ? "inf - inf" : "overflow", {&*up, &*down});
}

} // namespace plumbline
