// The table of all ops: one row an op. A new op is one file and one row here.

#include "core/ops/elementwise/binary.h"
#include "core/ops/elementwise/clip.h"
#include "core/ops/elementwise/logic.h"
#include "core/ops/elementwise/unary.h"
#include "core/ops/linear/linear.h"
#include "core/ops/normalization/normalization.h"
#include "core/ops/normalization/normalizationkernel.h"
#include "core/ops/onednn/kernels.h"
#include "core/ops/pooling/fastpool.h"
#include "core/ops/pooling/pooling.h"
#include "core/ops/recurrent/fastrecurrent.h"
#include "core/ops/recurrent/recurrent.h"
#include "core/ops/reduction/reduction.h"
#include "core/ops/shaping/mappedkernel.h"
#include "core/ops/shaping/movekernel.h"
#include "core/ops/shaping/resize.h"
#include "core/ops/shaping/resizekernel.h"
#include "core/ops/shaping/shaping.h"
#include "core/ops/support/broadcast.h"

#include <unordered_map>

namespace plumbline {

static const std::vector<OpDefinition>& table() {
    namespace f = functions;
    namespace a = arithmetic_names;
    namespace l = logic_names;
    namespace r = reduction_names;
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
        {"Clip", clipShape, clipReference,                                fastClip, NanRule::bounded, clipOrigins},
        comparisonOp<l::equal, Comparison::equal>(), comparisonOp<l::greater, Comparison::greater>(),
        comparisonOp<l::greaterOrEqual, Comparison::greaterOrEqual>(), comparisonOp<l::less, Comparison::less>(),
        comparisonOp<l::lessOrEqual, Comparison::lessOrEqual>(),
        logicOp<l::conjunction, Logic::conjunction>(), logicOp<l::disjunction, Logic::disjunction>(),
        logicOp<l::exclusive, Logic::exclusive>(),
        {"Not", notShape, notReference,                                   nullptr, NanRule::bounded},
        {"IsNaN", isNanShape, isNanReference,                             nullptr, NanRule::bounded},
        {"IsInf", isInfShape, isInfReference,                             nullptr, NanRule::bounded},
        {"Where", whereShape, whereReference,                             nullptr, NanRule::selects},
        // sums of products                                               fast       nan               dependency
        {"MatMul", matMulShape, matMulReference,                          onednn::matMul, NanRule::reduces, matMulOrigins},
        {"Gemm", gemmShape, gemmReference,                                onednn::gemm, NanRule::reduces, gemmOrigins},
        {"Conv", convShape, convReference,                                onednn::convolution, NanRule::reduces, convOrigins},
        {"ConvTranspose", convTransposeShape, convTransposeReference,     onednn::transposedConvolution, NanRule::reduces, convTransposeOrigins},
        {"LSTM", lstmShape, lstmReference,                                fastLstm, NanRule::reduces, lstmOrigins},
        {"GRU", gruShape, gruReference,                                   fastGru, NanRule::reduces, gruOrigins},
        {"RNN", rnnShape, rnnReference,                                   fastRnn, NanRule::reduces, rnnOrigins},
        // normalisation
        {"BatchNormalization", batchNormalizationShape, batchNormalizationReference, fastBatchNormalization, NanRule::elementwise,
         batchNormalizationOrigins},
        {"LayerNormalization", layerNormalizationShape, layerNormalizationReference, fastLayerNormalization, NanRule::reduces,
         layerNormalizationOrigins},
        {"GroupNormalization", groupNormalizationShape, groupNormalizationReference, fastGroupNormalization, NanRule::reduces,
         groupNormalizationOrigins},
        {"InstanceNormalization", instanceNormalizationShape, instanceNormalizationReference, fastInstanceNormalization, NanRule::reduces,
         instanceNormalizationOrigins},
        {"Softmax", softmaxShape, softmaxReference,                       fastSoftmax, NanRule::reduces, softmaxOrigins},
        {"LogSoftmax", logSoftmaxShape, logSoftmaxReference,              fastLogSoftmax, NanRule::reduces, softmaxOrigins},
        {"Sparsemax", sparsemaxShape, sparsemaxReference,                 nullptr, NanRule::reduces, softmaxOrigins},
        // pools
        {"MaxPool", maxPoolShape, maxPoolReference,                       fastMaxPool, NanRule::reduces, poolOrigins},
        {"AveragePool", averagePoolShape, averagePoolReference,           fastAveragePool, NanRule::reduces, poolOrigins},
        {"GlobalMaxPool", globalMaxPoolShape, globalMaxPoolReference,     fastGlobalMaxPool, NanRule::reduces, globalPoolOrigins},
        {"GlobalAveragePool", globalAveragePoolShape, globalAveragePoolReference, fastGlobalAveragePool, NanRule::reduces, globalPoolOrigins},
        // reductions
        reductionOp<r::sum, Reduction::sum>(), reductionOp<r::mean, Reduction::mean>(), reductionOp<r::max, Reduction::max>(),
        reductionOp<r::min, Reduction::min>(), reductionOp<r::prod, Reduction::prod>(), reductionOp<r::l1, Reduction::l1>(),
        reductionOp<r::l2, Reduction::l2>(), reductionOp<r::sumSquare, Reduction::sumSquare>(),
        reductionOp<r::logSum, Reduction::logSum>(), reductionOp<r::logSumExp, Reduction::logSumExp>(),
        {"ArgMax", argMaxShape, argMaxReference,                          nullptr, NanRule::bounded, argOrigins},
        {"ArgMin", argMinShape, argMinReference,                          nullptr, NanRule::bounded, argOrigins},
        {"CumSum", cumSumShape, cumSumReference,                          nullptr, NanRule::reduces, cumSumOrigins},
        // moves
        {"Identity", identityShape, identityReference,                    nullptr, NanRule::selects, samePosition},
        {"Cast", castShape, castReference,                                fastCast, NanRule::bounded, samePosition},
        {"Reshape", reshapeShape, reshapeReference,                       nullptr, NanRule::selects, samePosition},
        {"Flatten", flattenShape, reshapeReference,                       nullptr, NanRule::selects, samePosition},
        {"Transpose", transposeShape, transposeReference,                 fastTranspose, NanRule::selects, transposeOrigins},
        {"Concat", concatShape, concatReference,                          fastConcat, NanRule::selects, concatOrigins},
        {"Gather", gatherShape, gatherReference,                          nullptr, NanRule::selects, gatherOrigins},
        {"Squeeze", squeezeShape, reshapeReference,                       nullptr, NanRule::selects, samePosition},
        {"Unsqueeze", unsqueezeShape, reshapeReference,                   nullptr, NanRule::selects, samePosition},
        {"Pad", padShape, padReference,                                   fastPad, NanRule::selects, padOrigins},
        {"Slice", sliceShape, sliceReference,                             fastSlice, NanRule::selects, sliceOrigins},
        {"Split", splitShape, splitReference,                             nullptr, NanRule::selects, splitOrigins},
        {"Expand", expandShape, expandReference,                          fastExpand, NanRule::selects, expandOrigins},
        {"Tile", tileShape, tileReference,                                fastTile, NanRule::selects, tileOrigins},
        {"DepthToSpace", depthToSpaceShape, depthToSpaceReference,        nullptr, NanRule::selects, depthToSpaceOrigins},
        {"SpaceToDepth", spaceToDepthShape, spaceToDepthReference,        nullptr, NanRule::selects, spaceToDepthOrigins},
        {"Resize", resizeShape, resizeReference,                          fastResize, NanRule::reduces, resizeOrigins},
        {"Shape", shapeShape, shapeReference,                             nullptr, NanRule::bounded, noOrigins},
        {"ConstantOfShape", constantOfShapeShape, constantOfShapeReference, nullptr, NanRule::bounded, noOrigins},
        {"Range", rangeShape, rangeReference,                             nullptr, NanRule::elementwise, rangeOrigins},
    };
    // clang-format on
    return rows;
}

std::span<const OpDefinition> allOps() { return table(); }

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
