#pragma once
// What a layer computes in: its setting `dtype`, which a file writes as a name ("float16", "mixed_float16"), as a
// policy object of Keras 2 or 3, or as a map of policies by layer. Variables are cast to the compute type as the layer
// reads them, and so are the floating-point tensors it is called with (Keras: autocast).

#include "core/formats/model/keras/config.h"
#include "core/graph/graph.h"

namespace plumbline::keras {

struct Policy {
    std::string name = "float32"; ///< "mixed_float16"
    DType compute = DType::float32;
    /// float16 and bfloat16: too narrow for sums and statistics, which Keras takes in float32 where it can.
    bool isNarrow() const { return compute == DType::float16 || compute == DType::bfloat16; }
    /// What a narrow layer widens to where Keras computes in more than its own type.
    DType wide() const { return isNarrow() ? DType::float32 : compute; }
};

/// An error for a quantized policy, and for one that is not known.
Result<Policy> policyOf(const LayerConfig& layer);

/// Whether Keras casts what this class is called with before the layer sees it.
bool castsInputs(const LayerConfig& layer, const Writer& writer);

/// The type of a result of both in Keras 3: the wider one; float16 with bfloat16 makes float32.
DType promoted(DType a, DType b);

/// What the rows' types alone would not say: how such numbers are computed here.
Error policyNote(const std::string& policy, DType compute, std::int64_t layers);

} // namespace plumbline::keras
