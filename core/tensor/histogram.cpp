#include "core/tensor/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace plumbline {

namespace {

constexpr std::uint16_t signBit = 0x8000;
constexpr std::uint16_t firstNonFinite = 0x7F80; ///< the magnitude of infinity and all NaNs above it

std::uint16_t keyOfRaw(std::uint16_t raw) { return static_cast<std::uint16_t>(raw & signBit ? ~raw : raw | signBit); }

/// The least magnitude of a bin, by the raw magnitude; past the largest finite bin its upper end is the largest float.
double magnitude(std::uint32_t rawMagnitude) {
    if (rawMagnitude >= firstNonFinite)
        return std::numeric_limits<float>::max();
    return std::bit_cast<float>(rawMagnitude << 16);
}

} // namespace

std::uint16_t Histogram::keyOf(float value) {
    if (value == 0)
        value = 0; // -0 is no other value than 0
    return keyOfRaw(static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(value) >> 16));
}

double Histogram::lowerEdge(std::uint16_t key) {
    return key & signBit ? magnitude(key & 0x7FFFu) : -magnitude((~key & 0x7FFFu) + 1);
}

double Histogram::upperEdge(std::uint16_t key) {
    return key & signBit ? magnitude((key & 0x7FFFu) + 1) : -magnitude(~key & 0x7FFFu);
}

const std::vector<Histogram::Bin>& Histogram::bins() const {
    static const std::vector<Bin> none;
    return m_bins ? *m_bins : none;
}

Histogram Histogram::fromRaw(std::span<const std::uint32_t> countsByUpperBits) {
    std::vector<Bin> bins;
    const auto take = [&](std::uint32_t raw) {
        if (raw < countsByUpperBits.size() && countsByUpperBits[raw] > 0)
            bins.emplace_back(keyOfRaw(static_cast<std::uint16_t>(raw)), countsByUpperBits[raw]);
    };
    for (std::uint32_t raw = signBit + firstNonFinite; raw-- > signBit;)
        take(raw);
    for (std::uint32_t raw = 0; raw < firstNonFinite; ++raw)
        take(raw);
    return fromBins(std::move(bins));
}

Histogram Histogram::fromBins(std::vector<Bin> sortedBins) {
    Histogram out;
    if (!sortedBins.empty())
        out.m_bins = std::make_shared<const std::vector<Bin>>(std::move(sortedBins));
    return out;
}

std::int64_t Histogram::total() const {
    std::int64_t sum = 0;
    for (const auto& bin : bins())
        sum += bin.count;
    return sum;
}

void Histogram::merge(const Histogram& other) {
    if (other.isEmpty())
        return;
    if (isEmpty()) {
        m_bins = other.m_bins;
        return;
    }
    std::vector<Bin> merged;
    merged.reserve(bins().size() + other.bins().size());
    auto a = bins().begin();
    auto b = other.bins().begin();
    while (a != bins().end() || b != other.bins().end()) {
        if (b == other.bins().end() || (a != bins().end() && a->key < b->key))
            merged.push_back(*a++);
        else if (a == bins().end() || b->key < a->key)
            merged.push_back(*b++);
        else {
            merged.emplace_back(a->key, a->count + b->count);
            ++a;
            ++b;
        }
    }
    *this = fromBins(std::move(merged));
}

double Histogram::quantile(double fraction) const {
    if (isEmpty())
        return 0;
    const double wanted = std::clamp(fraction, 0.0, 1.0) * static_cast<double>(total());
    double below = 0;
    for (const auto& [key, count] : bins()) {
        const auto here = static_cast<double>(count);
        if (below + here >= wanted)
            return std::lerp(lowerEdge(key), upperEdge(key), (wanted - below) / here);
        below += here;
    }
    return upperEdge(bins().back().key);
}

double Histogram::cumulative(double value) const {
    if (isEmpty())
        return 0;
    // Edges only where the search looks; the counts are summed as integers. Rules ask this for every bin of another
    // histogram.
    const auto reached =
        std::ranges::partition_point(bins(), [&](const Bin& bin) { return upperEdge(bin.key) <= value; });
    std::int64_t whole = 0;
    for (auto bin = bins().begin(); bin != reached; ++bin)
        whole += bin->count;
    double below = static_cast<double>(whole);
    std::int64_t all = whole;
    for (auto bin = reached; bin != bins().end(); ++bin)
        all += bin->count;
    if (reached != bins().end())
        if (const double low = lowerEdge(reached->key); value > low)
            below += static_cast<double>(reached->count) * (value - low) / (upperEdge(reached->key) - low);
    return below / static_cast<double>(all);
}

std::vector<double> Histogram::resampled(double from, double to, std::size_t count) const {
    std::vector<double> out(count, 0);
    if (count == 0 || !(to > from))
        return out;
    const double width = (to - from) / static_cast<double>(count);
    const auto slot = [&](double value) {
        const double position = std::floor((value - from) / width);
        return static_cast<std::size_t>(std::clamp(position, 0.0, static_cast<double>(count - 1)));
    };
    for (const auto& [key, elements] : bins()) {
        const double low = lowerEdge(key);
        const double high = upperEdge(key);
        if (high < from || low > to)
            continue;
        const double density = static_cast<double>(elements) / (high - low);
        const auto last = slot(high);
        for (auto i = slot(low); i <= last; ++i) {
            const double left = from + static_cast<double>(i) * width;
            const double overlap = std::min(high, left + width) - std::max(low, left);
            out[i] += std::max(overlap, 0.0) * density;
        }
    }
    return out;
}

} // namespace plumbline
