#pragma once
// Where buffers stand in one block of memory: two that live at the same time never overlap, others share.

#include "core/base/result.h"

#include <cstdint>
#include <vector>

namespace plumbline {

struct BufferLife {
    std::uint64_t bytes = 0;
    std::size_t first = 0;    ///< the step that writes it
    std::size_t last = 0;     ///< the last step that reads it
    std::uint64_t offset = 0; ///< filled by placeBuffers: a multiple of 64
};

/// Places all buffers and returns the bytes of the block. Large ones first, each at the lowest place that is free for
/// its whole life. An error ("element-overflow") where the sum cannot be counted.
Result<std::uint64_t> placeBuffers(std::vector<BufferLife>& buffers);

} // namespace plumbline
