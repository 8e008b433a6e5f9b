#pragma once
// The wire format of Protocol Buffers, as far as it takes to tell what a file holds: fields by number and kind, one
// after another, a message inside a message as the bytes of a field. Nothing is allocated, every length is held against
// what remains. Source: protobuf.dev, "Encoding".

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace plumbline {

struct ProtobufField {
    enum class Kind { number, fixed64, bytes, fixed32 } kind = Kind::number;
    std::uint64_t id = 0;
    std::uint64_t value = 0;          ///< of a number
    std::span<const std::byte> bytes; ///< of bytes: a text, an array or a message
    bool isCut = false;               ///< the bytes go on past the end of the file

    std::string_view text() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
};

class ProtobufReader {
public:
    explicit ProtobufReader(std::span<const std::byte> bytes) : m_rest(bytes) {}
    /// The next field; nothing at the end, and where no field begins: then isBroken().
    std::optional<ProtobufField> next();
    bool isBroken() const { return m_broken; }

private:
    std::optional<std::uint64_t> number();

    std::span<const std::byte> m_rest;
    bool m_broken = false;
};

/// What a file of Protocol Buffers is, of those that people give as models.
enum class ProtobufFile { none, onnx, savedModel, frozenGraph };
/// By its structure, whatever fields are left out: an ONNX model without a producer is one too. `bytes`: the whole
/// file; one that was cut short is still known by its beginning.
ProtobufFile protobufFile(std::span<const std::byte> bytes);

} // namespace plumbline
