#pragma once
// The rows of the Layers table: what the run, and the training reference beside it, say of each layer.

#include "core/diagnosis/rule.h"

namespace plumbline {

/// How far a layer with these statistics is from training; nothing where that is not known. Infinities that training
/// never had there are infinitely far (figure "inf"), but for an input's, whose element is named by itself.
std::optional<Divergence> layerDivergence(const Model& model, LayerId id, const Statistics& statistics,
                                          const Profile* profile, const Envelope* envelope);

/// One layer's row from its output's record. `envelope` and `profile` may be null.
LayerResult layerResult(const Model& model, LayerId id, const TraceRecord& record, const Profile* profile,
                        const Envelope* envelope);

/// All rows, by LayerId index.
std::vector<LayerResult> layerResults(const Context& context);

} // namespace plumbline
