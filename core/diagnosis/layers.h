#pragma once
// The rows of the Layers table: what the run, and the training reference beside it, say of each layer.

#include "core/diagnosis/rule.h"

namespace plumbline {

/// One layer's row from its output's record. `envelope` and `profile` may be null.
LayerResult layerResult(const Model& model, LayerId id, const TraceRecord& record, const Profile* profile,
                        const Envelope* envelope);

/// All rows, by LayerId index.
std::vector<LayerResult> layerResults(const Context& context);

} // namespace plumbline
