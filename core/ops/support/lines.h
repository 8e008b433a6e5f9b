#pragma once
// A tensor seen along one axis: element (outer, i, inner) stands at (outer * length + i) * inner_count + inner.

#include "core/ops/op.h"

namespace plumbline {

struct Lines {
    std::int64_t outer = 1, length = 1, inner = 1;

    Lines(const Shape& shape, std::size_t axis) : length(shape[axis]) {
        for (std::size_t i = 0; i < shape.rank(); ++i)
            if (i != axis)
                (i < axis ? outer : inner) *= shape[i];
    }
    std::int64_t count() const { return outer * inner; }
    /// The first element of a line; its others follow at a distance of `inner`.
    std::int64_t first(std::int64_t line) const { return line / inner * length * inner + line % inner; }
    std::int64_t lineOf(std::int64_t element) const { return element / (length * inner) * inner + element % inner; }
    std::int64_t placeOf(std::int64_t element) const { return element / inner % length; }
};

} // namespace plumbline
