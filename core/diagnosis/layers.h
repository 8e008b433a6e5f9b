#pragma once
// The rows of the Layers table: what the run, and the training reference beside it, say of each layer.

#include "core/diagnosis/rule.h"

namespace plumbline {

/// How far a layer with these statistics is from training; nothing where that is not known. A layer that is all NaN or
/// all infinite is infinitely far (figure "nan" or "inf"), whatever training's own run gives there and without a
/// reference too. So are NaN and infinities among others that training never had there, but for an input's, whose
/// element is named by itself.
std::optional<Divergence> layerDivergence(const Model& model, LayerId id, const Statistics& statistics,
                                          const Profile* profile, const Envelope* envelope);

/// One layer's row from its output's record. `envelope` and `profile` may be null.
LayerResult layerResult(const Model& model, LayerId id, const TraceRecord& record, const Profile* profile,
                        const Envelope* envelope);

/// All rows, by LayerId index.
std::vector<LayerResult> layerResults(const Context& context);

/// What a birth, a bad weight or a negative variance spoils on its way diverges, also where training's run of the same
/// model is spoilt alike.
void markNonFinite(std::vector<LayerResult>& results, const Graph& graph, const std::vector<Finding>& findings);

} // namespace plumbline
