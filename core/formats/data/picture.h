#pragma once
// One PNG or JPEG, decoded by libpng and libjpeg. Sizes are held against the bytes of the file before memory is taken.
// Eight bits a sample, unscaled: a palette becomes RGB, 1 to 4 bits of grey are spread over 0..255, of 16 bits the
// upper eight are kept (as TensorFlow's decode_png does). No gamma, no orientation tag: the stored numbers, as
// frameworks read them.

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace plumbline {

struct PictureHeader {
    std::int64_t height = 0, width = 0;
    bool colour = false, alpha = false;
    std::int64_t channels() const { return (colour ? 3 : 1) + (alpha ? 1 : 0); }
};

bool looksLikePicture(std::span<const std::byte> head);
Result<PictureHeader> readPictureHeader(std::span<const std::byte> file, const std::string& name);
/// Fills `pixels` (height * width * channels of `wanted`). `wanted` has the picture's own size, and colour and alpha at
/// least.
Result<void> decodePicture(std::span<const std::byte> file, const std::string& name, const PictureHeader& wanted,
                           std::span<std::uint8_t> pixels);

// What the two libraries do; picture.cpp chooses.
Result<PictureHeader> readPng(std::span<const std::byte> file, const std::string& name,
                              std::vector<std::uint8_t>* pixels);
Result<PictureHeader> readJpeg(std::span<const std::byte> file, const std::string& name,
                               std::vector<std::uint8_t>* pixels);

/// "image.size": a size that no picture of these bytes can have, or that is not accepted.
Result<void> checkPictureSize(const PictureHeader& header, std::size_t fileBytes, const std::string& name);
std::unexpected<Error> damagedPicture(const std::string& name, const std::string& reason);

} // namespace plumbline
