#include "app/document/search.h"

#include <algorithm>
#include <cmath>

namespace plumbline {

namespace {
constexpr std::int64_t partElements = 1 << 20;
}

Result<std::optional<std::vector<std::int64_t>>> nextNonFinite(const FetchPart& fetch, TensorRequest request,
                                                               const Shape& shape, std::int64_t from, int direction) {
    const auto total = shape.elements();
    if (total == 0 || shape.rank() == 0)
        return std::nullopt;
    from = std::clamp<std::int64_t>(from, 0, total - 1);
    // Whole slices of the first axis, as many as make a part of some size.
    const auto slice = total / shape[0];
    const auto slices = std::clamp<std::int64_t>(partElements / slice, 1, shape[0]);
    const auto parts = (shape[0] + slices - 1) / slices;
    const auto start = from / slice / slices;
    // The first part is looked at twice: past `from` first, up to it last.
    for (std::int64_t step = 0; step <= parts; ++step) {
        const auto part = ((start + direction * step) % parts + parts) % parts;
        const auto begin = part * slices, end = std::min(shape[0], begin + slices);
        request.ranges.assign(1, {begin, end});
        for (std::size_t axis = 1; axis < shape.rank(); ++axis)
            request.ranges.emplace_back(0, shape[axis]);
        PLUMBLINE_TRY(const auto elements, fetch(request));
        const auto first = begin * slice, count = std::min(elements.elements(), (end - begin) * slice);
        for (std::int64_t i = 0; i < count; ++i) {
            const auto inPart = direction > 0 ? i : count - 1 - i;
            const auto at = first + inPart;
            const bool isAhead = direction > 0 ? at > from : at < from;
            if ((step == 0 && !isAhead) || (step == parts && isAhead))
                continue;
            if (!std::isfinite(elements.flat(inPart)))
                return unflatten(at, shape);
        }
    }
    return std::nullopt;
}

} // namespace plumbline
