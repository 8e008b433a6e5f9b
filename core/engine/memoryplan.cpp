#include "core/engine/memoryplan.h"

#include <algorithm>
#include <numeric>

namespace plumbline {

Result<std::uint64_t> placeBuffers(std::vector<BufferLife>& buffers) {
    constexpr std::uint64_t alignment = 64;
    constexpr std::uint64_t most = std::uint64_t{1} << 62;
    std::vector<std::size_t> order(buffers.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return buffers[a].bytes > buffers[b].bytes; });
    std::uint64_t total = 0;
    std::vector<std::size_t> placed; ///< in order of offset
    for (const auto index : order) {
        auto& buffer = buffers[index];
        if (buffer.bytes == 0)
            continue;
        std::uint64_t at = 0;
        for (const auto other : placed) {
            const auto& there = buffers[other];
            if (there.last < buffer.first || buffer.last < there.first)
                continue;
            if (there.offset >= at && there.offset - at >= buffer.bytes)
                break;
            at = std::max(at, (there.offset + there.bytes + alignment - 1) / alignment * alignment);
        }
        if (buffer.bytes > most || at > most)
            return failure(ErrorCode::tooLarge, "element-overflow", "The run needs more memory than can be counted.");
        buffer.offset = at;
        total = std::max(total, at + buffer.bytes);
        placed.insert(std::upper_bound(placed.begin(), placed.end(), index,
                                       [&](auto a, auto b) { return buffers[a].offset < buffers[b].offset; }),
                      index);
    }
    return total;
}

} // namespace plumbline
