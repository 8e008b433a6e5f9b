#pragma once
// Errors about a file: the file's name is the first argument of every sentence, and stands in Error::file too.

#include "core/base/result.h"

namespace plumbline {

inline std::unexpected<Error> fileFailure(const std::string& file, ErrorCode code, std::string id, std::string pattern,
                                          Message::Arguments arguments = {},
                                          std::optional<std::uint64_t> offset = std::nullopt) {
    arguments.emplace(arguments.begin(), "file", file);
    auto error = failure(code, std::move(id), std::move(pattern), std::move(arguments));
    error.error().file = file;
    error.error().offset = offset;
    return error;
}

/// Text of a file as it may stand in a sentence: at most 60 bytes, nothing that is not printable ASCII or UTF-8.
std::string quotable(std::string_view text);

/// The length of the well-formed UTF-8 character at the start of `text`, 0 where there is none.
std::size_t characterLength(std::string_view text);
bool isUtf8(std::string_view text);
/// A name of a file as UTF-8: where it is not, it is read as Latin-1, which every byte is.
std::string nameAsUtf8(std::string_view text);

} // namespace plumbline
