#include "core/ops/shaping/mappedkernel.h"

#include <cstring>

namespace plumbline {

namespace {

constexpr std::size_t parallelFrom = 1 << 18; ///< bytes

/// Neighbouring places of a row that read neighbours, or all nothing.
struct Run {
    std::int64_t from = -1; ///< in blocks of the input's row; -1: filled
    std::int64_t count = 0;
};

class MappedKernel final : public FastKernel {
public:
    std::vector<std::int64_t> rows; ///< for each row of the output the input's first block, or -1
    std::vector<Run> runs;          ///< the same in every row
    std::size_t rowBytes = 0, blockBytes = 0, itemBytes = 0, fillInput = 0;
    int threads = 1;

    std::string implementation() const override { return "copied runs"; }

    void run(std::span<const std::byte* const> inputs, std::span<std::byte* const> outputs, std::byte*) override {
        const auto* fill = fillInput ? inputs[fillInput] : nullptr;
        const auto count = static_cast<std::int64_t>(rows.size());
#pragma omp parallel for if (rows.size() * rowBytes > parallelFrom) num_threads(threads) schedule(static)
        for (std::int64_t r = 0; r < count; ++r) {
            auto* to = outputs[0] + static_cast<std::size_t>(r) * rowBytes;
            const auto base = rows[static_cast<std::size_t>(r)];
            for (const auto& [from, blocks] : runs) {
                const auto bytes = static_cast<std::size_t>(blocks) * blockBytes;
                if (base >= 0 && from >= 0)
                    std::memcpy(to, inputs[0] + static_cast<std::size_t>(base + from) * blockBytes, bytes);
                else
                    filled(to, bytes, fill);
                to += bytes;
            }
        }
    }

private:
    void filled(std::byte* to, std::size_t bytes, const std::byte* fill) const {
        if (!fill)
            std::memset(to, 0, bytes);
        else
            for (std::size_t i = 0; i < bytes; i += itemBytes)
                std::memcpy(to + i, fill, itemBytes);
    }
};

bool isIdentity(const std::vector<std::int64_t>& map, std::int64_t extent) {
    for (std::size_t i = 0; i < map.size(); ++i)
        if (map[i] != static_cast<std::int64_t>(i))
            return false;
    return static_cast<std::int64_t>(map.size()) == extent;
}

} // namespace

std::unique_ptr<FastKernel> mappedKernel(const FastKernelRequest& request, const AxisMaps& maps,
                                         std::size_t fillInput) {
    auto input = *toShape(request.inputs[0]->shape);
    while (input.rank() < maps.size()) // Expand adds axes in front
        input.insert(0, 1);
    if (maps.empty() || !request.postOps.empty() || input.elements() == 0 ||
        toShape(request.outputs[0].shape)->elements() == 0)
        return nullptr;
    auto kernel = std::make_unique<MappedKernel>();
    kernel->itemBytes = itemSize(request.outputs[0].dtype);
    kernel->fillInput = fillInput;
    kernel->threads = request.threads;
    auto axis = maps.size() - 1; // trailing axes that stay whole make one block
    std::int64_t block = 1;
    for (; axis > 0 && isIdentity(maps[axis], input[axis]); --axis)
        block *= input[axis];
    kernel->blockBytes = static_cast<std::size_t>(block) * kernel->itemBytes;
    kernel->rowBytes = maps[axis].size() * kernel->blockBytes;
    for (const auto at : maps[axis]) {
        auto& runs = kernel->runs;
        const bool follows =
            !runs.empty() &&
            (at < 0 ? runs.back().from < 0 : runs.back().from >= 0 && runs.back().from + runs.back().count == at);
        if (follows)
            ++runs.back().count;
        else
            runs.push_back({at, 1});
    }
    kernel->rows = {0};
    for (std::size_t outer = 0; outer < axis; ++outer) {
        std::vector<std::int64_t> next;
        next.reserve(kernel->rows.size() * maps[outer].size());
        for (const auto row : kernel->rows)
            for (const auto at : maps[outer])
                next.push_back(row < 0 || at < 0 ? -1 : row * input[outer] + at);
        kernel->rows = std::move(next);
    }
    for (auto& row : kernel->rows)
        row = row < 0 ? -1 : row * input[axis];
    return kernel;
}

} // namespace plumbline
