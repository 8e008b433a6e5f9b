#include "core/diagnosis/repeatedrows.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace plumbline {

namespace {

std::uint64_t mixed(std::uint64_t x) { // the finalizer of SplitMix64
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

} // namespace

std::vector<std::uint64_t> rowKeys(const Tensor& tensor) {
    if (tensor.isNull() || tensor.rank() == 0 || tensor.elements() == 0)
        return {};
    const auto dense = tensor.contiguous();
    if (!dense)
        return {};
    std::vector<std::uint64_t> keys(static_cast<std::size_t>(dense->shape()[0]), 0);
    const auto size = static_cast<std::size_t>(dense->bytes()) / keys.size();
    const auto* row = dense->data();
    for (auto& key : keys) {
        for (std::size_t at = 0; at < size; at += sizeof key) {
            std::uint64_t word = 0;
            std::memcpy(&word, row + at, std::min(sizeof key, size - at));
            key = mixed(key + word + 0x9e3779b97f4a7c15u);
        }
        row += size;
    }
    return keys;
}

void joinKeys(std::vector<std::uint64_t>& keys, std::span<const std::uint64_t> others) {
    if (keys.empty())
        keys.resize(others.size(), 0);
    for (std::size_t i = 0; i < std::min(keys.size(), others.size()); ++i)
        keys[i] = mixed(keys[i] + others[i] + 0x9e3779b97f4a7c15u);
}

IndependentRows independentRows(std::vector<std::uint64_t> keys) {
    if (keys.empty())
        return {};
    std::ranges::sort(keys);
    double squares = 0;
    IndependentRows out{0, 1};
    for (auto at = keys.begin(); at != keys.end(); ++out.distinct) {
        const auto end = std::upper_bound(at, keys.end(), *at);
        const auto copies = static_cast<double>(end - at);
        squares += copies * copies;
        at = end;
    }
    const auto all = static_cast<double>(keys.size());
    out.even = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::lround(all * all / squares)));
    return out;
}

} // namespace plumbline
