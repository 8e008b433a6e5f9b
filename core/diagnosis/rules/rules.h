#pragma once
// The rules by name; what each finds stands in its own file.

#include "core/diagnosis/rule.h"

namespace plumbline::rules {

// structure
void missingInput(const Context&, Candidates&);
void emptyInput(const Context&, Candidates&);
void axes(const Context&, Candidates&);
void featureCount(const Context&, Candidates&);
void spatialSize(const Context&, Candidates&);
void fixedBatch(const Context&, Candidates&);
void batchSizes(const Context&, Candidates&);
// element type
void dtype(const Context&, Candidates&);
// weights
void weightsMissing(const Context&, Candidates&);
void nanInWeights(const Context&, Candidates&);
void negativeVariance(const Context&, Candidates&);
// values
void nonFiniteInput(const Context&, Candidates&);
void scale(const Context&, Candidates&);
void columnScale(const Context&, Candidates&);
void doubleScale(const Context&, Candidates&);
void latentLaw(const Context&, Candidates&);
void refitScaler(const Context&, Candidates&);
void indexRange(const Context&, Candidates&);
// graph
void layerProblems(const Context&, Candidates&);
void shapeConflict(const Context&, Candidates&);
void memory(const Context&, Candidates&);
void runFailure(const Context&, Candidates&);
// activations
void births(const Context&, Candidates&);
void layerDrift(const Context&, Candidates&);

} // namespace plumbline::rules
