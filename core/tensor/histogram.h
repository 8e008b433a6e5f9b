#pragma once
// Counts in bins that do not depend on the data, so that histograms of any two tensors merge and compare exactly. A bin
// is the upper 16 bits of the element as a binary32: sign, exponent, 7 bits of mantissa (under 1 % relative width).
// Only bins that hold something are shown, and they are kept once for all copies: a histogram does not change but by
// merging. One that was just counted is kept as it was counted, and sorted into bins when somebody first asks for them:
// a trace has a histogram a value, and few are looked at.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace plumbline {

/// Dense counts over a range of magnitudes, in the order of the raw upper 16 bits: what one thread counted.
struct RawCounts {
    std::uint32_t first = 0, extent = 0;     ///< raw magnitudes [first, first + extent), finite ones
    std::unique_ptr<std::uint32_t[]> counts; ///< of `extent` positives, then of as many negatives
};
/// All parts together, of less than 2^32 elements.
RawCounts sumOf(std::span<const RawCounts> parts);

class Histogram {
public:
    /// In eight bytes: every watched value keeps thousands.
    struct Bin {
        std::uint64_t key : 16; ///< in order of value
        std::int64_t count : 48;

        Bin() = default;
        constexpr Bin(std::uint16_t k, std::int64_t n) : key(k), count(n) {}
        friend bool operator==(const Bin&, const Bin&) = default;
    };
    static constexpr std::int64_t mostInBin = (std::int64_t{1} << 47) - 1;

    /// Keys order as values do: all bits inverted for negatives, the sign bit set for positives.
    static std::uint16_t keyOf(float value);
    static double lowerEdge(std::uint16_t key);
    static double upperEdge(std::uint16_t key);

    /// What is counted in several parts is added up when it is sorted too: adding means waiting for another core's
    /// cache. More parts than mostParts would cost too much memory and are added up at once.
    static constexpr std::size_t mostParts = 2;
    static Histogram fromRaw(std::vector<RawCounts> parts, std::int64_t zeros);
    static Histogram fromRaw(RawCounts counts, std::int64_t zeros);
    static Histogram fromBins(std::vector<Bin> sortedBins);
    /// Of max(x, 0): `belowZero` elements, infinite ones among them, come to zero.
    Histogram rectified(std::int64_t belowZero) const;

    const std::vector<Bin>& bins() const; ///< may be called from several threads
    bool isEmpty() const { return !m_body; }
    std::int64_t total() const;
    void merge(const Histogram& other);

    /// The value below which the given fraction (0..1) lies, interpolated inside its bin.
    double quantile(double fraction) const;
    /// The fraction of elements below `value`, interpolated inside its bin.
    double cumulative(double value) const;
    /// Counts in `count` equal bins over [from, to] for a plot; a stored bin is spread over the bins it covers.
    std::vector<double> resampled(double from, double to, std::size_t count) const;

private:
    struct Body;
    std::shared_ptr<const Body> m_body; ///< null: no bins
};

} // namespace plumbline
