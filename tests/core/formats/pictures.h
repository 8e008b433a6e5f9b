#pragma once
// Pictures made for tests, by the libraries themselves.

#include <QByteArray>

#include <jpeglib.h>
#include <png.h>

#include <cstdio>
#include <functional>
#include <vector>

namespace plumbline::test {

struct PngRecipe {
    int colourType = PNG_COLOR_TYPE_RGB;
    int depth = 8;
    bool interlaced = false;
    bool transparentColour = false; ///< a tRNS chunk
};

/// `rows` hold the samples as PNG stores them (big-endian for 16 bits, packed for less than 8).
inline QByteArray makePng(std::uint32_t width, std::uint32_t height, const PngRecipe& recipe,
                          std::vector<QByteArray> rows) {
    QByteArray out;
    auto* png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
    auto* info = png_create_info_struct(png);
    png_set_write_fn(
        png, &out,
        [](png_structp p, png_bytep data, size_t n) {
            static_cast<QByteArray*>(png_get_io_ptr(p))->append(reinterpret_cast<const char*>(data), qsizetype(n));
        },
        nullptr);
    png_set_IHDR(png, info, width, height, recipe.depth, recipe.colourType,
                 recipe.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    png_color palette[] = {{10, 20, 30}, {40, 50, 60}, {70, 80, 90}, {100, 110, 120}};
    if (recipe.colourType == PNG_COLOR_TYPE_PALETTE)
        png_set_PLTE(png, info, palette, 4);
    png_byte alpha[] = {0, 128, 255};
    png_color_16 colour{0, 1, 2, 3, 4};
    if (recipe.transparentColour)
        png_set_tRNS(png, info, alpha, recipe.colourType == PNG_COLOR_TYPE_PALETTE ? 3 : 0, &colour);
    std::vector<png_bytep> pointers;
    for (auto& row : rows)
        pointers.push_back(reinterpret_cast<png_bytep>(row.data()));
    png_set_rows(png, info, pointers.data());
    png_write_png(png, info, PNG_TRANSFORM_IDENTITY, nullptr);
    png_destroy_write_struct(&png, &info);
    return out;
}

/// Grey or RGB of one colour.
inline QByteArray makeJpeg(unsigned width, unsigned height, bool colour, int value, bool progressive = false) {
    jpeg_compress_struct encoder;
    jpeg_error_mgr errors;
    encoder.err = jpeg_std_error(&errors);
    jpeg_create_compress(&encoder);
    unsigned char* memory = nullptr;
    unsigned long bytes = 0;
    jpeg_mem_dest(&encoder, &memory, &bytes);
    encoder.image_width = width;
    encoder.image_height = height;
    encoder.input_components = colour ? 3 : 1;
    encoder.in_color_space = colour ? JCS_RGB : JCS_GRAYSCALE;
    jpeg_set_defaults(&encoder);
    jpeg_set_quality(&encoder, 95, TRUE);
    if (progressive)
        jpeg_simple_progression(&encoder);
    jpeg_start_compress(&encoder, TRUE);
    std::vector<unsigned char> row(width * static_cast<unsigned>(encoder.input_components),
                                   static_cast<unsigned char>(value));
    JSAMPROW pointer = row.data();
    while (encoder.next_scanline < height)
        jpeg_write_scanlines(&encoder, &pointer, 1);
    jpeg_finish_compress(&encoder);
    QByteArray out(reinterpret_cast<const char*>(memory), qsizetype(bytes));
    jpeg_destroy_compress(&encoder);
    std::free(memory);
    return out;
}

} // namespace plumbline::test
