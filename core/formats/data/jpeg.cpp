#include "core/formats/data/fileerror.h"
#include "core/formats/data/picture.h"

#include <jerror.h>
#include <jpeglib.h>

#include <csetjmp>
#include <cstdio>

namespace plumbline {

namespace {

/// libjpeg's errors leave by longjmp: nothing with a destructor may stand between.
struct JpegErrors {
    jpeg_error_mgr manager; // first: libjpeg hands a pointer to it back
    std::jmp_buf jump;
    char reason[JMSG_LENGTH_MAX] = "";
};

void failed(j_common_ptr decoder) {
    auto* errors = reinterpret_cast<JpegErrors*>(decoder->err);
    decoder->err->format_message(decoder, errors->reason);
    std::longjmp(errors->jump, 1);
}

/// A warning of libjpeg is damage it fills with grey: here it is an error, but for stray bytes between markers.
void warned(j_common_ptr decoder, int level) {
    if (level < 0 && decoder->err->msg_code != JWRN_EXTRANEOUS_DATA)
        failed(decoder);
}

void silent(j_common_ptr) {}

/// A progressive file may hold thousands of scans of a large picture: a bomb in time.
void countScans(j_common_ptr decoder) {
    constexpr int mostScans = 200;
    auto* picture = reinterpret_cast<jpeg_decompress_struct*>(decoder);
    if (picture->input_scan_number > mostScans)
        ERREXIT(decoder, JERR_BAD_PROGRESSION);
}

struct JpegReader {
    JpegErrors errors;
    jpeg_progress_mgr progress{};
    jpeg_decompress_struct decoder{};
    JpegReader() {
        decoder.err = jpeg_std_error(&errors.manager);
        errors.manager.error_exit = failed;
        errors.manager.emit_message = warned;
        errors.manager.output_message = silent;
        progress.progress_monitor = countScans;
    }
    ~JpegReader() { jpeg_destroy_decompress(&decoder); }
    JpegReader(const JpegReader&) = delete;
    JpegReader& operator=(const JpegReader&) = delete;
};

bool readHeader(JpegReader& reader, std::span<const std::byte> file, PictureHeader& header) {
    if (setjmp(reader.errors.jump))
        return false;
    jpeg_create_decompress(&reader.decoder);
    reader.decoder.progress = &reader.progress;
    jpeg_mem_src(&reader.decoder, reinterpret_cast<const unsigned char*>(file.data()), file.size());
    jpeg_read_header(&reader.decoder, TRUE);
    header.width = reader.decoder.image_width;
    header.height = reader.decoder.image_height;
    header.colour = reader.decoder.jpeg_color_space != JCS_GRAYSCALE;
    return true;
}

bool readPixels(JpegReader& reader, std::uint8_t* pixels, std::size_t rowBytes) {
    if (setjmp(reader.errors.jump))
        return false;
    auto& decoder = reader.decoder;
    decoder.out_color_space = decoder.jpeg_color_space == JCS_GRAYSCALE ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_start_decompress(&decoder);
    while (decoder.output_scanline < decoder.output_height) {
        JSAMPROW row = pixels + decoder.output_scanline * rowBytes;
        jpeg_read_scanlines(&decoder, &row, 1);
    }
    jpeg_finish_decompress(&decoder);
    return true;
}

} // namespace

Result<PictureHeader> readJpeg(std::span<const std::byte> file, const std::string& name,
                               std::vector<std::uint8_t>* pixels) {
    JpegReader reader;
    PictureHeader header;
    if (!readHeader(reader, file, header))
        return damagedPicture(name, reader.errors.reason);
    const auto space = reader.decoder.jpeg_color_space;
    if (space == JCS_CMYK || space == JCS_YCCK)
        return fileFailure(name, ErrorCode::unsupported, "image.cmyk",
                           "{file} is a JPEG in CMYK: save it in RGB or grey.");
    PLUMBLINE_CHECK(checkPictureSize(header, file.size(), name));
    if (!pixels)
        return header;
    const auto rowBytes = static_cast<std::size_t>(header.width * header.channels());
    pixels->resize(rowBytes * static_cast<std::size_t>(header.height));
    if (!readPixels(reader, pixels->data(), rowBytes))
        return damagedPicture(name, reader.errors.reason);
    return header;
}

} // namespace plumbline
