#pragma once
// From what the user typed after --train and --input to arrays for the model's inputs.

#include "core/diagnosis/rule.h"
#include "core/formats/data/source.h"

namespace plumbline {

/// Which sources feed which input.
struct Assignment {
    std::vector<std::vector<SourceSpec>> byInput; ///< in the model's order; several: their rows follow one another
    Candidates findings;                          ///< extra-input
};
/// Names to inputs, unnamed sources in the model's order; an npz or HDF5 file without a part gives its members by name.
/// A wrong call where a container's members match no input.
Result<Assignment> assignSources(const Model& model, const std::vector<SourceSpec>& specs, bool isTraining);

/// One input's sources, opened and appended. `others` lends a law its open extents and its rows.
Result<std::unique_ptr<DataSource>> openInput(const std::vector<SourceSpec>& specs, const ValueType& declared,
                                              const std::optional<Shape>& others, std::int64_t lawRows,
                                              std::uint64_t seed, std::size_t position, const Progress& progress);

/// An array of the prediction, read.
struct GivenInput {
    Tensor tensor; ///< null: none was given, or it cannot be read as numbers
    std::vector<std::string> columns;
    bool hasOwnDtype = true;
    std::string source;
    std::string kind = "dataset";
    bool isUnreadable = false;    ///< a finding or an error already says so: no `missing-input`
    std::vector<TextColumn> text; ///< columns of a table that are not numbers, NaN in `tensor`
};
/// Takes note of a file that cannot be read, and of the others of `specs` that cannot either, so that all are told at
/// once. What is no matter of one file (a wrong call, cancellation, memory) is an error at once.
Result<void> noteUnreadable(Error error, const std::vector<SourceSpec>& specs, std::vector<Error>& unreadable,
                            const Progress& progress);

/// The prediction's arrays. What the data are to blame for (strings, uneven rows) becomes a finding; files that cannot
/// be read are `unreadable`, and their inputs without an array. Text in tables waits for settleText().
Result<std::vector<GivenInput>> readPrediction(const Model& model, const Assignment& assignment, std::uint64_t seed,
                                               Candidates& findings, std::vector<Error>& unreadable,
                                               const Progress& progress);

/// How a source's rows look to people: all specs as typed.
std::string sourceText(const std::vector<SourceSpec>& specs);
/// Rank 3 or 4 with 1, 3 or 4 channels: worth thumbnails.
bool looksLikeImages(const Shape& shape, bool channelsLast);

} // namespace plumbline
