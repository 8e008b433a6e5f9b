#include "core/formats/data/npyheader.h"

#include "core/base/checked.h"
#include "core/formats/data/fileerror.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>

namespace plumbline {

namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::size_t maximumRank = 64; // NumPy 2's own limit

std::string_view text(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Reads the few Python literals of a header: strings, True and False, tuples of integers.
class LiteralReader {
public:
    explicit LiteralReader(std::string_view rest) : m_rest(rest) {}

    std::size_t remaining() const { return m_rest.size(); }
    char peek() {
        while (!m_rest.empty() && (m_rest.front() == ' ' || m_rest.front() == '\n' || m_rest.front() == '\t'))
            m_rest.remove_prefix(1);
        return m_rest.empty() ? '\0' : m_rest.front();
    }
    bool take(std::string_view wanted) {
        peek();
        if (!m_rest.starts_with(wanted))
            return false;
        m_rest.remove_prefix(wanted.size());
        return true;
    }
    std::optional<std::string_view> string() {
        const char quote = peek();
        if (quote != '\'' && quote != '"')
            return std::nullopt;
        const auto end = m_rest.find(quote, 1);
        if (end == std::string_view::npos)
            return std::nullopt;
        const auto value = m_rest.substr(1, end - 1);
        m_rest.remove_prefix(end + 1);
        return value;
    }
    std::optional<bool> boolean() {
        if (take("True"))
            return true;
        return take("False") ? std::optional(false) : std::nullopt;
    }
    std::optional<std::vector<std::int64_t>> tuple() {
        std::vector<std::int64_t> extents;
        if (!take("("))
            return std::nullopt;
        while (!take(")")) {
            peek();
            std::int64_t extent = 0;
            const auto [end, problem] = std::from_chars(m_rest.data(), m_rest.data() + m_rest.size(), extent);
            if (problem != std::errc() || extents.size() > maximumRank)
                return std::nullopt;
            m_rest.remove_prefix(static_cast<std::size_t>(end - m_rest.data()));
            take("L"); // a long of Python 2
            extents.push_back(extent);
            if (!take(",") && peek() != ')')
                return std::nullopt;
        }
        return extents;
    }
    std::string_view rest() const { return m_rest; }
    /// Skips a structured dtype's list, brackets nested in it, strings passed over.
    std::optional<std::string_view> list() {
        peek();
        int depth = 0;
        for (std::size_t i = 0; i < m_rest.size(); ++i) {
            const char c = m_rest[i];
            if (c == '\'' || c == '"') {
                i = m_rest.find(c, i + 1);
                if (i == std::string_view::npos)
                    return std::nullopt;
            } else if (c == '[' || c == '(')
                ++depth;
            else if ((c == ']' || c == ')') && --depth == 0) {
                const auto value = m_rest.substr(0, i + 1);
                m_rest.remove_prefix(i + 1);
                return value;
            }
        }
        return std::nullopt;
    }

private:
    std::string_view m_rest;
};

struct Fields {
    std::string_view descr;
    bool structured = false;
    bool fortran = false;
    std::vector<std::int64_t> shape;
};

std::optional<Fields> readFields(LiteralReader& reader) {
    Fields fields;
    bool descr = false, order = false, shape = false;
    if (!reader.take("{"))
        return std::nullopt;
    while (!reader.take("}")) {
        const auto key = reader.string();
        if (!key || !reader.take(":"))
            return std::nullopt;
        if (*key == "descr") {
            fields.structured = reader.peek() == '[' || reader.peek() == '(';
            const auto value = fields.structured ? reader.list() : reader.string();
            if (!value)
                return std::nullopt;
            fields.descr = *value;
            descr = true;
        } else if (*key == "fortran_order") {
            const auto value = reader.boolean();
            if (!value)
                return std::nullopt;
            fields.fortran = *value;
            order = true;
        } else if (*key == "shape") {
            auto value = reader.tuple();
            if (!value)
                return std::nullopt;
            fields.shape = std::move(*value);
            shape = true;
        } else
            return std::nullopt;
        if (!reader.take(",") && reader.peek() != '}')
            return std::nullopt;
    }
    return descr && order && shape ? std::optional(fields) : std::nullopt;
}

std::optional<DType> numericType(char kind, std::string_view size) {
    static constexpr struct {
        char kind;
        std::string_view size;
        DType dtype;
    } table[] = {{'b', "1", DType::boolean}, {'i', "1", DType::int8},    {'i', "2", DType::int16},
                 {'i', "4", DType::int32},   {'i', "8", DType::int64},   {'u', "1", DType::uint8},
                 {'u', "2", DType::uint16},  {'u', "4", DType::uint32},  {'u', "8", DType::uint64},
                 {'f', "2", DType::float16}, {'f', "4", DType::float32}, {'f', "8", DType::float64}};
    for (const auto& row : table)
        if (row.kind == kind && row.size == size)
            return row.dtype;
    return std::nullopt;
}

std::unexpected<Error> refuseType(const std::string& name, const Fields& fields) {
    const std::string descr = quotable(fields.descr);
    if (fields.structured)
        return fileFailure(name, ErrorCode::unsupported, "npy.structured",
                           "{file} holds a structured array, {descr}: save its fields as one plain array of numbers.",
                           {{"descr", descr}});
    const char kind = fields.descr.size() > 1 ? fields.descr[1] : fields.descr.empty() ? ' ' : fields.descr[0];
    if (kind == 'O' || fields.descr == "O")
        return fileFailure(
            name, ErrorCode::refused, "npy.object",
            "{file} holds Python objects (dtype object), which are stored as a pickle: a pickle is code and "
            "is never run. Save a plain array of numbers, such as x.astype('float32').");
    if (kind == 'U' || kind == 'S' || kind == 'a')
        return fileFailure(name, ErrorCode::unsupported, "npy.text", "{file} holds text (dtype {descr}), not numbers.",
                           {{"descr", descr}});
    return fileFailure(
        name, ErrorCode::unsupported, "npy.dtype",
        "{file} has elements of dtype {descr}: accepted are bool, integers of 8 to 64 bits and floats of 16, 32 "
        "and 64 bits.",
        {{"descr", descr}});
}

} // namespace

bool looksLikeNpy(std::span<const std::byte> bytes) { return text(bytes).starts_with(magic); }

std::vector<std::int64_t> NpyHeader::byteStrides() const {
    if (!fortranOrder)
        return denseStrides(shape, dtype);
    std::vector<std::int64_t> strides(shape.rank());
    auto stride = static_cast<std::int64_t>(itemSize(dtype));
    for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
        strides[axis] = stride;
        stride *= std::max<std::int64_t>(shape[axis], 1);
    }
    return strides;
}

