#pragma once
// Bytes that tensors look at. A Storage never changes after it is shared: views on any thread need no lock.

#include "core/base/result.h"

#include <cstddef>
#include <filesystem>
#include <memory>

namespace plumbline {

class Storage {
public:
    /// Memory of its own, aligned to 64 bytes (a cache line, and AVX-512's widest load), not initialised.
    static Result<std::shared_ptr<Storage>> allocate(std::size_t bytes);
    /// A read-only private mapping of a whole file. Pages are the kernel's to drop: a 5 GB file costs no memory.
    static Result<std::shared_ptr<const Storage>> mapFile(const std::filesystem::path& path);
    /// Memory that somebody else owns; `owner` keeps it alive as long as this storage.
    static std::shared_ptr<const Storage> wrap(const std::byte* data, std::size_t bytes, std::shared_ptr<void> owner);

    /// Whether that much private memory is to be had right now: what asks a library before it answers a failed
    /// allocation with a crash or with a wrong reason.
    static bool hasRoom(std::size_t bytes);

    ~Storage();
    Storage(const Storage&) = delete;
    Storage& operator=(const Storage&) = delete;

    const std::byte* data() const { return m_data; }
    std::size_t bytes() const { return m_bytes; }
    /// For the one owner that fills it, before it is shared. Null for mapped and wrapped memory.
    std::byte* mutableData() { return m_kind == Kind::owned ? const_cast<std::byte*>(m_data) : nullptr; }
    bool isMapped() const { return m_kind == Kind::mapped; }

private:
    enum class Kind { owned, mapped, wrapped };
    Storage(Kind kind, const std::byte* data, std::size_t bytes, std::shared_ptr<void> owner);

    Kind m_kind;
    const std::byte* m_data;
    std::size_t m_bytes;
    std::shared_ptr<void> m_owner;
};

} // namespace plumbline
