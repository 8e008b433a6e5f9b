#include "core/formats/data/picture.h"

#include <png.h>

#include <cstring>

namespace plumbline {

namespace {

/// What libpng's callbacks see. It reports an error by longjmp: nothing with a destructor may stand between.
struct PngState {
    const std::byte* next = nullptr;
    std::size_t remaining = 0;
    char reason[128] = "";
};

void readBytes(png_structp png, png_bytep out, std::size_t count) {
    auto* state = static_cast<PngState*>(png_get_io_ptr(png));
    if (count > state->remaining)
        png_error(png, "it ends too early");
    std::memcpy(out, state->next, count);
    state->next += count;
    state->remaining -= count;
}

void failed(png_structp png, png_const_charp reason) {
    auto* state = static_cast<PngState*>(png_get_error_ptr(png));
    std::strncpy(state->reason, reason, sizeof state->reason - 1);
    png_longjmp(png, 1);
}

void ignored(png_structp, png_const_charp) {}

struct PngReader {
    PngState state;
    png_structp png = nullptr;
    png_infop info = nullptr;
    explicit PngReader(std::span<const std::byte> file) {
        state.next = file.data();
        state.remaining = file.size();
        png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &state, failed, ignored);
        if (png)
            info = png_create_info_struct(png);
    }
    ~PngReader() { png_destroy_read_struct(&png, &info, nullptr); }
    PngReader(const PngReader&) = delete;
    PngReader& operator=(const PngReader&) = delete;
};

bool readInfo(PngReader& reader, PictureHeader& header) {
    if (setjmp(png_jmpbuf(reader.png)))
        return false;
    png_set_read_fn(reader.png, &reader.state, readBytes);
    png_set_user_limits(reader.png, 65'535, 65'535);
    png_set_chunk_malloc_max(reader.png, 8u << 20);
    png_set_chunk_cache_max(reader.png, 128);
    png_read_info(reader.png, reader.info);
    header.width = png_get_image_width(reader.png, reader.info);
    header.height = png_get_image_height(reader.png, reader.info);
    const auto type = png_get_color_type(reader.png, reader.info);
    header.colour = (type & PNG_COLOR_MASK_COLOR) != 0;
    header.alpha = (type & PNG_COLOR_MASK_ALPHA) != 0 || png_get_valid(reader.png, reader.info, PNG_INFO_tRNS) != 0;
    return true;
}

bool readPixels(PngReader& reader, png_bytep* rows, std::size_t rowBytes) {
    if (setjmp(png_jmpbuf(reader.png)))
        return false;
    png_set_expand(reader.png);
    png_set_strip_16(reader.png);
    png_set_interlace_handling(reader.png);
    png_read_update_info(reader.png, reader.info);
    if (png_get_rowbytes(reader.png, reader.info) != rowBytes)
        png_error(reader.png, "its rows have an unexpected length");
    png_read_image(reader.png, rows);
    png_read_end(reader.png, nullptr);
    return true;
}

} // namespace

Result<PictureHeader> readPng(std::span<const std::byte> file, const std::string& name,
                              std::vector<std::uint8_t>* pixels) {
    PngReader reader(file);
    if (!reader.info)
        return damagedPicture(name, "libpng could not begin");
    PictureHeader header;
    if (!readInfo(reader, header))
        return damagedPicture(name, reader.state.reason);
    PLUMBLINE_CHECK(checkPictureSize(header, file.size(), name));
    if (!pixels)
        return header;
    const auto rowBytes = static_cast<std::size_t>(header.width * header.channels());
    pixels->resize(rowBytes * static_cast<std::size_t>(header.height));
    std::vector<png_bytep> rows(static_cast<std::size_t>(header.height));
    for (std::size_t y = 0; y < rows.size(); ++y)
        rows[y] = pixels->data() + y * rowBytes;
    if (!readPixels(reader, rows.data(), rowBytes))
        return damagedPicture(name, reader.state.reason);
    return header;
}

} // namespace plumbline
