#include "core/formats/data/picture.h"

#include "core/formats/data/fileerror.h"

#include <algorithm>
#include <cstring>

namespace plumbline {

namespace {

bool isPng(std::span<const std::byte> head) {
    return head.size() >= 8 && std::memcmp(head.data(), "\x89PNG\r\n\x1a\n", 8) == 0;
}

bool isJpeg(std::span<const std::byte> head) {
    return head.size() >= 3 && std::memcmp(head.data(), "\xff\xd8\xff", 3) == 0;
}

Result<PictureHeader> readPicture(std::span<const std::byte> file, const std::string& name,
                                  std::vector<std::uint8_t>* pixels) {
    if (isPng(file))
        return readPng(file, name, pixels);
    if (isJpeg(file))
        return readJpeg(file, name, pixels);
    return fileFailure(name, ErrorCode::cannotRead, "image.format", "{file} is neither a PNG nor a JPEG picture.", {},
                       0);
}

} // namespace

bool looksLikePicture(std::span<const std::byte> head) { return isPng(head) || isJpeg(head); }

std::unexpected<Error> damagedPicture(const std::string& name, const std::string& reason) {
    return fileFailure(name, ErrorCode::cannotRead, "image.damaged", "{file} is a damaged picture: {reason}.",
                       {{"reason", quotable(reason)}});
}

Result<void> checkPictureSize(const PictureHeader& header, std::size_t fileBytes, const std::string& name) {
    constexpr std::int64_t longest = 65'535, largest = 1 << 28;
    // A JPEG says at best 64 pixels in a few bits and a PNG 1032 bytes in one: beyond 4096 to one a size is a lie.
    const auto pixels = header.height > longest || header.width > longest ? INT64_MAX : header.height * header.width;
    if (header.height > 0 && header.width > 0 && pixels <= largest &&
        static_cast<std::uint64_t>(pixels) / 8 <= (static_cast<std::uint64_t>(fileBytes) + 64) * 1032)
        return {};
    return fileFailure(
        name, ErrorCode::cannotRead, "image.size",
        "{file} claims {width} x {height} pixels, and has {bytes} for them: accepted are up to 65535 a side "
        "and {largest} in all, as far as the bytes can hold them.",
        {{"width", header.width},
         {"height", header.height},
         {"bytes", bytesText(fileBytes)},
         {"largest", countText(largest)}});
}

Result<PictureHeader> readPictureHeader(std::span<const std::byte> file, const std::string& name) {
    return readPicture(file, name, nullptr);
}

Result<void> decodePicture(std::span<const std::byte> file, const std::string& name, const PictureHeader& wanted,
                           std::span<std::uint8_t> pixels) {
    std::vector<std::uint8_t> own;
    PLUMBLINE_TRY(const auto header, readPicture(file, name, &own));
    if (header.height != wanted.height || header.width != wanted.width || (header.colour && !wanted.colour) ||
        (header.alpha && !wanted.alpha))
        return damagedPicture(name, "it changed while it was read");
    const auto from = static_cast<std::size_t>(header.channels()), to = static_cast<std::size_t>(wanted.channels());
    if (from == to && header.colour == wanted.colour) {
        std::ranges::copy(own, pixels.begin());
        return {};
    }
    for (std::size_t i = 0; i * to < pixels.size(); ++i) { // grey among colours: three times; no alpha: opaque
        const std::uint8_t* in = &own[i * from];
        std::uint8_t* out = &pixels[i * to];
        for (std::size_t c = 0; c < (wanted.colour ? 3u : 1u); ++c)
            out[c] = in[header.colour ? c : 0];
        if (wanted.alpha)
            out[to - 1] = header.alpha ? in[from - 1] : 255;
    }
    return {};
}

} // namespace plumbline
