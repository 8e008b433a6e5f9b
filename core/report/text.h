#pragma once
// A diagnosis in words for a terminal: what `check`, `trace`, `summary` and `bench` print without --json.

#include "core/report/json.h"

namespace plumbline {

enum class Colour { no, yes };

/// Findings as a good compiler words them: severity and code, the sentence, the place, what was expected and found, the
/// fix.
std::string diagnosisText(const Diagnosis& diagnosis, Colour colour = Colour::no);
/// One row a layer: what came out of it. Rows not reached say so.
std::string traceText(const Diagnosis& diagnosis, Colour colour = Colour::no);
/// One row a layer: what the model alone says.
std::string summaryText(const ModelSummary& model);
/// What a model opened alone says of its own weights. Layers that cannot run are the table's problems already.
std::string weightFindingsText(const Diagnosis& diagnosis);
std::string benchText(const BenchResult& result);

// Pieces that the HTML page shares.
std::string modelLine(const ModelSummary& model);    ///< "gen.keras · Keras 3.15.1 · 5 layers · 1,537 parameters"
std::string placeText(const Place& place);           ///< "input z, axis 1, feature 7"
std::string verdictText(const Diagnosis& diagnosis); ///< "diverges: 1 error, 2 notes"
/// The scalars and short lists of `expected` or `actual`: "features 10, shape (None, 10)".
std::string factsText(const nlohmann::json& facts);
/// A divergence, in the window's digits: "0.42", "118", "2.1e+07", "inf".
std::string divergenceText(double multiple);
std::string durationText(double microseconds); ///< "12 us", "3.4 ms", "1.2 s"
/// What the layers took, which is the sum of the top rows' times, and what the run took beside.
std::string runTimeText(const Diagnosis& diagnosis);
std::string shapesText(const std::vector<Shape>& shapes);
std::string shapesText(const std::vector<Dims>& shapes);

} // namespace plumbline
