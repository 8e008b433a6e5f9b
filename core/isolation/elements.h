#pragma once
// Elements out of a finished check: from the trace where they were kept, by running again where the budget had let them
// go.

#include "core/isolation/worker.h"

namespace plumbline {

Result<TensorRequest> decodeElementRequest(const nlohmann::json& body);
Result<Tensor> elementsOf(const CheckSession& session, const TensorRequest& request, const Progress& progress);

/// Named arrays for an .npz: "outputs", "activations" (per layer row, further outputs as "name:1"), "fixed-inputs" (by
/// input name, the proposed fixes applied).
Result<std::vector<std::pair<std::string, Tensor>>> exportedArrays(const CheckSession& session, const std::string& what,
                                                                   const Progress& progress);

} // namespace plumbline
