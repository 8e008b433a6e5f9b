// The table of all ops: one row an op. A new op is one file and one row here.

#include "core/ops/elementwise/binary.h"
#include "core/ops/elementwise/unary.h"
#include "core/ops/linear/linear.h"
#include "core/ops/normalization/normalization.h"
#include "core/ops/shaping/shaping.h"
#include "core/ops/support/broadcast.h"

#include <unordered_map>

namespace plumbline {

static const std::vector<OpDefinition>& table() {
    namespace f = functions;
    namespace a = arithmetic_names;
    // clang-format off
    static const std::vector<OpDefinition> rows{
        // element-wise, one operand
        unaryOp<f::relu>(), unaryOp<f::leakyRelu>(), unaryOp<f::elu>(), unaryOp<f::selu>(), unaryOp<f::celu>(),
        unaryOp<f::softplus>(), unaryOp<f::softsign>(), unaryOp<f::tanh>(), unaryOp<f::sigmoid>(), unaryOp<f::hardSigmoid>(),
        unaryOp<f::hardSwish>(), unaryOp<f::gelu>(), unaryOp<f::mish>(), unaryOp<f::thresholdedRelu>(), unaryOp<f::shrink>(),
        unaryOp<f::exp>(), unaryOp<f::log>(), unaryOp<f::sqrt>(), unaryOp<f::reciprocal>(), unaryOp<f::erf>(),
        unaryOp<f::neg>(), unaryOp<f::abs>(), unaryOp<f::sign>(), unaryOp<f::floor>(), unaryOp<f::ceil>(), unaryOp<f::round>(),
        unaryOp<f::sin>(), unaryOp<f::cos>(), unaryOp<f::tan>(), unaryOp<f::asin>(), unaryOp<f::acos>(), unaryOp<f::atan>(),
        unaryOp<f::sinh>(), unaryOp<f::cosh>(), unaryOp<f::asinh>(), unaryOp<f::acosh>(), unaryOp<f::atanh>(),
        // element-wise, several operands
        arithmeticOp<a::add, Arithmetic::add>(), arithmeticOp<a::sub, Arithmetic::sub>(),
        arithmeticOp<a::mul, Arithmetic::mul>(), arithmeticOp<a::div, Arithmetic::div>(),
        arithmeticOp<a::mod, Arithmetic::mod>(), arithmeticOp<a::pow, Arithmetic::pow>(),
        arithmeticOp<a::max, Arithmetic::max>(), arithmeticOp<a::min, Arithmetic::min>(),
        arithmeticOp<a::sum, Arithmetic::sum>(), arithmeticOp<a::mean, Arithmetic::mean>(),
        arithmeticOp<a::prelu, Arithmetic::prelu>(),
        // sums of products                                               fast       nan               dependency
        {"MatMul", matMulShape, matMulReference,                          nullptr, NanRule::reduces, matMulOrigins},
        {"Gemm", gemmShape, gemmReference,                                nullptr, NanRule::reduces, gemmOrigins},
        {"Conv", convShape, convReference,                                nullptr, NanRule::reduces, convOrigins},
        {"ConvTranspose", convTransposeShape, convTransposeReference,     nullptr, NanRule::reduces, convTransposeOrigins},
        // normalisation
        {"BatchNormalization", batchNormalizationShape, batchNormalizationReference, nullptr, NanRule::elementwise,
         batchNormalizationOrigins},
        // moves
        {"Identity", identityShape, identityReference,                    nullptr, NanRule::selects, samePosition},
        {"Cast", castShape, castReference,                                nullptr, NanRule::bounded, samePosition},
        {"Reshape", reshapeShape, reshapeReference,                       nullptr, NanRule::selects, samePosition},
        {"Flatten", flattenShape, reshapeReference,                       nullptr, NanRule::selects, samePosition},
        {"Transpose", transposeShape, transposeReference,                 nullptr, NanRule::selects, transposeOrigins},
        {"Concat", concatShape, concatReference,                          nullptr, NanRule::selects, concatOrigins},
        {"Gather", gatherShape, gatherReference,                          nullptr, NanRule::selects, gatherOrigins},
    };
    // clang-format on
    return rows;
}

std::span<const OpDefinition> allOps() {
    return table();
}

const OpDefinition* findOp(std::string_view name) {
    static const auto index = [] {
        std::unordered_map<std::string_view, const OpDefinition*> out;
        for (const auto& op : table())
            out.emplace(op.name, &op);
        return out;
    }();
    const auto it = index.find(name);
    return it == index.end() ? nullptr : it->second;
}

std::vector<ElementOrigin> originsOf(const OpDefinition& op, const DependencyContext& context) {
    for (const auto* type : context.inputs)
        if (type && !toShape(type->shape))
            return {};
    const auto output = toShape(context.outputs[context.output].shape);
    if (!output || context.limit == 0)
        return {};
    std::vector<ElementOrigin> out;
    if (op.dependency)
        out = op.dependency(context);
    else
        for (std::size_t i = 0; i < context.inputs.size(); ++i)
            if (context.has(i))
                out.push_back({i, broadcast::originOf(context.element, *output, *toShape(context.input(i).shape))});
    if (out.size() > context.limit)
        out.resize(context.limit);
    return out;
}

} // namespace plumbline
