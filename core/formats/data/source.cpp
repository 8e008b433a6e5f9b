#include "core/formats/data/source.h"

#include "core/base/utf8.h"
#include "core/formats/bytes/hdf5.h"
#include "core/formats/data/fileerror.h"
#include "core/formats/data/npyheader.h"
#include "core/formats/data/readers.h"

#include <algorithm>
#include <cctype>
#include <filesystem>

namespace plumbline {

namespace {

enum class Kind { npy, zip, csv, hdf5, image };

std::string_view head(const OpenedFile& file) {
    return {reinterpret_cast<const char*>(file.bytes->data()), std::min<std::size_t>(file.bytes->bytes(), 4096)};
}

bool looksLikeText(std::string_view text) {
    return std::ranges::none_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t' && byte != '\f';
    });
}

/// ".npy" for a file so named, and so on; empty for a name that may be a table's.
std::string_view nameOfBinaryFormat(const std::string& path) {
    static constexpr std::string_view names[] = {".npy", ".npz", ".h5", ".hdf5", ".png", ".jpg", ".jpeg"};
    auto extension = std::filesystem::path(path).extension().string();
    std::ranges::transform(extension, extension.begin(), [](unsigned char c) { return std::tolower(c); });
    const auto found = std::ranges::find(names, extension);
    return found == std::end(names) ? std::string_view() : *found;
}

/// What the file is, told by its content.
Result<Kind> kindOf(const OpenedFile& file) {
    const auto begin = head(file);
    if (begin.starts_with("\x93NUMPY"))
        return Kind::npy;
    if (begin.starts_with("PK\x03\x04") || begin.starts_with("PK\x05\x06"))
        return Kind::zip;
    if (begin.starts_with("\x89PNG") || begin.starts_with("\xff\xd8\xff"))
        return Kind::image;
    if (Hdf5File::isHdf5({file.bytes->data(), file.bytes->bytes()}))
        return Kind::hdf5;
    if (begin.empty())
        return fileFailure(file.path, ErrorCode::cannotRead, "data.empty", "{file} is empty: it has 0 bytes.");
    if (begin.starts_with("version https://git-lfs"))
        return fileFailure(file.path, ErrorCode::cannotRead, "data.lfs",
                           "{file} is a Git LFS pointer, not the data itself: fetch it with git lfs pull.");
    if (begin.size() > 1 && begin[0] == '\x80' && begin[1] >= 2 && begin[1] <= 5)
        return fileFailure(
            file.path, ErrorCode::refused, "data.pickle",
            "{file} is a Python pickle: a pickle is code and is never run. Save the array with numpy.save.");
    if (begin.starts_with("\xff\xfe") || begin.starts_with("\xfe\xff"))
        return fileFailure(file.path, ErrorCode::cannotRead, "csv.encoding",
                           "{file} is text in UTF-16: save it as UTF-8, which is what a CSV is read as.");
    // A format's signature cut short begins with a byte that no text begins with; a letter of Latin-1 is none of those.
    const auto first = static_cast<unsigned char>(begin[0]);
    if (looksLikeText(begin) && (characterLength(begin) > 0 || (first >= 0xc0 && first < 0xff))) {
        // A table has no signature to tell it by: text under the name of a format that has one is damage, no table.
        if (const auto name = nameOfBinaryFormat(file.path); !name.empty())
            return fileFailure(file.path, ErrorCode::cannotRead, "data.not-what-it-is-named",
                               "{file} holds text, where a {name} file begins with a signature of its own.",
                               {{"name", std::string(name)}}, 0);
        return Kind::csv;
    }
    return fileFailure(
        file.path, ErrorCode::cannotRead, "data.unknown",
        "{file} is none of the formats read here: .npy, .npz, CSV text, HDF5, PNG and JPEG, told by their content.", {},
        0);
}

Result<OpenedFile> openFile(const std::string& path) {
    std::error_code problem;
    if (!std::filesystem::exists(path, problem))
        return fileFailure(path, ErrorCode::cannotRead, "file.missing", "{file} does not exist.");
    PLUMBLINE_TRY(auto bytes, Storage::mapFile(path));
    return OpenedFile{path, std::move(bytes)};
}

bool isFolder(const std::string& path) {
    std::error_code problem;
    return std::filesystem::is_directory(path, problem);
}

} // namespace

Result<std::unique_ptr<DataSource>> openSource(const SourceSpec& spec, const Progress& progress) {
    if (spec.law)
        return failure(ErrorCode::wrongCall, "law.shape",
                       "The law {law} has no shape of its own: it is drawn for a model's input.",
                       {{"law", spec.law->text()}});
    if (isFolder(spec.path))
        return openImages(spec, progress);
    PLUMBLINE_TRY(const auto file, openFile(spec.path));
    PLUMBLINE_TRY(const auto kind, kindOf(file));
    switch (kind) {
    case Kind::npy: return openNpy(file, spec);
    case Kind::zip: return openNpz(file, spec);
    case Kind::hdf5: return openHdf5(file, spec);
    case Kind::image: return openImages(spec, progress);
    case Kind::csv: break;
    }
    return openCsv(file, spec, progress);
}

Result<std::vector<SourceEntry>> listSource(const std::string& path) {
    if (isFolder(path))
        return listImages(path);
    PLUMBLINE_TRY(const auto file, openFile(path));
    PLUMBLINE_TRY(const auto kind, kindOf(file));
    switch (kind) {
    case Kind::npy: return listNpy(file);
    case Kind::zip: return listNpz(file);
    case Kind::hdf5: return listHdf5(file);
    case Kind::image: return listImages(path);
    case Kind::csv: break;
    }
    return listCsv(file);
}

} // namespace plumbline
