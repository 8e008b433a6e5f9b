#include "core/formats/model/keras/layers/table.h"

#include "core/formats/model/keras/layers/layers.h"

#include <algorithm>
#include <set>

namespace plumbline::keras {

namespace {

WeightSpecs embeddingWeights(const Settings&, const Writer&) { return {{"embeddings"}}; }
WeightSpecs alphaWeights(const Settings&, const Writer&) { return {{"alpha"}}; }

// class, lowering, its variables, the layers it wraps, the group of its variables
constexpr LayerKind table[] = {
    {"Dense", lowerDense, denseWeights},
    {"Embedding", lowerEmbedding, embeddingWeights},

    {"Activation", lowerActivation},
    {"ReLU", lowerReLU},
    {"LeakyReLU", lowerLeakyReLU},
    {"PReLU", lowerPReLU, alphaWeights},
    {"ELU", lowerELU},
    {"Softmax", lowerSoftmax},
    {"ThresholdedReLU", lowerThresholdedReLU},

    {"Dropout", lowerNoise},
    {"SpatialDropout1D", lowerNoise},
    {"SpatialDropout2D", lowerNoise},
    {"SpatialDropout3D", lowerNoise},
    {"GaussianNoise", lowerNoise},
    {"GaussianDropout", lowerNoise},
    {"AlphaDropout", lowerNoise},
    {"ActivityRegularization", lowerIdentity},
    {"Identity", lowerIdentity},

    {"Masking", lowerMasking},

    {"Flatten", lowerFlatten},
    {"Reshape", lowerReshape},
    {"Permute", lowerPermute},
    {"RepeatVector", lowerRepeatVector},

    {"BatchNormalization", lowerBatchNormalization, batchNormalizationWeights},
    {"BatchNormalizationV1", lowerBatchNormalization, batchNormalizationWeights},
    {"BatchNormalizationV2", lowerBatchNormalization, batchNormalizationWeights},
    {"SyncBatchNormalization", lowerBatchNormalization, batchNormalizationWeights},
    {"LayerNormalization", lowerLayerNormalization, layerNormalizationWeights},
    {"GroupNormalization", lowerGroupNormalization, scaleAndCenterWeights},
    {"UnitNormalization", lowerUnitNormalization},
    {"Rescaling", lowerRescaling},
    {"Normalization", lowerNormalization, normalizationWeights},

    {"Conv1D", lowerConv, denseWeights},
    {"Conv2D", lowerConv, denseWeights},
    {"Conv3D", lowerConv, denseWeights},
    {"Conv1DTranspose", lowerConvTranspose, denseWeights},
    {"Conv2DTranspose", lowerConvTranspose, denseWeights},
    {"Conv3DTranspose", lowerConvTranspose, denseWeights},
    {"SeparableConv1D", lowerSeparableConv, separableWeights},
    {"SeparableConv2D", lowerSeparableConv, separableWeights},
    {"DepthwiseConv1D", lowerDepthwiseConv, depthwiseWeights},
    {"DepthwiseConv2D", lowerDepthwiseConv, depthwiseWeights},

    {"MaxPooling1D", lowerMaxPooling},
    {"MaxPooling2D", lowerMaxPooling},
    {"MaxPooling3D", lowerMaxPooling},
    {"AveragePooling1D", lowerAveragePooling},
    {"AveragePooling2D", lowerAveragePooling},
    {"AveragePooling3D", lowerAveragePooling},
    {"GlobalMaxPooling1D", lowerGlobalMaxPooling},
    {"GlobalMaxPooling2D", lowerGlobalMaxPooling},
    {"GlobalMaxPooling3D", lowerGlobalMaxPooling},
    {"GlobalAveragePooling1D", lowerGlobalAveragePooling},
    {"GlobalAveragePooling2D", lowerGlobalAveragePooling},
    {"GlobalAveragePooling3D", lowerGlobalAveragePooling},
    {"UpSampling1D", lowerUpSampling},
    {"UpSampling2D", lowerUpSampling},
    {"UpSampling3D", lowerUpSampling},
    {"ZeroPadding1D", lowerZeroPadding},
    {"ZeroPadding2D", lowerZeroPadding},
    {"ZeroPadding3D", lowerZeroPadding},
    {"Cropping1D", lowerCropping},
    {"Cropping2D", lowerCropping},
    {"Cropping3D", lowerCropping},

    {"Add", lowerMerge},
    {"Subtract", lowerMerge},
    {"Multiply", lowerMerge},
    {"Average", lowerMerge},
    {"Maximum", lowerMerge},
    {"Minimum", lowerMerge},
    {"Concatenate", lowerConcatenate},
    {"Dot", lowerDot},

    {"SimpleRNN", lowerSimpleRNN, recurrentWeights, nullptr, "cell"},
    {"LSTM", lowerLSTM, recurrentWeights, nullptr, "cell"},
    {"GRU", lowerGRU, recurrentWeights, nullptr, "cell"},
    {"CuDNNLSTM", lowerLSTM, recurrentWeights},
    {"CuDNNGRU", lowerGRU, recurrentWeights},
    {"Bidirectional", lowerBidirectional, nullptr, bidirectionalChildren},
    {"TimeDistributed", lowerTimeDistributed, nullptr, wrappedChild},
};

/// Layer classes of Keras 1 to 3 that are not in the table (yet): unsupported, not custom.
const std::set<std::string, std::less<>>& otherBuiltIns() {
    static const std::set<std::string, std::less<>> names = {"AbstractRNNCell",
                                                             "AdaptiveAveragePooling1D",
                                                             "AdaptiveAveragePooling2D",
                                                             "AdaptiveMaxPooling1D",
                                                             "AdaptiveMaxPooling2D",
                                                             "AdditiveAttention",
                                                             "Attention",
                                                             "AugMix",
                                                             "AutoContrast",
                                                             "BatchNormalization (mode 1)",
                                                             "CategoryEncoding",
                                                             "CenterCrop",
                                                             "ConvLSTM1D",
                                                             "ConvLSTM2D",
                                                             "ConvLSTM3D",
                                                             "ConvLSTM1DCell",
                                                             "ConvLSTM2DCell",
                                                             "CutMix",
                                                             "DenseFeatures",
                                                             "DepthwiseConv3D",
                                                             "Discretization",
                                                             "EinsumDense",
                                                             "Equalization",
                                                             "FeatureSpace",
                                                             "FlaxLayer",
                                                             "GroupQueryAttention",
                                                             "GRUCell",
                                                             "HashedCrossing",
                                                             "Hashing",
                                                             "Highway",
                                                             "InstanceNormalization",
                                                             "IntegerLookup",
                                                             "JaxLayer",
                                                             "Lambda",
                                                             "LSTMCell",
                                                             "LocallyConnected1D",
                                                             "LocallyConnected2D",
                                                             "MaxNumBoundingBoxes",
                                                             "MaxoutDense",
                                                             "MelSpectrogram",
                                                             "Merge",
                                                             "MixUp",
                                                             "MultiHeadAttention",
                                                             "Pipeline",
                                                             "RMSNormalization",
                                                             "RNN",
                                                             "RandAugment",
                                                             "RandomBrightness",
                                                             "RandomColorDegeneration",
                                                             "RandomColorJitter",
                                                             "RandomContrast",
                                                             "RandomCrop",
                                                             "RandomElasticTransform",
                                                             "RandomErasing",
                                                             "RandomFlip",
                                                             "RandomFourierFeatures",
                                                             "RandomGaussianBlur",
                                                             "RandomGrayscale",
                                                             "RandomHeight",
                                                             "RandomHue",
                                                             "RandomInvert",
                                                             "RandomPerspective",
                                                             "RandomPosterization",
                                                             "RandomRotation",
                                                             "RandomSaturation",
                                                             "RandomSharpness",
                                                             "RandomShear",
                                                             "RandomTranslation",
                                                             "RandomWidth",
                                                             "RandomZoom",
                                                             "Resizing",
                                                             "ReversibleEmbedding",
                                                             "SimpleRNNCell",
                                                             "SlicingOpLambda",
                                                             "Solarization",
                                                             "SpectralNormalization",
                                                             "StackedRNNCells",
                                                             "STFTSpectrogram",
                                                             "StringLookup",
                                                             "TFOpLambda",
                                                             "TFSMLayer",
                                                             "TensorFlowOpLayer",
                                                             "TextVectorization",
                                                             "TorchModuleWrapper",
                                                             "Wrapper"};
    return names;
}

} // namespace

const LayerKind* findLayer(const LayerConfig& layer) {
    if (!layer.registered.empty() && !layer.registered.starts_with("keras"))
        return nullptr; // a custom class may bear a built-in name
    const auto it = std::find_if(std::begin(table), std::end(table),
                                 [&](const LayerKind& kind) { return kind.className == layer.className; });
    return it == std::end(table) ? nullptr : it;
}

bool isBuiltIn(const LayerConfig& layer) {
    if (!layer.registered.empty() && !layer.registered.starts_with("keras"))
        return false;
    return otherBuiltIns().contains(layer.className);
}

} // namespace plumbline::keras
