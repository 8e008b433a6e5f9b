#pragma once
// Zip archives from files nobody vouches for: `.keras`, `.npz`. A member's declared size is held against what is stored
// before a byte is inflated, and a member that gives more or fewer bytes than it declares, or a wrong CRC, is an error.
// A ZipArchive and its streams belong to one thread at a time.

#include "core/base/result.h"
#include "core/tensor/storage.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct zip;
struct zip_file;

namespace plumbline {

struct ZipLimits {
    std::uint64_t inflation = 100;          ///< a member may inflate so many times …
    std::uint64_t harmless = 1u << 20;      ///< … or to so many bytes, whatever it is stored as
    std::uint64_t memberBytes = 1ull << 40; ///< of one member, inflated
    std::uint64_t members = 100'000;
};

struct ZipMember {
    std::string name;
    std::uint64_t bytes = 0;       ///< inflated
    std::uint64_t storedBytes = 0; ///< in the archive
    std::uint64_t index = 0;
};

/// One member read from front to back. Keeps its archive open.
class ZipStream {
public:
    ZipStream(ZipStream&&) noexcept;
    ~ZipStream();
    /// Fills all of `out`; an error where the member ends before, or its CRC is wrong at its end.
    Result<void> read(std::span<std::byte> out);
    Result<void> skip(std::uint64_t bytes);
    std::uint64_t remaining() const { return m_remaining; }

private:
    friend class ZipArchive;
    ZipStream() = default;
    std::shared_ptr<zip> m_archive;
    zip_file* m_file = nullptr;
    std::uint64_t m_remaining = 0;
    std::string m_label;
    std::string m_path;
};

class ZipArchive {
public:
    static Result<ZipArchive> open(const std::string& path, ZipLimits limits = {});
    /// `label` stands for the path in errors.
    static Result<ZipArchive> fromMemory(std::shared_ptr<const Storage> bytes, std::string label,
                                         ZipLimits limits = {});
    /// Whether the bytes begin as an archive does.
    static bool isZip(std::span<const std::byte> head);

    const std::string& path() const { return m_path; }
    const std::vector<ZipMember>& members() const { return m_members; }
    const ZipMember* find(std::string_view name) const;
    Result<ZipStream> stream(const ZipMember& member) const;
    Result<std::shared_ptr<const Storage>> read(const ZipMember& member) const;
    /// A whole member as text, at most `limit` bytes of it.
    Result<std::string> readText(const ZipMember& member, std::uint64_t limit = 256u << 20) const;

private:
    static Result<ZipArchive> list(std::shared_ptr<zip> archive, std::string path, ZipLimits limits);

    std::shared_ptr<zip> m_archive;
    std::shared_ptr<const Storage> m_bytes; ///< outlives m_archive's use of it: kept by its deleter too
    std::string m_path;
    ZipLimits m_limits;
    std::vector<ZipMember> m_members;
};

} // namespace plumbline
