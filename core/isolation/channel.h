#pragma once
// Messages between the two processes, over one end of a stream socket pair.
//
//   frame := length (u32, little endian) | descriptors (u32: 0 or 1) | CBOR of `length` bytes
//
// A descriptor (a tensor's shared memory) travels with the first byte of its frame. Neither side trusts the other: a
// frame above the limit, CBOR that nests too deep or is damaged ends the connection with an error.

#include "core/base/result.h"
#include "core/isolation/filedescriptor.h"

#include <nlohmann/json.hpp>

#include <mutex>
#include <optional>

namespace plumbline {

class Channel {
public:
    static constexpr std::uint32_t maximumFrame = 256u << 20;
    static constexpr int maximumDepth = 64;

    struct Received {
        nlohmann::json message;
        FileDescriptor descriptor; ///< not open where the frame carries none
    };

    explicit Channel(FileDescriptor socket) : m_socket(std::move(socket)) {}

    /// Whole frames from any thread. An error where the other side is gone.
    Result<void> send(const nlohmann::json& message, int descriptor = -1);
    /// Blocks; one thread only. Nothing at the end of the stream.
    Result<std::optional<Received>> receive();
    /// Wakes a blocked receive() of either side.
    void shutdown();

private:
    FileDescriptor m_socket;
    std::mutex m_sending;
};

/// CBOR to JSON with the depth bounded: the library's own reader recurses as deep as the bytes say.
Result<nlohmann::json> boundedCbor(const std::vector<std::uint8_t>& bytes, int maximumDepth);

} // namespace plumbline
