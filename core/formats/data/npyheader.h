#pragma once
// The header of NumPy's array format, versions 1.0, 2.0 and 3.0 (numpy/lib/format.py, NEP 1):
//
//   "\x93NUMPY" major minor | length (2 bytes in 1.0, else 4, little-endian) | a Python literal of that length |
//   elements
//   {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
//
// The literal is parsed, never evaluated. Only what an array of numbers needs is accepted; the rest is refused by name.

#include "core/tensor/tensor.h"

#include <span>

namespace plumbline {

struct NpyHeader {
    DType dtype = DType::float32;
    bool byteSwapped = false; ///< stored big-endian
    bool fortranOrder = false;
    Shape shape;
    std::uint64_t dataOffset = 0; ///< of element (0, …, 0), from the start of the header
    std::uint64_t dataBytes = 0;  ///< what the shape promises

    std::vector<std::int64_t> byteStrides() const;
};

bool looksLikeNpy(std::span<const std::byte> bytes);

/// `bytes` is the start of the array (as much of it as there is, up to the longest header); `available` is the bytes
/// that exist from there on, held against what the header promises. `name` is the file, or "file:member".
Result<NpyHeader> parseNpyHeader(std::span<const std::byte> bytes, std::uint64_t available, const std::string& name);

/// The longest header that is read.
inline constexpr std::size_t maximumNpyHeader = 1u << 20;

/// Version 1.0 header of a dense row-major array, padded so that the elements begin at a multiple of 64.
std::string makeNpyHeader(DType dtype, const Shape& shape);

} // namespace plumbline
