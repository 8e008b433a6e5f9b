#include "core/formats/model/kind.h"

#include "core/formats/bytes/hdf5.h"
#include "core/formats/bytes/json.h"
#include "core/formats/bytes/protobuf.h"
#include "core/formats/bytes/zip.h"
#include "core/tensor/storage.h"

#include <cstring>
#include <filesystem>
#include <fstream>

namespace plumbline {

namespace fs = std::filesystem;

namespace {

std::unexpected<Error> kindFailure(const std::string& path, ErrorCode code, std::string id, std::string pattern,
                                   Message::Arguments arguments = {}) {
    arguments.emplace_back("file", path);
    auto error = failure(code, std::move(id), std::move(pattern), std::move(arguments));
    error.error().file = path;
    return error;
}

/// Ends a pattern.
const std::string accepted = " Plumbline opens Keras models: .keras archives, .h5 files, and architectures as JSON, "
                             "whose weights are given {--weights}.";

constexpr const char* madeFromKeras = "If it was made from a Keras model, give that model's own file: .keras or .h5.";

std::unexpected<Error> notYet(const std::string& path, const std::string& what, const std::string& advice) {
    return kindFailure(path, ErrorCode::unsupported, "model.kind",
                       "{file} is {what}, which Plumbline does not open yet. {advice}",
                       {{"what", what}, {"advice", advice}});
}

/// `folder`: where saved_model.pb lies. Keras 3 refuses it; tf_keras reads what Keras 2 saved, with keras_metadata.pb
/// beside, and makes no Keras model of what was exported.
std::unexpected<Error> savedModel(const std::string& path, const fs::path& folder, const std::string& what) {
    std::error_code ignored;
    return notYet(path, what,
                  fs::exists(folder / "keras_metadata.pb", ignored)
                      ? "The package tf_keras saves it anew: "
                        "tf_keras.models.load_model('FOLDER').save('model.keras')."
                      : madeFromKeras);
}

Result<ModelFileKind> folderKind(const std::string& path) {
    const auto has = [&](const char* name) {
        std::error_code ignored;
        return fs::exists(fs::path(path) / name, ignored);
    };
    if (has("saved_model.pb") || has("saved_model.pbtxt"))
        return savedModel(path, path, "a TensorFlow SavedModel");
    if (has("config.json") && (has("model.weights.h5") || has("metadata.json")))
        return ModelFileKind::kerasFolder;
    return kindFailure(
        path, ErrorCode::cannotRead, "model.folder",
        "{file} is a folder without a model in it: an unpacked .keras has config.json and model.weights.h5." +
            accepted);
}

Result<ModelFileKind> zipKind(const std::string& path) {
    PLUMBLINE_TRY(const auto archive, ZipArchive::open(path));
    if (archive.find("config.json"))
        return ModelFileKind::kerasArchive;
    bool torch = false, arrays = !archive.members().empty();
    for (const auto& member : archive.members()) {
        torch = torch || member.name.ends_with("/data.pkl") || member.name.ends_with("/version");
        arrays = arrays && member.name.ends_with(".npy");
    }
    if (torch)
        return notYet(path, "a PyTorch checkpoint", "It holds weights as a pickle and no graph.");
    if (arrays)
        return kindFailure(path, ErrorCode::cannotRead, "model.npz",
                           "{file} is an .npz archive of arrays, not a model: give it {--train or --input}." +
                               accepted);
    return kindFailure(path, ErrorCode::cannotRead, "model.zip",
                       "{file} is a zip archive without config.json: no Keras model." + accepted);
}

} // namespace

Result<std::string> headOf(const std::string& path, std::size_t count) {
    std::ifstream in(path, std::ios::binary);
    std::string head(count, '\0');
    in.read(head.data(), static_cast<std::streamsize>(count));
    if (in.bad() || (!in && !in.eof()))
        return kindFailure(path, ErrorCode::cannotRead, "file.read", "{file} cannot be read: {reason}.",
                           {{"reason", std::string(std::strerror(errno))}});
    head.resize(static_cast<std::size_t>(in.gcount()));
    return head;
}

Result<std::string> textOf(const std::string& path, std::uint64_t limit) {
    std::error_code code;
    const auto size = fs::file_size(path, code);
    if (code)
        return kindFailure(path, ErrorCode::cannotRead, "file.read", "{file} cannot be read: {reason}.",
                           {{"reason", code.message()}});
    if (size > limit)
        return kindFailure(path, ErrorCode::cannotRead, "file.size",
                           "{file} is {bytes} of text; at most {limit} are accepted.",
                           {{"bytes", bytesText(size)}, {"limit", bytesText(limit)}});
    return headOf(path, static_cast<std::size_t>(size));
}

Result<void> checkFile(const std::string& path) {
    std::error_code code;
    const auto status = fs::status(path, code);
    if (!fs::exists(status))
        return kindFailure(path, ErrorCode::cannotRead, "file.missing", "There is no file {file}.");
    if (fs::is_directory(status))
        return kindFailure(path, ErrorCode::cannotRead, "file.folder",
                           "{file} is a folder, and a file is needed here.");
    if (!fs::is_regular_file(status))
        return kindFailure(path, ErrorCode::cannotRead, "file.special", "{file} is no regular file.");
    PLUMBLINE_TRY(const auto head, headOf(path, 64));
    if (head.empty())
        return kindFailure(path, ErrorCode::cannotRead, "file.empty",
                           "{file} is empty (0 bytes): it was never written, or cut short.");
    if (head.starts_with("version https://git-lfs"))
        return kindFailure(path, ErrorCode::cannotRead, "file.git-lfs",
                           "{file} is a Git LFS pointer, not the file itself. Fetch the file with `git lfs pull`.");
    return {};
}

Result<ModelFileKind> modelFileKind(const std::string& path) {
    std::error_code code;
    if (fs::is_directory(path, code))
        return folderKind(path);
    PLUMBLINE_CHECK(checkFile(path));
    PLUMBLINE_TRY(const auto head, headOf(path));
    PLUMBLINE_TRY(const auto file, Storage::mapFile(path));
    const std::span bytes(file->data(), file->bytes());
    if (ZipArchive::isZip(bytes))
        return zipKind(path);
    if (head.starts_with("\x93NUMPY"))
        return kindFailure(path, ErrorCode::cannotRead, "model.npy",
                           "{file} is a NumPy array, not a model: give it {--train or --input}." + accepted);
    if (Hdf5File::isHdf5(bytes))
        return ModelFileKind::hdf5;
    if (head.size() > 8 && head.substr(4, 4) == "TFL3")
        return notYet(path, "a TensorFlow Lite model", madeFromKeras);
    if (head.size() > 2 && head[0] == '\x80' && head[1] >= 2 && head[1] <= 5)
        return kindFailure(path, ErrorCode::refused, "model.pickle",
                           "{file} is a Python pickle. Reading one runs code from the file, so it is refused. Save the "
                           "model as .keras.");
    switch (protobufFile(bytes)) {
    case ProtobufFile::onnx: return notYet(path, "an ONNX model", madeFromKeras);
    case ProtobufFile::savedModel:
        return savedModel(path, fs::path(path).parent_path(), "the graph of a TensorFlow SavedModel");
    case ProtobufFile::frozenGraph: return notYet(path, "a graph of TensorFlow (GraphDef)", madeFromKeras);
    case ProtobufFile::none: break;
    }
    if (looksLikeJson(head))
        return ModelFileKind::json;
    return kindFailure(
        path, ErrorCode::cannotRead, "model.unknown",
        "{file} is no model that Plumbline knows: it begins with neither HDF5's signature, nor a zip archive's, nor "
        "JSON." +
            accepted);
}

} // namespace plumbline
