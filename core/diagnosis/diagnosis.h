#pragma once
// The whole answer to "why does this prediction go wrong", as values: what the report writes and the window shows.

#include "core/diagnosis/finding.h"
#include "core/tensor/statistics.h"

namespace plumbline {

enum class Verdict { matches, diverges, cannotRun };
std::string_view name(Verdict verdict); ///< "matches", "diverges", "cannot-run"

struct InputSummary {
    std::string name;
    Dims shape;
    DType dtype = DType::float32;
    bool isKnown = true; ///< false where the model does not say shape and dtype: an output below an unsupported layer
};

struct LayerWeightSummary {
    std::string name;
    Shape shape;
    DType dtype = DType::float32;
    bool present = true;
};

/// A row of the Network and of the Layers table: what the model alone says of a layer.
struct LayerSummary {
    std::string name;
    std::string type;
    int parent = -1; ///< index of the nested model's row
    bool isInput = false;
    bool isContainer = false;
    std::vector<int> sources; ///< indices of the rows whose outputs it reads
    std::vector<Dims> expectedShapes;
    std::optional<DType> dtype; ///< of the first output, from the model alone; nothing below an unsupported layer
    std::vector<std::pair<std::string, std::string>> attributes; ///< for people
    std::vector<LayerWeightSummary> weights;
    std::vector<std::string> ops; ///< "ConvTranspose (channels_last)" …, what it lowers to
    std::int64_t parameters = 0;
    bool channelsLast = true;
    Message problem; ///< why it cannot run; empty where it can
};

struct ModelSummary {
    std::string path, format, producer;
    std::int64_t layerCount = 0;
    std::int64_t parameters = 0;
    bool hasWeights = true;
    std::vector<InputSummary> inputs, outputs;
    std::vector<LayerSummary> layers; ///< rows in the source's order, by LayerId index
    std::vector<std::string> notes;
};
ModelSummary summarize(const Model& model);

/// One source as its card shows it.
struct SourceSummary {
    std::string input;  ///< the model input it belongs to
    std::string source; ///< as typed
    std::string kind;   ///< "dataset", "profile", "law"; a prediction: "dataset" or "law"
    std::int64_t rows = 0;
    Shape shape;
    DType dtype = DType::float32;
    std::vector<std::string> columns;
    Statistics statistics;    ///< with its histogram
    bool isImage = false;     ///< rank 4 (or 3) with 1, 3 or 4 channels: worth thumbnails
    bool fits = true;         ///< of a training reference: the model takes its rows, so something was held against it
    std::int64_t batches = 1; ///< a prediction of a model with a fixed batch is run in so many
    std::string shapeText() const; ///< "(32, 8, 3) in 2 batches of 16"
};

enum class LayerStatus { ok, diverges, notReached, failed };
std::string_view name(LayerStatus status); ///< "ok", "diverges", "not-reached", "failed"

struct LayerResult {
    LayerStatus status = LayerStatus::notReached;
    std::vector<Shape> shapes; ///< one an output; empty where not reached
    DType dtype = DType::float32;
    Statistics statistics;                 ///< of the prediction's first output
    std::optional<Statistics> training;    ///< of the training reference, where there is one
    std::int64_t trainingRows = 0;         ///< how many of its rows `training` is of: an input's all, a layer's sampled
    std::optional<double> divergence;      ///< multiples of the envelope; nothing without a reference
    std::vector<double> channelDivergence; ///< by channel, where there is an axis of channels
    double microseconds = 0;               ///< of all that was computed for it and for the rows within it
};

struct Diagnosis {
    Verdict verdict = Verdict::matches;
    std::optional<ModelSummary> model; ///< nothing where it could not be read
    std::vector<SourceSummary> training, prediction;
    std::vector<Finding> findings;    ///< root cause first, notes last
    std::vector<LayerResult> layers;  ///< by the index of model->layers; empty where nothing ran
    std::optional<Error> error;       ///< where no code applies: a file that cannot be read
    std::vector<Error> furtherErrors; ///< of the other files that cannot be read either
    /// Of the traced run: what the layers took, which is the sum of the rows at the top; what taking their statistics
    /// took, which is no layer's; and what came before the first of them.
    double microseconds = 0, statisticsMicroseconds = 0, preparationMicroseconds = 0;
    std::string engine; ///< "oneDNN 2.6.3 · AVX-512 · 2 threads"

    /// Place of findings[0]; nothing where there is none or it is a note.
    const Place* firstDivergence() const;
    int exitStatus() const; ///< 0, 1, 3 or 4, as the contract has it
};

} // namespace plumbline
