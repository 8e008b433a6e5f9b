#include "core/formats/data/writers.h"

#include "core/base/escape.h"
#include "core/formats/data/fileerror.h"
#include "core/formats/data/npyheader.h"

#include <unistd.h>
#include <zip.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace plumbline {

namespace {

std::unexpected<Error> unwritable(const std::string& path, const std::string& reason) {
    return fileFailure(path, ErrorCode::wrongCall, "file.write", "{file} cannot be written: {reason}.",
                       {{"reason", reason}});
}

/// What is stored: dense, in a type that NumPy has.
Result<Tensor> storable(const Tensor& tensor) {
    if (tensor.dtype() == DType::bfloat16)
        return tensor.cast(DType::float32);
    return tensor.contiguous();
}

struct ZipDiscard {
    void operator()(zip_t* archive) const { zip_discard(archive); }
};

} // namespace

Result<void> writeNpy(const std::string& path, const Tensor& tensor) {
    PLUMBLINE_TRY(const Tensor dense, storable(tensor));
    const auto header = makeNpyHeader(dense.dtype(), dense.shape());
    const std::string temporary = path + "." + std::to_string(::getpid()) + ".part";
    std::FILE* file = std::fopen(temporary.c_str(), "wbx");
    if (!file)
        return unwritable(path, std::strerror(errno));
    bool good = std::fwrite(header.data(), 1, header.size(), file) == header.size() &&
                (dense.bytes() == 0 || std::fwrite(dense.data(), 1, dense.bytes(), file) == dense.bytes()) &&
                std::fflush(file) == 0 && ::fsync(::fileno(file)) == 0;
    int reason = errno;
    if (std::fclose(file) != 0 && good) {
        reason = errno;
        good = false;
    }
    if (good && std::rename(temporary.c_str(), path.c_str()) == 0)
        return {};
    if (good)
        reason = errno;
    std::remove(temporary.c_str());
    return unwritable(path, std::strerror(reason));
}

Result<void> writeNpz(const std::string& path, const std::vector<std::pair<std::string, Tensor>>& members) {
    int code = 0;
    std::unique_ptr<zip_t, ZipDiscard> archive(zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code));
    if (!archive) {
        zip_error_t error;
        zip_error_init_with_code(&error, code);
        const std::string reason = zip_error_strerror(&error);
        zip_error_fini(&error);
        return unwritable(path, reason);
    }
    // libzip reads all of it in zip_close(), which writes a file beside the target and renames it.
    std::vector<Tensor> kept;
    std::vector<std::string> headers;
    kept.reserve(members.size());
    headers.reserve(members.size());
    for (const auto& [name, tensor] : members) {
        PLUMBLINE_TRY(Tensor dense, storable(tensor));
        kept.push_back(std::move(dense));
        headers.push_back(makeNpyHeader(kept.back().dtype(), kept.back().shape()));
        zip_buffer_fragment_t fragments[] = {
            {reinterpret_cast<zip_uint8_t*>(headers.back().data()), headers.back().size()},
            {const_cast<zip_uint8_t*>(reinterpret_cast<const zip_uint8_t*>(kept.back().data())), kept.back().bytes()}};
        zip_source_t* source = zip_source_buffer_fragment(archive.get(), fragments, kept.back().bytes() ? 2 : 1, 0);
        const auto index =
            source ? zip_file_add(archive.get(), (memberName(name) + ".npy").c_str(), source, ZIP_FL_ENC_UTF_8) : -1;
        if (index < 0) {
            const std::string reason = zip_strerror(archive.get());
            zip_source_free(source);
            return unwritable(path, "member \"" + quotable(name) + "\": " + reason);
        }
        // Stored, as numpy.savez does, and with NumPy's own fixed date: the same arrays give the same bytes.
        constexpr zip_uint16_t firstOfJanuary1980 = (0 << 9) | (1 << 5) | 1;
        zip_set_file_compression(archive.get(), static_cast<zip_uint64_t>(index), ZIP_CM_STORE, 0);
        zip_file_set_dostime(archive.get(), static_cast<zip_uint64_t>(index), 0, firstOfJanuary1980, 0);
    }
    if (zip_close(archive.get()) != 0)
        return unwritable(path, zip_strerror(archive.get()));
    static_cast<void>(archive.release());
    return {};
}

} // namespace plumbline
