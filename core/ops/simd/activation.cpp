#include "core/ops/simd/activation.h"

#include "core/ops/elementwise/functions.h"
#include "core/ops/simd/math.h"

#include <unordered_map>

namespace plumbline::simd {

namespace {

using Apply = void (*)(float*, std::size_t, float, float);

#define PLUMBLINE_ACTIVATION(name, expression)                                                                         \
    PLUMBLINE_CLONES void name(float* data, std::size_t count, float alpha, float beta) {                              \
        static_cast<void>(alpha);                                                                                      \
        static_cast<void>(beta);                                                                                       \
        for (std::size_t i = 0; i < count; ++i) {                                                                      \
            const float x = data[i];                                                                                   \
            data[i] = (expression);                                                                                    \
        }                                                                                                              \
    }

PLUMBLINE_INLINE float clampUnit(float x) {
    x = x < 0.0f ? 0.0f : x;
    return x > 1.0f ? 1.0f : x;
}

PLUMBLINE_INLINE float geluTanh(float x) {
    return x * simd::sigmoid(1.59576912160573071f * (x + 0.044715f * x * x * x));
}

PLUMBLINE_INLINE float geluErf(float x) {
    const float z = x * 0.70710678118654752f;
    const float tail = erfcPositive(std::fabs(z)); // erfc(|z|): for negative x what is multiplied, else its complement
    return 0.5f * x * (z < 0 ? tail : 2.0f - tail);
}

/// tanh(log(1 + e^x)) as a quotient of polynomials in e^x; from 20 on it is 1 in float32.
PLUMBLINE_INLINE float mishOf(float x) {
    const float e = simd::exp(x > 20.0f ? 20.0f : x);
    const float n = e * (e + 2.0f);
    return x * (n / (n + 2.0f));
}

PLUMBLINE_INLINE float shrinkOf(float x, float lambda, float bias) {
    const float y = x > lambda ? x - bias : x != x ? x : 0.0f;
    return x < -lambda ? x + bias : y;
}

PLUMBLINE_ACTIVATION(relu, x < 0 ? 0.0f : x)
PLUMBLINE_ACTIVATION(leakyRelu, x < 0 ? alpha * x : x)
PLUMBLINE_ACTIVATION(elu, x < 0 ? alpha * expm1Negative(x) : x)
PLUMBLINE_ACTIVATION(selu, beta*(x < 0 ? alpha * expm1Negative(x) : x))
PLUMBLINE_ACTIVATION(softplus, simd::softplus(x))
PLUMBLINE_ACTIVATION(softsign, x / (1.0f + std::fabs(x)))
PLUMBLINE_ACTIVATION(tanh, simd::tanh(x))
PLUMBLINE_ACTIVATION(sigmoid, simd::sigmoid(x))
PLUMBLINE_ACTIVATION(hardSigmoid, clampUnit(alpha* x + beta))
PLUMBLINE_ACTIVATION(hardSwish, x* clampUnit(x / 6.0f + 0.5f))
PLUMBLINE_ACTIVATION(gelu, geluErf(x))
PLUMBLINE_ACTIVATION(geluApproximate, geluTanh(x))
PLUMBLINE_ACTIVATION(mish, mishOf(x))
PLUMBLINE_ACTIVATION(thresholdedRelu, x <= alpha ? 0.0f : x)
PLUMBLINE_ACTIVATION(shrink, shrinkOf(x, alpha, beta))
PLUMBLINE_ACTIVATION(exp, simd::exp(x))
PLUMBLINE_ACTIVATION(log, simd::log(x))
PLUMBLINE_ACTIVATION(sqrt, std::sqrt(x))
PLUMBLINE_ACTIVATION(reciprocal, 1.0f / x)
PLUMBLINE_ACTIVATION(erf, simd::erf(x))
PLUMBLINE_ACTIVATION(negate, -x)
PLUMBLINE_ACTIVATION(absolute, std::fabs(x))
PLUMBLINE_ACTIVATION(sign, x > 0 ? 1.0f : x < 0 ? -1.0f : x)
PLUMBLINE_ACTIVATION(floor, std::floor(x))
PLUMBLINE_ACTIVATION(ceil, std::ceil(x))
PLUMBLINE_ACTIVATION(round, std::nearbyint(x))

#undef PLUMBLINE_ACTIVATION

const std::unordered_map<std::string_view, Apply>& table() {
    static const std::unordered_map<std::string_view, Apply> rows{
        {"Relu", relu},
        {"LeakyRelu", leakyRelu},
        {"Elu", elu},
        {"Selu", selu},
        {"Softplus", softplus},
        {"Softsign", softsign},
        {"Tanh", tanh},
        {"Sigmoid", sigmoid},
        {"HardSigmoid", hardSigmoid},
        {"Gelu", gelu},
        {"HardSwish", hardSwish},
        {"ThresholdedRelu", thresholdedRelu},
        {"Mish", mish},
        {"Shrink", shrink},
        {"Reciprocal", reciprocal},
        {"Exp", exp},
        {"Log", log},
        {"Sqrt", sqrt},
        {"Erf", erf},
        {"Neg", negate},
        {"Abs", absolute},
        {"Sign", sign},
        {"Floor", floor},
        {"Ceil", ceil},
        {"Round", round},
    };
    return rows;
}

} // namespace

std::optional<VectorActivation> vectorActivation(std::string_view op, const Attributes& attributes) {
    const auto* function = findUnaryFunction(op);
    const auto row = table().find(op);
    if (!function || row == table().end())
        return std::nullopt;
    const auto parameters = parametersOf(*function, attributes);
    VectorActivation out{row->second, static_cast<float>(parameters[0]), static_cast<float>(parameters[1])};
    if (out.apply == gelu && parameters[0] != 0)
        out.apply = geluApproximate;
    return out;
}

} // namespace plumbline::simd