Result<NpyHeader> parseNpyHeader(std::span<const std::byte> bytes, std::uint64_t available, const std::string& name) {
    const auto damaged = [&](std::string reason, std::uint64_t offset) {
        return fileFailure(name, ErrorCode::cannotRead, "npy.header", "{file} is not a readable .npy array: {reason}.",
                           {{"reason", std::move(reason)}}, offset);
    };
    if (!looksLikeNpy(bytes))
        return damaged("it does not begin with \\x93NUMPY", 0);
    if (bytes.size() < 8)
        return damaged("it ends within its first 8 bytes", bytes.size());
    const auto major = std::to_integer<unsigned>(bytes[6]);
    if (major < 1 || major > 3)
        return damaged("it has format version " + std::to_string(major) + ", and 1 to 3 are known", 6);
    const std::size_t lengthBytes = major == 1 ? 2 : 4;
    if (bytes.size() < 8 + lengthBytes)
        return damaged("it ends within the length of its header", bytes.size());
    std::uint32_t length = 0;
    for (std::size_t i = lengthBytes; i-- > 0;)
        length = length << 8 | std::to_integer<std::uint32_t>(bytes[8 + i]);
    const std::size_t begin = 8 + lengthBytes;
    if (length > maximumNpyHeader - begin || length > available - begin || length > bytes.size() - begin)
        return damaged("its header promises " + countText(length) + " bytes, and " +
                           countText(static_cast<std::int64_t>(available - begin)) + " follow (at most " +
                           countText(maximumNpyHeader) + " are read)",
                       8);
    LiteralReader reader(text(bytes.subspan(begin, length)));
    const auto fields = readFields(reader);
    if (!fields)
        return damaged("its header is not the dictionary of descr, fortran_order and shape at \"" +
                           quotable(reader.rest()) + "\"",
                       begin + length - reader.remaining());

    NpyHeader header;
    const bool hasOrder = fields->descr.size() > 1 && std::string_view("<>|=").contains(fields->descr[0]);
    const auto code = hasOrder ? fields->descr.substr(1) : fields->descr;
    const auto dtype = fields->structured || code.empty() ? std::nullopt : numericType(code[0], code.substr(1));
    if (!dtype)
        return refuseType(name, *fields);
    if (fields->shape.size() > maximumRank)
        return damaged("it has more than 64 axes", begin);
    if (std::ranges::any_of(fields->shape, [](std::int64_t extent) { return extent < 0; }))
        return damaged("its shape " + Shape(fields->shape).text() + " has a negative extent", begin);
    header.dtype = *dtype;
    header.byteSwapped = hasOrder && fields->descr[0] == '>' && itemSize(*dtype) > 1;
    header.fortranOrder = fields->fortran;
    header.shape = Shape(fields->shape);
    header.dataOffset = begin + length;

    const auto size = static_cast<std::int64_t>(itemSize(*dtype));
    const auto elements = checkedProduct(fields->shape);
    auto extents = fields->shape; // strides count a zero extent as one: they must not overflow either
    std::ranges::replace(extents, 0, 1);
    const auto reach = checkedProduct(extents);
    const auto promised = elements ? checkedMultiply(*elements, size) : std::nullopt;
    const std::uint64_t stored = available - header.dataOffset;
    if (!promised || !reach || !checkedMultiply(*reach, size) || static_cast<std::uint64_t>(*promised) > stored) {
        auto error = fileFailure(
            name, ErrorCode::cannotRead, "npy.truncated",
            "{file} promises an array of shape {shape} and dtype {dtype}, {promised}, but holds {stored} of elements.",
            {{"shape", header.shape.text()},
             {"dtype", std::string(plumbline::name(*dtype))},
             {"promised",
              promised ? bytesText(static_cast<std::uint64_t>(*promised)) : "more bytes than 64 bits count"},
             {"stored", bytesText(stored)}},
            header.dataOffset);
        error.error().expected = promised ? std::to_string(*promised) + " bytes" : "";
        error.error().actual = std::to_string(stored) + " bytes";
        return error;
    }
    header.dataBytes = static_cast<std::uint64_t>(*promised);
    return header;
}

