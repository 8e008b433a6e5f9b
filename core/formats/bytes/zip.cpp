#include "core/formats/bytes/zip.h"

#include <zip.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <unordered_map>

namespace plumbline {

namespace {

std::unexpected<Error> zipFailure(const std::string& path, std::string id, std::string pattern,
                                  Message::Arguments arguments, ErrorCode code = ErrorCode::cannotRead) {
    arguments.emplace_back("file", path);
    auto error = failure(code, std::move(id), std::move(pattern), std::move(arguments));
    error.error().file = path;
    return error;
}

} // namespace

bool ZipArchive::isZip(std::span<const std::byte> head) {
    // A local file header, or the end record of an archive without members.
    return head.size() >= 4 &&
           (std::memcmp(head.data(), "PK\3\4", 4) == 0 || std::memcmp(head.data(), "PK\5\6", 4) == 0);
}

Result<ZipArchive> ZipArchive::open(const std::string& path, ZipLimits limits) {
    int code = 0;
    auto* handle = zip_open(path.c_str(), ZIP_RDONLY, &code);
    if (!handle) {
        zip_error_t error;
        zip_error_init_with_code(&error, code);
        const std::string reason = zip_error_strerror(&error);
        zip_error_fini(&error);
        return zipFailure(path, "zip.open",
                          "{file} is not a whole zip archive ({reason}): its table of members at the end is missing or "
                          "damaged. It was probably cut short; save or copy it again.",
                          {{"reason", reason}});
    }
    return list(std::shared_ptr<zip>(handle, zip_discard), path, limits);
}

Result<ZipArchive> ZipArchive::fromMemory(std::shared_ptr<const Storage> bytes, std::string label, ZipLimits limits) {
    zip_error_t error;
    zip_error_init(&error);
    auto* source = zip_source_buffer_create(bytes->data(), bytes->bytes(), 0, &error);
    auto* handle = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : nullptr;
    if (!handle) {
        const std::string reason = zip_error_strerror(&error);
        zip_error_fini(&error);
        if (source)
            zip_source_free(source);
        return zipFailure(label, "zip.open", "{file} is not a whole zip archive ({reason}).", {{"reason", reason}});
    }
    return list(std::shared_ptr<zip>(handle, [bytes](zip* z) { zip_discard(z); }), std::move(label), limits);
}

Result<ZipArchive> ZipArchive::list(std::shared_ptr<zip> archive, std::string path, ZipLimits limits) {
    ZipArchive out;
    std::unordered_map<std::string, std::size_t> places;
    const auto count = zip_get_num_entries(archive.get(), 0);
    if (count < 0 || static_cast<std::uint64_t>(count) > limits.members)
        return zipFailure(path, "zip.members", "{file} lists {count} members; at most {limit} are accepted.",
                          {{"count", std::int64_t(count)}, {"limit", std::int64_t(limits.members)}});
    for (zip_int64_t i = 0; i < count; ++i) {
        zip_stat_t stat;
        if (zip_stat_index(archive.get(), static_cast<zip_uint64_t>(i), 0, &stat) != 0 ||
            (stat.valid & (ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE)) !=
                (ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE))
            return zipFailure(path, "zip.member", "Member {index} of {file} has no readable entry.",
                              {{"index", std::int64_t(i)}});
        ZipMember member{stat.name, stat.size, stat.comp_size, static_cast<std::uint64_t>(i)};
        // Of two members of one name the last counts, as for Python's zipfile and so for NumPy and Keras.
        const auto [place, isNew] = places.try_emplace(member.name, out.m_members.size());
        if (isNew)
            out.m_members.push_back(std::move(member));
        else
            out.m_members[place->second] = std::move(member);
    }
    out.m_archive = std::move(archive);
    out.m_path = std::move(path);
    out.m_limits = limits;
    return out;
}

const ZipMember* ZipArchive::find(std::string_view name) const {
    const auto it = std::find_if(m_members.begin(), m_members.end(),
                                 [name](const ZipMember& member) { return member.name == name; });
    return it == m_members.end() ? nullptr : &*it;
}

Result<ZipStream> ZipArchive::stream(const ZipMember& member) const {
    const bool bomb = member.bytes > m_limits.harmless && member.bytes / m_limits.inflation > member.storedBytes;
    if (bomb || member.bytes > m_limits.memberBytes)
        return zipFailure(m_path, "zip.bomb",
                          "Member {member} of {file} claims to inflate from {stored} to {bytes}; at most {limit} times "
                          "is accepted. It is not read.",
                          {{"member", member.name},
                           {"stored", bytesText(member.storedBytes)},
                           {"bytes", bytesText(member.bytes)},
                           {"limit", std::int64_t(m_limits.inflation)}},
                          ErrorCode::refused);
    ZipStream out;
    out.m_archive = m_archive;
    out.m_file = zip_fopen_index(m_archive.get(), member.index, 0);
    out.m_remaining = member.bytes;
    out.m_label = member.name;
    out.m_path = m_path;
    if (!out.m_file)
        return zipFailure(m_path, "zip.member", "Member {member} of {file} cannot be opened: {reason}.",
                          {{"member", member.name}, {"reason", std::string(zip_strerror(m_archive.get()))}});
    return out;
}

Result<std::shared_ptr<const Storage>> ZipArchive::read(const ZipMember& member) const {
    PLUMBLINE_TRY(auto in, stream(member));
    PLUMBLINE_TRY(auto storage, Storage::allocate(static_cast<std::size_t>(member.bytes)));
    PLUMBLINE_CHECK(in.read({storage->mutableData(), static_cast<std::size_t>(member.bytes)}));
    return std::shared_ptr<const Storage>(std::move(storage));
}

Result<std::string> ZipArchive::readText(const ZipMember& member, std::uint64_t limit) const {
    if (member.bytes > limit)
        return zipFailure(m_path, "zip.text-size",
                          "Member {member} of {file} is {bytes} of text; at most {limit} are accepted.",
                          {{"member", member.name}, {"bytes", bytesText(member.bytes)}, {"limit", bytesText(limit)}});
    PLUMBLINE_TRY(auto in, stream(member));
    std::string text(static_cast<std::size_t>(member.bytes), '\0');
    PLUMBLINE_CHECK(in.read({reinterpret_cast<std::byte*>(text.data()), text.size()}));
    return text;
}

ZipStream::ZipStream(ZipStream&& other) noexcept
    : m_archive(std::move(other.m_archive)), m_file(std::exchange(other.m_file, nullptr)),
      m_remaining(other.m_remaining), m_label(std::move(other.m_label)), m_path(std::move(other.m_path)) {}

ZipStream::~ZipStream() {
    if (m_file)
        zip_fclose(m_file);
}

Result<void> ZipStream::read(std::span<std::byte> out) {
    while (!out.empty()) {
        const auto wanted = std::min<std::uint64_t>({out.size(), m_remaining, 1u << 26});
        const auto got = wanted == 0 ? 0 : zip_fread(m_file, out.data(), wanted);
        if (got <= 0)
            return zipFailure(m_path, "zip.damaged",
                              "Member {member} of {file} is damaged: {missing} of its bytes are missing ({reason}).",
                              {{"member", m_label},
                               {"missing", countText(static_cast<std::int64_t>(out.size()))},
                               {"reason", std::string(got < 0 ? zip_file_strerror(m_file) : "it ends early")}});
        m_remaining -= static_cast<std::uint64_t>(got);
        out = out.subspan(static_cast<std::size_t>(got));
    }
    // The CRC is checked by the read that meets the end; asking for one byte more makes sure that it happens.
    std::byte extra;
    if (m_remaining == 0 && zip_fread(m_file, &extra, 1) != 0)
        return zipFailure(m_path, "zip.damaged",
                          "Member {member} of {file} is damaged: its content does not match its size or checksum.",
                          {{"member", m_label}});
    return {};
}

Result<void> ZipStream::skip(std::uint64_t bytes) {
    std::array<std::byte, 1 << 16> buffer;
    while (bytes > 0) {
        const auto step = std::min<std::uint64_t>(bytes, buffer.size());
        PLUMBLINE_CHECK(read(std::span(buffer).first(static_cast<std::size_t>(step))));
        bytes -= step;
    }
    return {};
}

} // namespace plumbline
