#pragma once
// The project's own generator: the same seed gives the same numbers on every machine and in every version.
// xoshiro256++ (Blackman & Vigna, 2019), seeded by SplitMix64 as its authors advise. A normal number is the inverse of
// the distribution function at one uniform number (Wichura, algorithm AS 241, 1988: relative error about 1e-16) with a
// logarithm of our own: libm's differ between versions and processors in the last bit, +, *, / and sqrt do not.

#include <array>
#include <cstdint>

namespace plumbline {

/// One step of SplitMix64's output function: a good 64-bit mix of its argument.
constexpr std::uint64_t mixBits(std::uint64_t z) {
    z += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

class Random {
public:
    explicit Random(std::uint64_t seed);

    std::uint64_t next();
    double uniform();                         ///< [0, 1), a multiple of 2^-53
    double normal();                          ///< mean 0, standard deviation 1
    std::uint64_t below(std::uint64_t bound); ///< [0, bound) without bias; bound 0: any 64 bits

private:
    std::array<std::uint64_t, 4> m_state;
};

/// The inverse of the standard normal distribution function, for 0 < p < 1.
double normalQuantile(double p);

} // namespace plumbline