std::string makeNpyHeader(DType dtype, const Shape& shape) {
    std::string_view descr;
    switch (dtype) {
    case DType::boolean: descr = "|b1"; break;
    case DType::int8: descr = "|i1"; break;
    case DType::uint8: descr = "|u1"; break;
    case DType::int16: descr = "<i2"; break;
    case DType::uint16: descr = "<u2"; break;
    case DType::int32: descr = "<i4"; break;
    case DType::uint32: descr = "<u4"; break;
    case DType::int64: descr = "<i8"; break;
    case DType::uint64: descr = "<u8"; break;
    case DType::float16: descr = "<f2"; break;
    case DType::float64: descr = "<f8"; break;
    case DType::bfloat16: // no NumPy type: the writer casts it
    case DType::float32: descr = "<f4"; break;
    }
    std::string dictionary =
        "{'descr': '" + std::string(descr) + "', 'fortran_order': False, 'shape': " + shape.text() + ", }";
    constexpr std::size_t prefix = 10, alignment = 64;
    dictionary.append((alignment - (prefix + dictionary.size() + 1) % alignment) % alignment, ' ');
    dictionary += '\n';
    std::string header(magic);
    header += {'\x01', '\x00', static_cast<char>(dictionary.size() & 0xff), static_cast<char>(dictionary.size() >> 8)};
    return header + dictionary;
}

} // namespace plumbline
