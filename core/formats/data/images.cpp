#include "core/formats/data/arraysource.h"
#include "core/formats/data/fileerror.h"
#include "core/formats/data/picture.h"
#include "core/formats/data/readers.h"

#include <algorithm>
#include <filesystem>

namespace plumbline {

namespace {

std::span<const std::byte> bytesOf(const Storage& storage) { return {storage.data(), storage.bytes()}; }

/// Pictures of one size as (n, h, w, c) uint8, decoded as they are asked for.
class ImageSource final : public DataSource {
public:
    ImageSource(std::vector<std::string> files, PictureHeader header, std::optional<AffineMap> map)
        : m_files(std::move(files)), m_header(header),
          m_map(std::move(map)), m_shape{static_cast<std::int64_t>(m_files.size()), header.height, header.width,
                                         header.channels()} {}

    const Shape& shape() const override { return m_shape; }
    DType dtype() const override { return mappedDType(DType::uint8, m_map); }
    std::string format() const override { return "image"; }

    Result<Tensor> rows(std::int64_t begin, std::int64_t count) override {
        PLUMBLINE_CHECK(checkRange(*this, begin, count));
        Shape shape = m_shape;
        shape[0] = count;
        PLUMBLINE_TRY(auto builder, TensorBuilder::allocate(DType::uint8, shape));
        const auto pixels = static_cast<std::size_t>(m_header.height * m_header.width * m_header.channels());
        for (std::int64_t i = 0; i < count; ++i) {
            const auto& file = m_files[static_cast<std::size_t>(begin + i)];
            PLUMBLINE_TRY(const auto storage, Storage::mapFile(file));
            PLUMBLINE_CHECK(
                decodePicture(bytesOf(*storage), file, m_header,
                              builder.span<std::uint8_t>().subspan(static_cast<std::size_t>(i) * pixels, pixels)));
        }
        Tensor out = std::move(builder).build();
        return m_map ? applyMap(*m_map, out) : Result<Tensor>(std::move(out));
    }
    Result<Tensor> all() override { return rows(0, m_shape[0]); }

private:
    std::vector<std::string> m_files;
    PictureHeader m_header;
    std::optional<AffineMap> m_map;
    Shape m_shape;
};

/// All files below a folder, in the order of their paths; links to folders are not followed.
Result<std::vector<std::string>> filesBelow(const std::string& folder) {
    namespace fs = std::filesystem;
    constexpr std::size_t most = 10'000'000;
    std::vector<std::string> files;
    std::error_code problem;
    for (fs::recursive_directory_iterator it(folder, problem), end; !problem && it != end; it.increment(problem)) {
        std::error_code ignored;
        if (it->is_regular_file(ignored) && files.size() < most)
            files.push_back(it->path().string());
    }
    if (problem)
        return fileFailure(folder, ErrorCode::cannotRead, "image.folder", "The folder {file} cannot be read: {reason}.",
                           {{"reason", problem.message()}});
    std::ranges::sort(files);
    return files;
}

struct Pictures {
    std::vector<std::string> files;
    PictureHeader header;
};

Result<Pictures> inspect(const std::string& path, const Progress& progress) {
    std::error_code problem;
    const bool folder = std::filesystem::is_directory(path, problem);
    std::vector<std::string> candidates{path};
    if (folder) {
        PLUMBLINE_TRY(candidates, filesBelow(path));
    }
    Pictures out;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (progress.isCancelled())
            return Progress::cancelled();
        const auto& file = candidates[i];
        auto storage = Storage::mapFile(file);
        if (!storage && !folder)
            return passOn(storage);
        if (folder &&
            (!storage || !looksLikePicture(bytesOf(**storage)))) // notes and thumbnails' databases stand among pictures
            continue;
        PLUMBLINE_TRY(const auto header, readPictureHeader(bytesOf(**storage), file));
        if (out.files.empty())
            out.header = header;
        else if (header.height != out.header.height || header.width != out.header.width)
            return fileFailure(
                path, ErrorCode::shape, "image.sizes",
                "The pictures in {file} differ in size: {first} has {first_size}, {second} has {second_size} "
                "(width x height). One array needs one size.",
                {{"first", std::filesystem::path(out.files.front()).filename().string()},
                 {"first_size", std::to_string(out.header.width) + " x " + std::to_string(out.header.height)},
                 {"second", std::filesystem::path(file).filename().string()},
                 {"second_size", std::to_string(header.width) + " x " + std::to_string(header.height)}});
        out.header.colour |= header.colour;
        out.header.alpha |= header.alpha;
        out.files.push_back(file);
    }
    if (out.files.empty())
        return fileFailure(path, ErrorCode::cannotRead, "image.none",
                           "The folder {file} holds no PNG or JPEG pictures.");
    return out;
}

} // namespace

SourceResult openImages(const SourceSpec& spec, const Progress& progress) {
    PLUMBLINE_CHECK(refusePart(spec, "made of pictures"));
    PLUMBLINE_TRY(auto pictures, inspect(spec.path, progress));
    return std::make_unique<ImageSource>(std::move(pictures.files), pictures.header, spec.map);
}

EntriesResult listImages(const std::string& path) {
    PLUMBLINE_TRY(const auto pictures, inspect(path, {}));
    return std::vector<SourceEntry>{{"",
                                     {static_cast<std::int64_t>(pictures.files.size()), pictures.header.height,
                                      pictures.header.width, pictures.header.channels()},
                                     DType::uint8}};
}

} // namespace plumbline
