#include "core/ops/elementwise/functions.h"

#include "core/graph/attributes.h"

#include <cmath>

namespace plumbline {

namespace {

double softplusOf(double x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }

double sigmoidOf(double x) {
    if (x >= 0)
        return 1 / (1 + std::exp(-x));
    const auto e = std::exp(x);
    return e / (1 + e);
}

double geluOf(double x, double tanhApproximation) {
    constexpr double rootHalf = 0.70710678118654752440, rootTwoOverPi = 0.79788456080286535588;
    if (tanhApproximation == 0)
        return 0.5 * x * std::erfc(-x * rootHalf);
    // (1 + tanh(u)) / 2 is the sigmoid of 2u: no cancellation for negative x.
    return x * sigmoidOf(2 * rootTwoOverPi * (x + 0.044715 * x * x * x));
}

double clampUnit(double x) { return x < 0 ? 0 : x > 1 ? 1 : x; }

} // namespace

namespace functions {

// clang-format off
const UnaryFunction relu{"Relu", [](double x, double, double) { return x < 0 ? 0 : x; }, 0, 0, "", "", IntegerUnary::relu};
const UnaryFunction leakyRelu{"LeakyRelu", [](double x, double a, double) { return x < 0 ? a * x : x; }, 0.01, 0, "alpha", ""};
const UnaryFunction elu{"Elu", [](double x, double a, double) { return x < 0 ? a * std::expm1(x) : x; }, 1, 0, "alpha", ""};
const UnaryFunction selu{"Selu", [](double x, double a, double g) { return g * (x < 0 ? a * std::expm1(x) : x); },
                         1.67326319217681884765625, 1.05070102214813232421875, "alpha", "gamma"};
const UnaryFunction celu{"Celu", [](double x, double a, double) { return x < 0 ? a * std::expm1(x / a) : x; }, 1, 0, "alpha", ""};
const UnaryFunction softplus{"Softplus", [](double x, double, double) { return softplusOf(x); }, 0, 0, "", ""};
const UnaryFunction softsign{"Softsign", [](double x, double, double) { return x / (1 + std::fabs(x)); }, 0, 0, "", ""};
const UnaryFunction tanh{"Tanh", [](double x, double, double) { return std::tanh(x); }, 0, 0, "", "", IntegerUnary::none, true};
const UnaryFunction sigmoid{"Sigmoid", [](double x, double, double) { return sigmoidOf(x); }, 0, 0, "", "", IntegerUnary::none, true};
const UnaryFunction hardSigmoid{"HardSigmoid", [](double x, double a, double b) { return clampUnit(a * x + b); }, 0.2, 0.5,
                                "alpha", "beta", IntegerUnary::none, true};
const UnaryFunction hardSwish{"HardSwish", [](double x, double, double) { return x * clampUnit(x / 6 + 0.5); }, 0, 0, "", ""};
const UnaryFunction gelu{"Gelu", [](double x, double a, double) { return geluOf(x, a); }, 0, 0, "", ""};
const UnaryFunction mish{"Mish", [](double x, double, double) { return x * std::tanh(softplusOf(x)); }, 0, 0, "", ""};
const UnaryFunction thresholdedRelu{"ThresholdedRelu", [](double x, double a, double) { return x <= a ? 0 : x; }, 1, 0, "alpha", ""};
const UnaryFunction shrink{"Shrink", [](double x, double l, double b) { return x < -l ? x + b : x > l ? x - b : x != x ? x : 0; },
                           0.5, 0, "lambd", "bias"};
const UnaryFunction exp{"Exp", [](double x, double, double) { return std::exp(x); }, 0, 0, "", "", IntegerUnary::none, true};
const UnaryFunction log{"Log", [](double x, double, double) { return std::log(x); }, 0, 0, "", ""};
const UnaryFunction sqrt{"Sqrt", [](double x, double, double) { return std::sqrt(x); }, 0, 0, "", ""};
const UnaryFunction reciprocal{"Reciprocal", [](double x, double, double) { return 1 / x; }, 0, 0, "", "", IntegerUnary::none, true};
const UnaryFunction erf{"Erf", [](double x, double, double) { return std::erf(x); }, 0, 0, "", "", IntegerUnary::none, true};
const UnaryFunction neg{"Neg", [](double x, double, double) { return -x; }, 0, 0, "", "", IntegerUnary::negate};
const UnaryFunction abs{"Abs", [](double x, double, double) { return std::fabs(x); }, 0, 0, "", "", IntegerUnary::absolute};
const UnaryFunction sign{"Sign", [](double x, double, double) { return x > 0 ? 1 : x < 0 ? -1 : x; }, 0, 0, "", "",
                         IntegerUnary::sign, true};
const UnaryFunction floor{"Floor", [](double x, double, double) { return std::floor(x); }, 0, 0, "", ""};
const UnaryFunction ceil{"Ceil", [](double x, double, double) { return std::ceil(x); }, 0, 0, "", ""};
const UnaryFunction round{"Round", [](double x, double, double) { return std::nearbyint(x); }, 0, 0, "", ""}; // half to even
const UnaryFunction sin{"Sin", [](double x, double, double) { return std::sin(x); }, 0, 0, "", ""};
const UnaryFunction cos{"Cos", [](double x, double, double) { return std::cos(x); }, 0, 0, "", ""};
const UnaryFunction tan{"Tan", [](double x, double, double) { return std::tan(x); }, 0, 0, "", ""};
const UnaryFunction asin{"Asin", [](double x, double, double) { return std::asin(x); }, 0, 0, "", ""};
const UnaryFunction acos{"Acos", [](double x, double, double) { return std::acos(x); }, 0, 0, "", ""};
const UnaryFunction atan{"Atan", [](double x, double, double) { return std::atan(x); }, 0, 0, "", "", IntegerUnary::none, true};
const UnaryFunction sinh{"Sinh", [](double x, double, double) { return std::sinh(x); }, 0, 0, "", ""};
const UnaryFunction cosh{"Cosh", [](double x, double, double) { return std::cosh(x); }, 0, 0, "", ""};
const UnaryFunction asinh{"Asinh", [](double x, double, double) { return std::asinh(x); }, 0, 0, "", ""};
const UnaryFunction acosh{"Acosh", [](double x, double, double) { return std::acosh(x); }, 0, 0, "", ""};
const UnaryFunction atanh{"Atanh", [](double x, double, double) { return std::atanh(x); }, 0, 0, "", ""};
// clang-format on

} // namespace functions

std::array<double, 2> parametersOf(const UnaryFunction& function, const Attributes& attributes) {
    if (&function == &functions::gelu)
        return {attributes.text("approximate", "none") == "tanh" ? 1.0 : 0.0, 0};
    const auto read = [&](std::string_view name, double fallback) {
        return name.empty() ? fallback : attributes.number(std::string(name), fallback);
    };
    return {read(function.alphaName, function.alpha), read(function.betaName, function.beta)};
}

std::span<const UnaryFunction* const> unaryFunctions() {
    using namespace functions;
    static constexpr const UnaryFunction* all[] = {&relu,
                                                   &leakyRelu,
                                                   &elu,
                                                   &selu,
                                                   &celu,
                                                   &softplus,
                                                   &softsign,
                                                   &functions::tanh,
                                                   &sigmoid,
                                                   &hardSigmoid,
                                                   &hardSwish,
                                                   &gelu,
                                                   &mish,
                                                   &thresholdedRelu,
                                                   &shrink,
                                                   &functions::exp,
                                                   &functions::log,
                                                   &functions::sqrt,
                                                   &reciprocal,
                                                   &functions::erf,
                                                   &neg,
                                                   &functions::abs,
                                                   &sign,
                                                   &functions::floor,
                                                   &functions::ceil,
                                                   &functions::round,
                                                   &functions::sin,
                                                   &functions::cos,
                                                   &functions::tan,
                                                   &functions::asin,
                                                   &functions::acos,
                                                   &functions::atan,
                                                   &functions::sinh,
                                                   &functions::cosh,
                                                   &functions::asinh,
                                                   &functions::acosh,
                                                   &functions::atanh};
    return all;
}

const UnaryFunction* findUnaryFunction(std::string_view op) {
    for (const auto* function : unaryFunctions())
        if (function->op == op)
            return function;
    return nullptr;
}

} // namespace plumbline
