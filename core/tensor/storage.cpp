#include "core/tensor/storage.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace plumbline {

Storage::Storage(Kind kind, const std::byte* data, std::size_t bytes, std::shared_ptr<void> owner)
    : m_kind(kind), m_data(data), m_bytes(bytes), m_owner(std::move(owner)) {}

Storage::~Storage() {
    if (m_kind == Kind::owned)
        std::free(const_cast<std::byte*>(m_data));
    else if (m_kind == Kind::mapped && m_data)
        ::munmap(const_cast<std::byte*>(m_data), m_bytes);
}

Result<std::shared_ptr<Storage>> Storage::allocate(std::size_t bytes) {
    constexpr std::size_t alignment = 64;
    void* memory = nullptr;
    if (bytes <= SIZE_MAX - alignment)
        memory = std::aligned_alloc(alignment, (bytes + alignment) / alignment * alignment);
    if (!memory)
        return failure(ErrorCode::tooLarge, "memory.allocation", "No memory left for {size} more.",
                       {{"size", bytesText(bytes)}});
    return std::shared_ptr<Storage>(new Storage(Kind::owned, static_cast<std::byte*>(memory), bytes, nullptr));
}

bool Storage::hasRoom(std::size_t bytes) {
    void* probe = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return probe != MAP_FAILED && ::munmap(probe, bytes) == 0;
}

Result<std::shared_ptr<const Storage>> Storage::mapFile(const std::filesystem::path& path) {
    const auto unreadable = [&](const char* reason) {
        auto error = failure(ErrorCode::cannotRead, "file.open", "{file} cannot be read: {reason}.",
                             {{"file", path.string()}, {"reason", std::string(reason)}});
        error.error().file = path.string();
        return error;
    };
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); // a pipe without a writer would wait
    if (fd < 0)
        return unreadable(std::strerror(errno));
    struct stat info {};
    if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        ::close(fd);
        return unreadable(S_ISDIR(info.st_mode) ? "it is a folder" : "it is not a regular file");
    }
    const auto bytes = static_cast<std::size_t>(info.st_size);
    void* memory = nullptr;
    if (bytes > 0)
        memory = ::mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE, fd, 0);
    const int reason = errno;
    ::close(fd);
    if (memory == MAP_FAILED)
        return unreadable(std::strerror(reason));
    return std::shared_ptr<const Storage>(
        new Storage(Kind::mapped, static_cast<const std::byte*>(memory), bytes, nullptr));
}

std::shared_ptr<const Storage> Storage::wrap(const std::byte* data, std::size_t bytes, std::shared_ptr<void> owner) {
    return std::shared_ptr<const Storage>(new Storage(Kind::wrapped, data, bytes, std::move(owner)));
}

} // namespace plumbline
