#pragma once
// Counts in bins that do not depend on the data, so that histograms of any two tensors merge and compare exactly. A bin
// is the upper 16 bits of the element as a binary32: sign, exponent, 7 bits of mantissa (under 1 % relative width).
// Only bins that hold something are stored, once for all copies: a histogram does not change but by merging.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace plumbline {

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

    /// From a dense table of 65,536 counts indexed by the *raw* upper 16 bits. Non-finite keys are left out.
    static Histogram fromRaw(std::span<const std::uint32_t> countsByUpperBits);
    static Histogram fromBins(std::vector<Bin> sortedBins);

    const std::vector<Bin>& bins() const;
    bool isEmpty() const { return !m_bins; }
    std::int64_t total() const;
    void merge(const Histogram& other);

    /// The value below which the given fraction (0..1) lies, interpolated inside its bin.
    double quantile(double fraction) const;
    /// The fraction of elements below `value`, interpolated inside its bin.
    double cumulative(double value) const;
    /// Counts in `count` equal bins over [from, to] for a plot; a stored bin is spread over the bins it covers.
    std::vector<double> resampled(double from, double to, std::size_t count) const;

private:
    std::shared_ptr<const std::vector<Bin>> m_bins; ///< null: none
};

} // namespace plumbline
