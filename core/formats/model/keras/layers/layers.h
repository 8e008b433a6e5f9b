#pragma once
// The lowerings of the table, declared once each. The file that defines one is named after its layer or its family.

#include "core/formats/model/keras/layers/table.h"

namespace plumbline::keras {

// Plain: no weights.
Result<Values> lowerNoise(Lowering& l);
Result<Values> lowerIdentity(Lowering& l);
Result<Values> lowerActivation(Lowering& l);
Result<Values> lowerReLU(Lowering& l);
Result<Values> lowerLeakyReLU(Lowering& l);
Result<Values> lowerELU(Lowering& l);
Result<Values> lowerThresholdedReLU(Lowering& l);
Result<Values> lowerSoftmax(Lowering& l);
Result<Values> lowerPReLU(Lowering& l);
Result<Values> lowerMasking(Lowering& l);
Result<Values> lowerFlatten(Lowering& l);
Result<Values> lowerReshape(Lowering& l);
Result<Values> lowerPermute(Lowering& l);
Result<Values> lowerRepeatVector(Lowering& l);
Result<Values> lowerMaxPooling(Lowering& l);
Result<Values> lowerAveragePooling(Lowering& l);
Result<Values> lowerGlobalMaxPooling(Lowering& l);
Result<Values> lowerGlobalAveragePooling(Lowering& l);
Result<Values> lowerUpSampling(Lowering& l);
Result<Values> lowerZeroPadding(Lowering& l);
Result<Values> lowerCropping(Lowering& l);
Result<Values> lowerMerge(Lowering& l);
Result<Values> lowerConcatenate(Lowering& l);
Result<Values> lowerDot(Lowering& l);
Result<Values> lowerRescaling(Lowering& l);
Result<Values> lowerUnitNormalization(Lowering& l);

// With weights.
Result<Values> lowerDense(Lowering& l);
WeightSpecs denseWeights(const Settings& settings, const Writer& writer);
Result<Values> lowerEmbedding(Lowering& l);
Result<Values> lowerConv(Lowering& l);
Result<Values> lowerConvTranspose(Lowering& l);
Result<Values> lowerDepthwiseConv(Lowering& l);
WeightSpecs depthwiseWeights(const Settings& settings, const Writer& writer);
Result<Values> lowerSeparableConv(Lowering& l);
WeightSpecs separableWeights(const Settings& settings, const Writer& writer);
Result<Values> lowerBatchNormalization(Lowering& l);
WeightSpecs batchNormalizationWeights(const Settings& settings, const Writer& writer);
Result<Values> lowerLayerNormalization(Lowering& l);
WeightSpecs scaleAndCenterWeights(const Settings& settings, const Writer& writer);
WeightSpecs layerNormalizationWeights(const Settings& settings, const Writer& writer);
Result<Values> lowerGroupNormalization(Lowering& l);
Result<Values> lowerNormalization(Lowering& l);
WeightSpecs normalizationWeights(const Settings& settings, const Writer& writer);

// Recurrent, and wrappers.
Result<Values> lowerSimpleRNN(Lowering& l);
Result<Values> lowerLSTM(Lowering& l);
Result<Values> lowerGRU(Lowering& l);
WeightSpecs recurrentWeights(const Settings& settings, const Writer& writer);
Result<Values> lowerBidirectional(Lowering& l);
Result<Children> bidirectionalChildren(const LayerConfig& layer, const Writer& writer, const std::string& file);
Result<Values> lowerTimeDistributed(Lowering& l);
Result<Children> wrappedChild(const LayerConfig& layer, const Writer& writer, const std::string& file);

// Shared by several lowerings.
ValueId floatInput(Lowering& l, ValueId value);       ///< in the compute type, whatever the input is
Result<Values> activated(Lowering& l, ValueId value); ///< the layer's own `activation` applied
/// How TensorFlow resizes images: mode, centres, coefficients. `upSampling`: by the layer, which repeats for "nearest".
Result<Attributes> resizeAttributes(const Lowering& l, const std::string& interpolation, bool upSampling);
/// A product plus the weight `bias`, where the layer has one: (features,), along the last axis or axis 1. Of narrow
/// types it is an op of its own: Keras rounds the product before it adds.
Result<ValueId> withBias(Lowering& l, const char* op, Values inputs, Attributes attributes, const Dim& features,
                         bool channelsLast);

} // namespace plumbline::keras
