#include "core/formats/bytes/zip.h"
#include "core/formats/data/arraysource.h"
#include "core/formats/data/fileerror.h"
#include "core/formats/data/npyheader.h"
#include "core/formats/data/readers.h"

#include <algorithm>

namespace plumbline {

namespace {

/// A member up to this size is read whole and kept; a larger one is streamed.
constexpr std::uint64_t keptBytes = 64u << 20;

ZipLimits limits() {
    ZipLimits out;
    out.inflation = 1032; // what deflate can reach at all: an array of zeros does
    return out;
}

std::string arrayName(const ZipMember& member) {
    constexpr std::string_view suffix = ".npy";
    return member.name.ends_with(suffix) ? member.name.substr(0, member.name.size() - suffix.size()) : std::string();
}

Result<NpyHeader> readHeader(const ZipArchive& archive, const ZipMember& member) {
    constexpr std::uint64_t window = 128u << 10; // longer than any version 1.0 header
    PLUMBLINE_TRY(auto stream, archive.stream(member));
    std::vector<std::byte> begin(static_cast<std::size_t>(std::min(member.bytes, window)));
    PLUMBLINE_CHECK(stream.read(begin));
    return parseNpyHeader(begin, member.bytes, archive.path() + ":" + arrayName(member));
}

/// Rows of a large row-major member, inflated as they are asked for. Going back begins again at the front.
class NpzStreamSource final : public DataSource {
public:
    NpzStreamSource(ZipArchive archive, const ZipMember& member, NpyHeader header, std::optional<AffineMap> map)
        : m_archive(std::move(archive)), m_member(member), m_header(std::move(header)), m_map(std::move(map)) {}

    const Shape& shape() const override { return m_header.shape; }
    DType dtype() const override { return mappedDType(m_header.dtype, m_map); }
    std::string format() const override { return "npz"; }

    Result<Tensor> rows(std::int64_t begin, std::int64_t count) override {
        PLUMBLINE_CHECK(checkRange(*this, begin, count));
        Shape shape = m_header.shape;
        shape[0] = count;
        const auto rowBytes =
            m_header.shape[0] == 0 ? 0 : m_header.dataBytes / static_cast<std::uint64_t>(m_header.shape[0]);
        const auto wanted = m_header.dataOffset + static_cast<std::uint64_t>(begin) * rowBytes;
        if (!m_stream || m_position > wanted) {
            PLUMBLINE_TRY(auto stream, m_archive.stream(m_member));
            m_stream.emplace(std::move(stream));
            m_position = 0;
        }
        PLUMBLINE_TRY(auto builder, TensorBuilder::allocate(m_header.dtype, shape));
        const auto bytes = static_cast<std::uint64_t>(count) * rowBytes;
        PLUMBLINE_CHECK(m_stream->skip(wanted - m_position));
        PLUMBLINE_CHECK(m_stream->read({builder.data(), static_cast<std::size_t>(bytes)}));
        m_position = wanted + bytes;
        Tensor out = std::move(builder).build();
        if (m_header.byteSwapped) {
            PLUMBLINE_TRY(out, byteSwapped(out));
        }
        return m_map ? applyMap(*m_map, out) : Result<Tensor>(std::move(out));
    }
    Result<Tensor> all() override {
        if (m_header.shape.rank() > 0)
            return rows(0, m_header.shape[0]);
        return failure(ErrorCode::internal, "npz.scalar", "A single number is never streamed.");
    }

private:
    ZipArchive m_archive;
    ZipMember m_member;
    NpyHeader m_header;
    std::optional<AffineMap> m_map;
    std::optional<ZipStream> m_stream;
    std::uint64_t m_position = 0; ///< of the stream in the member
};

/// The member that `part` names; the only one where it is empty.
Result<const ZipMember*> choose(const ZipArchive& archive, const std::string& part) {
    std::string known, first;
    const ZipMember* only = nullptr;
    std::size_t arrays = 0;
    for (const auto& member : archive.members()) {
        const auto name = arrayName(member);
        if (name.empty())
            continue;
        if (!part.empty() && (name == part || member.name == part))
            return &member;
        only = &member;
        if (arrays == 0)
            first = name;
        if (++arrays <= 50)
            known += (arrays == 1 ? "" : ", ") + quotable(name);
    }
    if (arrays == 0)
        return fileFailure(archive.path(), ErrorCode::cannotRead, "npz.none",
                           "{file} is a zip archive without arrays (members that end in .npy). A saved model is opened "
                           "as the model, not as an array.");
    if (part.empty() && arrays == 1)
        return only;
    if (arrays > 50)
        known += ", …";
    const auto pattern = part.empty() ? "{file} holds {count} arrays: {members}. Name one, as in {file}:{first}."
                                      : "{file} has no array \"{part}\": it holds {members}.";
    return fileFailure(
        archive.path(), ErrorCode::wrongCall, "npz.members", pattern,
        {{"members", known}, {"part", part}, {"count", static_cast<std::int64_t>(arrays)}, {"first", first}});
}

} // namespace

SourceResult openNpz(const OpenedFile& file, const SourceSpec& spec) {
    PLUMBLINE_TRY(const auto archive, ZipArchive::open(file.path, limits()));
    PLUMBLINE_TRY(const ZipMember* member, choose(archive, spec.part));
    PLUMBLINE_TRY(auto header, readHeader(archive, *member));
    if (member->bytes > keptBytes && !header.fortranOrder && header.shape.rank() > 0)
        return std::make_unique<NpzStreamSource>(archive, *member, std::move(header), spec.map);
    PLUMBLINE_TRY(auto bytes, archive.read(*member));
    PLUMBLINE_TRY(Tensor stored,
                  Tensor::view(std::move(bytes), header.dtype, header.shape, header.byteStrides(), header.dataOffset));
    ArraySource::Options options;
    options.format = "npz";
    options.map = spec.map;
    options.byteSwapped = header.byteSwapped;
    return std::make_unique<ArraySource>(std::move(stored), std::move(options));
}

EntriesResult listNpz(const OpenedFile& file) {
    PLUMBLINE_TRY(const auto archive, ZipArchive::open(file.path, limits()));
    std::vector<SourceEntry> entries;
    std::optional<Error> problem;
    for (const auto& member : archive.members()) {
        if (arrayName(member).empty())
            continue;
        const auto header = readHeader(archive, member);
        if (header) // one of text or objects among them is nothing to choose
            entries.push_back({arrayName(member), header->shape, header->dtype});
        else if (!problem)
            problem = header.error();
    }
    if (entries.empty() && problem)
        return std::unexpected(std::move(*problem));
    if (entries.empty()) {
        auto none = choose(archive, {});
        return passOn(none);
    }
    return entries;
}

} // namespace plumbline
