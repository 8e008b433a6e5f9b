#include "core/formats/data/random.h"
#include "core/profile/profile.h"

#include <cstring>

namespace plumbline {

namespace {

std::uint64_t hashText(std::uint64_t key, std::string_view text) {
    key = mixBits(key ^ text.size());
    for (const char c : text)
        key = mixBits(key ^ static_cast<unsigned char>(c));
    return key;
}

/// Four lanes of multiply and xor: the memory is the limit, not the arithmetic. Every bit of every element counts.
std::uint64_t hashBytes(std::uint64_t key, const std::byte* data, std::size_t bytes) {
    constexpr std::uint64_t factor = 0x9e3779b97f4a7c15u;
    std::uint64_t lanes[4] = {key, key + 1, key + 2, key + 3};
    std::size_t at = 0;
    for (; at + 32 <= bytes; at += 32)
        for (std::size_t lane = 0; lane < 4; ++lane) {
            std::uint64_t word;
            std::memcpy(&word, data + at + 8 * lane, 8);
            lanes[lane] = (lanes[lane] ^ word) * factor;
            lanes[lane] ^= lanes[lane] >> 29;
        }
    for (; at < bytes; ++at)
        lanes[0] = (lanes[0] ^ std::to_integer<std::uint64_t>(data[at])) * factor;
    for (const auto lane : lanes)
        key = mixBits(key ^ lane);
    return mixBits(key ^ bytes);
}

} // namespace

std::uint64_t weightsKey(const Model& model) {
    std::uint64_t key = 1;
    for (const auto& layer : model.graph.layers())
        key = hashText(hashText(key, layer.name), layer.type);
    for (const auto& node : model.graph.nodes())
        key = hashText(key, node.op);
    for (const auto& value : model.graph.values()) {
        if (!value.isConstant())
            continue;
        key = mixBits(key ^ static_cast<std::uint64_t>(value.constant.dtype()));
        for (const auto extent : value.constant.shape())
            key = mixBits(key ^ static_cast<std::uint64_t>(extent));
        if (const auto dense = value.constant.contiguous())
            key = hashBytes(key, dense->data(), dense->bytes());
    }
    return key;
}

} // namespace plumbline
