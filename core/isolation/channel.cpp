#include "core/isolation/channel.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>
#include <cstring>

namespace plumbline {

using nlohmann::json;

namespace {

struct Header {
    std::uint32_t length = 0;
    std::uint32_t descriptors = 0;
};

std::unexpected<Error> broken(std::string reason) {
    return failure(ErrorCode::internal, "channel.broken", "The connection to the worker process broke: {reason}.",
                   {{"reason", std::move(reason)}});
}

/// Only looks: ends the reading where it nests too deep.
struct DepthCheck : nlohmann::json_sax<json> {
    explicit DepthCheck(int maximum) : remaining(maximum) {}
    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t&) override { return true; }
    bool binary(binary_t&) override { return true; }
    bool start_object(std::size_t) override { return remaining-- > 0; }
    bool key(string_t&) override { return true; }
    bool end_object() override { return ++remaining > 0; }
    bool start_array(std::size_t) override { return remaining-- > 0; }
    bool end_array() override { return ++remaining > 0; }
    bool parse_error(std::size_t, const std::string&, const json::exception&) override { return false; }

    int remaining;
};

} // namespace

Result<json> boundedCbor(const std::vector<std::uint8_t>& bytes, int maximumDepth) {
    try {
        DepthCheck depth(maximumDepth);
        if (!json::sax_parse(bytes, &depth, json::input_format_t::cbor))
            return broken("a message is damaged or nests too deep");
        return json::from_cbor(bytes);
    } catch (const json::exception& e) {
        return broken(e.what());
    }
}

Result<void> Channel::send(const json& message, int descriptor) {
    std::vector<std::uint8_t> bytes(sizeof(Header));
    json::to_cbor(message, bytes);
    const auto length = bytes.size() - sizeof(Header);
    if (length > maximumFrame)
        return broken("a message of " + bytesText(length) + " is longer than the " + bytesText(maximumFrame) +
                      " that one may have");
    const Header header{static_cast<std::uint32_t>(length), descriptor >= 0 ? 1u : 0u};
    std::memcpy(bytes.data(), &header, sizeof header);

    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    const std::scoped_lock lock(m_sending);
    std::size_t sent = 0;
    while (sent < bytes.size()) {
        iovec part{bytes.data() + sent, bytes.size() - sent};
        msghdr out{};
        out.msg_iov = &part;
        out.msg_iovlen = 1;
        if (sent == 0 && descriptor >= 0) {
            out.msg_control = control;
            out.msg_controllen = sizeof control;
            auto* rights = CMSG_FIRSTHDR(&out);
            rights->cmsg_level = SOL_SOCKET;
            rights->cmsg_type = SCM_RIGHTS;
            rights->cmsg_len = CMSG_LEN(sizeof(int));
            std::memcpy(CMSG_DATA(rights), &descriptor, sizeof descriptor);
        }
        const auto n = ::sendmsg(m_socket.get(), &out, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return broken(std::strerror(errno));
        sent += static_cast<std::size_t>(n);
    }
    return {};
}

Result<std::optional<Channel::Received>> Channel::receive() {
    Received received;
    // Fills `size` bytes; false at the end of the stream. Descriptors that come along are kept or closed.
    const auto fill = [&](void* to, std::size_t size) -> Result<bool> {
        std::size_t got = 0;
        while (got < size) {
            alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * 4)];
            iovec part{static_cast<char*>(to) + got, size - got};
            msghdr in{};
            in.msg_iov = &part;
            in.msg_iovlen = 1;
            in.msg_control = control;
            in.msg_controllen = sizeof control;
            const auto n = ::recvmsg(m_socket.get(), &in, MSG_CMSG_CLOEXEC);
            if (n < 0 && errno == EINTR)
                continue;
            if (n < 0 && errno == ECONNRESET) // it ended with bytes of ours unread
                return false;
            if (n < 0)
                return broken(std::strerror(errno));
            for (auto* entry = CMSG_FIRSTHDR(&in); entry; entry = CMSG_NXTHDR(&in, entry)) {
                if (entry->cmsg_level != SOL_SOCKET || entry->cmsg_type != SCM_RIGHTS)
                    continue;
                const auto count = (entry->cmsg_len - CMSG_LEN(0)) / sizeof(int);
                for (std::size_t i = 0; i < count; ++i) {
                    int fd = -1;
                    std::memcpy(&fd, CMSG_DATA(entry) + i * sizeof(int), sizeof fd);
                    received.descriptor = FileDescriptor(fd);
                }
            }
            if (n == 0)
                return got == 0 ? Result<bool>(false) : Result<bool>(broken("it ended within a message"));
            got += static_cast<std::size_t>(n);
        }
        return true;
    };

    Header header;
    PLUMBLINE_TRY(const bool more, fill(&header, sizeof header));
    if (!more)
        return std::optional<Received>();
    if (header.length > maximumFrame || header.descriptors > 1)
        return broken("a message of " + bytesText(header.length) + " is longer than the " + bytesText(maximumFrame) +
                      " that one may have");
    std::vector<std::uint8_t> bytes;
    // Grows with what really comes, so that a length alone allocates nothing much.
    constexpr std::size_t step = 1u << 20;
    while (bytes.size() < header.length) {
        const auto begin = bytes.size();
        const auto count = std::min<std::size_t>(step, header.length - begin);
        bytes.resize(begin + count);
        PLUMBLINE_TRY(const bool whole, fill(bytes.data() + begin, count));
        if (!whole)
            return broken("it ended within a message");
    }
    if (received.descriptor.isOpen() != (header.descriptors == 1))
        return broken("a message came without its shared memory, or with one it does not name");
    PLUMBLINE_TRY(received.message, boundedCbor(bytes, maximumDepth));
    return std::optional(std::move(received));
}

void Channel::shutdown() { ::shutdown(m_socket.get(), SHUT_RDWR); }

} // namespace plumbline
