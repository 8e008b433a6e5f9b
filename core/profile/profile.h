#pragma once
// What is normal: the mergeable summary of a training reference. Per input its statistics, per column too, and a sample
// of up to 2,048 rows (those with the smallest hashes, so that merging in any order keeps the same rows); per layer the
// statistics of each sampled row, keyed by the model's weights. Envelopes for any batch size come from the sample.

#include "core/base/progress.h"
#include "core/engine/executor.h"
#include "core/engine/trace.h"
#include "core/formats/data/source.h"

namespace plumbline {

inline constexpr std::int64_t maximumSampleRows = 2048;

enum class ReferenceKind { dataset, profile, law };

struct InputProfile {
    std::string input;  ///< the model input's name
    std::string source; ///< as typed
    ReferenceKind kind = ReferenceKind::dataset;
    std::int64_t rows = 0;
    Shape shape; ///< of the whole array, rows first; a law: (0, rest…) with rows 0
    DType dtype = DType::float32;
    bool hasOwnDtype = true;
    std::vector<std::string> columns;     ///< names, where the file has them
    std::vector<TextColumn> text;         ///< columns of the file that are text, and no part of this
    Statistics statistics;                ///< over all elements of all rows
    std::vector<Statistics> perColumn;    ///< by index on the last axis, with histograms; empty above 4,096 columns
    Tensor sample;                        ///< (rows <= 2,048, rest…), in the order of the file
    std::vector<std::int64_t> sampleRows; ///< the index in the file of each row of `sample`, ascending
    bool wholeNumbers = false;            ///< every finite element is an integer
    std::optional<Law> law;               ///< given, or recognised from the data
    Shape rowShape() const;               ///< shape without the batch axis
};

/// The rows that a sample of at most `limit` out of `rows` keeps, ascending: those with the smallest hashes. The hash
/// is of the row's index alone, never of its content: all inputs of one model keep the same rows, so that an image
/// stays with its label. A smaller sample is part of a larger one. Merging keeps the smallest hashes of all, ties by
/// content, in any order.
std::vector<std::int64_t> sampleRowIndices(std::int64_t rows, std::int64_t limit);

/// Streams `source` once: a 5 GB .npy profiles within 512 MB. The sample holds at most 2,048 rows and 128 MB. A law
/// comes as its own drawn rows (openLaw), which are then all sampled.
Result<InputProfile> profileInput(const std::string& input, DataSource& source, const SourceSpec& spec,
                                  const Progress& progress = {});

/// The numbers per row (or per batch) whose movement an envelope bounds.
struct LayerFigures {
    double mean = 0, std = 0, min = 0, max = 0, zeroFraction = 0;
};

struct LayerProfile {
    LayerId layer;
    Statistics statistics;                       ///< of all rows run
    std::vector<LayerFigures> rows;              ///< of each row run, same order for all layers
    std::vector<double> channelMean, channelStd; ///< by the channel axis, where there is one
};

struct Profile {
    std::vector<InputProfile> inputs;
    std::vector<LayerProfile> layers; ///< by LayerId index of the model; empty until profileLayers()
    std::uint64_t weightsKey = 0;     ///< hash of the model's weights that `layers` belong to
    /// Of a stateful model, whose rows are what they are by those before them: so many batches are run one after the
    /// other before it begins anew, as many as the prediction is.
    std::int64_t batchesInARow = 1;

    const InputProfile* find(std::string_view input) const;
};

std::uint64_t weightsKey(const Model& model);

/// Runs rows of the sample through the model and fills `layers`: as many rows as a fixed amount of work allows (8 to
/// 2,048, by the model's arithmetic, never by the clock: the same call gives the same answer), of a model with a fixed
/// batch in batches of that size. The rows are the same in all inputs, but for laws, whose rows belong to no other. A
/// run that fails leaves what it reached; it is no error of this function.
Result<void> profileLayers(Profile& profile, Executor& executor, const Progress& progress = {});

/// One batch of the samples for the model: the first `rows` that belong together in all inputs, or as many as there
/// are; where the model fixes its batch so many, beginning again where there are fewer. Empty where an input has no
/// sample, or the model asks for more than any sample has.
Result<std::vector<Tensor>> sampledBatch(const Profile& profile, const Model& model, std::int64_t rows);

} // namespace plumbline
