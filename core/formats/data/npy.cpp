#include "core/formats/data/arraysource.h"
#include "core/formats/data/npyheader.h"
#include "core/formats/data/readers.h"

namespace plumbline {

static std::span<const std::byte> content(const OpenedFile& file) {
    return {file.bytes->data(), std::min(file.bytes->bytes(), maximumNpyHeader)};
}

SourceResult openNpy(const OpenedFile& file, const SourceSpec& spec) {
    PLUMBLINE_CHECK(refusePart(spec, "a .npy file"));
    PLUMBLINE_TRY(const auto header, parseNpyHeader(content(file), file.bytes->bytes(), file.path));
    PLUMBLINE_TRY(Tensor stored,
                  Tensor::view(file.bytes, header.dtype, header.shape, header.byteStrides(), header.dataOffset));
    ArraySource::Options options;
    options.format = "npy";
    options.map = spec.map;
    options.byteSwapped = header.byteSwapped;
    return std::make_unique<ArraySource>(std::move(stored), std::move(options));
}

EntriesResult listNpy(const OpenedFile& file) {
    PLUMBLINE_TRY(const auto header, parseNpyHeader(content(file), file.bytes->bytes(), file.path));
    return std::vector<SourceEntry>{{"", header.shape, header.dtype}};
}

} // namespace plumbline
