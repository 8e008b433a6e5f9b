#pragma once
// The next element of an array that is no number, found without having the array whole.

#include "core/isolation/worker.h"

#include <functional>

namespace plumbline {

using FetchPart = std::function<Result<Tensor>(const TensorRequest&)>;

/// From the row-major position after `from` on (before it where `direction` is -1) and around the end; `from` itself is
/// looked at last. Nothing where all elements are finite. `request` names the array; its ranges are set here.
Result<std::optional<std::vector<std::int64_t>>> nextNonFinite(const FetchPart& fetch, TensorRequest request,
                                                               const Shape& shape, std::int64_t from, int direction);

} // namespace plumbline
