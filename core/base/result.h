#pragma once
// Errors of core travel as values. An Error names the thing, the value found and what is accepted.

#include "core/base/message.h"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

namespace plumbline {

enum class ErrorCode {
    wrongCall,   ///< the caller's arguments make no sense (exit 2)
    cannotRead,  ///< the file is missing, is not of the format, or is damaged (exit 3)
    refused,     ///< the file asks for something never done: run a pickle, follow an external link (exit 3)
    noGraph,     ///< the file is readable but holds no graph, such as weights alone (exit 3)
    unsupported, ///< understood, but this program cannot do it (a layer, a dtype, an op)
    shape,       ///< shapes that cannot be combined
    value,       ///< a value outside what is accepted
    tooLarge,    ///< a size overflows, or does not fit the memory allowed
    cancelled,   ///< the user or a newer request ended it
    internal,    ///< a library failed in a way that names no fault of the user's
};

struct Error {
    ErrorCode code = ErrorCode::internal;
    Message message;                     ///< one sentence with the thing, the value found, and what is accepted
    std::string file;                    ///< path, where a file is at fault
    std::string layer;                   ///< the source's own name, where a layer is at fault
    std::string expected;                ///< what is accepted, in words
    std::string actual;                  ///< what was found, in words
    std::optional<std::uint64_t> offset; ///< byte offset in the file, where known

    std::string text() const { return message.text(); }
};

template<class T> using Result = std::expected<T, Error>;

/// The short way to an error: `return failure(ErrorCode::shape, "id", "Layer {layer} …", {{"layer", name}});`
inline std::unexpected<Error> failure(ErrorCode code, std::string id, std::string pattern,
                                      Message::Arguments arguments = {}) {
    Error error;
    error.code = code;
    error.message = Message(std::move(id), std::move(pattern), std::move(arguments));
    return std::unexpected(std::move(error));
}

/// Passes an error on to a caller whose result has another type.
template<class T> std::unexpected<Error> passOn(Result<T>& result) {
    return std::unexpected(std::move(result).error());
}

} // namespace plumbline

/// `PLUMBLINE_TRY(auto x, compute());` binds the value or returns the error.
#define PLUMBLINE_CONCAT_(a, b) a##b
#define PLUMBLINE_CONCAT(a, b) PLUMBLINE_CONCAT_(a, b)
#define PLUMBLINE_TRY(declaration, expression)                                                                         \
    auto PLUMBLINE_CONCAT(result_, __LINE__) = (expression);                                                           \
    if (!PLUMBLINE_CONCAT(result_, __LINE__))                                                                          \
        return std::unexpected(std::move(PLUMBLINE_CONCAT(result_, __LINE__)).error());                                \
    declaration = std::move(*PLUMBLINE_CONCAT(result_, __LINE__))
/// `PLUMBLINE_CHECK(step());` for a Result<void>.
#define PLUMBLINE_CHECK(expression)                                                                                    \
    if (auto PLUMBLINE_CONCAT(result_, __LINE__) = (expression); !PLUMBLINE_CONCAT(result_, __LINE__))                 \
    return std::unexpected(std::move(PLUMBLINE_CONCAT(result_, __LINE__)).error())
