#include "core/tensor/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <mutex>

namespace plumbline {

namespace {

constexpr std::uint16_t signBit = 0x8000;
constexpr std::uint16_t firstNonFinite = 0x7F80; ///< the magnitude of infinity and all NaNs above it

constexpr std::uint16_t zeroKey = signBit;
/// Counts over a wider range than these 32 octaves are mostly empty: they are sorted at once.
constexpr std::uint32_t mostKeptRaw = 32 * 128;

std::uint16_t keyOfRaw(std::uint32_t raw) { return static_cast<std::uint16_t>(raw & signBit ? ~raw : raw | signBit); }

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
    return keyOfRaw(std::bit_cast<std::uint32_t>(value) >> 16);
}

double Histogram::lowerEdge(std::uint16_t key) {
    return key & signBit ? magnitude(key & 0x7FFFu) : -magnitude((~key & 0x7FFFu) + 1);
}

double Histogram::upperEdge(std::uint16_t key) {
    return key & signBit ? magnitude((key & 0x7FFFu) + 1) : -magnitude(~key & 0x7FFFu);
}

/// Bins, or counts that become bins.
struct Histogram::Body {
    using Parts = std::vector<RawCounts>;
    std::shared_ptr<const Parts> raw; ///< null: the bins were given
    bool negatives = true;            ///< of `raw`, count too
    std::int64_t zeros = 0;           ///< beside `raw`
    mutable std::once_flag sorting;
    mutable std::vector<Bin> bins;

    explicit Body(std::vector<Bin> given) : bins(std::move(given)) {}
    Body(std::shared_ptr<const Parts> counts, bool withNegatives, std::int64_t atZero)
        : raw(std::move(counts)), negatives(withNegatives), zeros(atZero) {}
    void sort() const;
};

void Histogram::Body::sort() const {
    RawCounts together;
    if (raw->size() != 1)
        together = sumOf(*raw);
    const auto& [first, extent, counts] = raw->size() == 1 ? raw->front() : together;
    const auto* positive = counts.get();
    const auto* negative = positive + extent;
    const auto filled = std::size_t{2} * extent - static_cast<std::size_t>(std::count(positive, negative + extent, 0u));
    bins.reserve(filled + 1);
    for (auto i = negatives ? extent : 0; i-- > 0;)
        if (negative[i] > 0)
            bins.emplace_back(keyOfRaw(signBit | (first + i)), negative[i]);
    if (zeros > 0)
        bins.emplace_back(zeroKey, zeros);
    for (std::uint32_t i = 0; i < extent; ++i)
        if (positive[i] > 0) {
            if (first + i == 0 && zeros > 0) // denormals share the bin of zero
                bins.back().count += positive[i];
            else
                bins.emplace_back(keyOfRaw(first + i), positive[i]);
        }
}

RawCounts sumOf(std::span<const RawCounts> parts) {
    std::uint32_t first = firstNonFinite, end = 0;
    for (const auto& part : parts)
        if (part.extent > 0) {
            first = std::min(first, part.first);
            end = std::max(end, part.first + part.extent);
        }
    RawCounts out{first, end > first ? end - first : 0, nullptr};
    out.counts = std::make_unique<std::uint32_t[]>(2 * std::size_t{out.extent});
    for (const auto& part : parts)
        for (const std::uint32_t sign : {0, 1}) {
            if (part.extent == 0)
                break;
            const auto* from = part.counts.get() + sign * part.extent;
            auto* to = out.counts.get() + sign * out.extent + (part.first - first);
            for (std::uint32_t i = 0; i < part.extent; ++i)
                to[i] += from[i];
        }
    return out;
}

const std::vector<Histogram::Bin>& Histogram::bins() const {
    static const std::vector<Bin> none;
    if (!m_body)
        return none;
    if (m_body->raw)
        std::call_once(m_body->sorting, [&] { m_body->sort(); });
    return m_body->bins;
}

Histogram Histogram::fromRaw(std::vector<RawCounts> parts, std::int64_t zeros) {
    std::erase_if(parts, [](const RawCounts& part) { return part.extent == 0; });
    Histogram out;
    if (parts.empty() && zeros == 0)
        return out;
    if (parts.size() > mostParts) {
        auto together = sumOf(parts);
        parts.clear();
        parts.push_back(std::move(together));
    }
    const bool isWide = std::ranges::any_of(parts, [](const RawCounts& part) { return part.extent > mostKeptRaw; });
    out.m_body = std::make_shared<const Body>(std::make_shared<const Body::Parts>(std::move(parts)), true, zeros);
    return isWide ? fromBins(out.bins()) : out;
}

Histogram Histogram::fromRaw(RawCounts counts, std::int64_t zeros) {
    std::vector<RawCounts> one;
    one.push_back(std::move(counts));
    return fromRaw(std::move(one), zeros);
}

Histogram Histogram::fromBins(std::vector<Bin> sortedBins) {
    Histogram out;
    if (!sortedBins.empty())
        out.m_body = std::make_shared<const Body>(std::move(sortedBins));
    return out;
}

Histogram Histogram::rectified(std::int64_t belowZero) const {
    Histogram out;
    if (m_body && m_body->raw) {
        out.m_body = std::make_shared<const Body>(m_body->raw, false, m_body->zeros + belowZero);
        return out;
    }
    const auto above = std::ranges::partition_point(bins(), [](const Bin& bin) { return bin.key < zeroKey; });
    std::vector<Bin> rest;
    rest.reserve(static_cast<std::size_t>(bins().end() - above) + 1);
    if (belowZero > 0)
        rest.emplace_back(zeroKey, belowZero);
    for (auto bin = above; bin != bins().end(); ++bin)
        if (!rest.empty() && rest.back().key == bin->key)
            rest.back().count += bin->count;
        else
            rest.push_back(*bin);
    return fromBins(std::move(rest));
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
        m_body = other.m_body;
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
