#pragma once
// The scalar functions of the unary ops, in double: the reference kernels, the gates of the recurrent ones and the
// tests of the vector kernels all take them from here. Formulas are those of the ONNX operator of the same name; each
// is written so that it neither overflows nor cancels where the exact result does not, and so that NaN gives NaN.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace plumbline {

/// What an integer type does with the op; `none`: floating-point types only.
enum class IntegerUnary { none, relu, absolute, negate, sign };

struct UnaryFunction {
    std::string_view op;
    double (*apply)(double x, double alpha, double beta);
    double alpha = 0, beta = 0;           ///< defaults of the attributes
    std::string_view alphaName = "alpha"; ///< the attributes' names; empty `betaName`: there is none
    std::string_view betaName = "beta";
    IntegerUnary integer = IntegerUnary::none;
    bool bounded = false; ///< an infinity may become finite
};

/// The values of the function's two attributes on a node ("approximate" of Gelu is alpha 1).
class Attributes;
std::array<double, 2> parametersOf(const UnaryFunction& function, const Attributes& attributes);

namespace functions {
extern const UnaryFunction relu, leakyRelu, elu, selu, celu, softplus, softsign, tanh, sigmoid, hardSigmoid, hardSwish,
    gelu, mish, thresholdedRelu, shrink, exp, log, sqrt, reciprocal, erf, neg, abs, sign, floor, ceil, round, sin, cos,
    tan, asin, acos, atan, sinh, cosh, asinh, acosh, atanh;
}
std::span<const UnaryFunction* const> unaryFunctions();
const UnaryFunction* findUnaryFunction(std::string_view op);

} // namespace plumbline
