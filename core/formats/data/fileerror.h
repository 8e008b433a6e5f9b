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

/// Text of a file as it may stand in a sentence: visible (escape.h), and cut off after about 60 bytes.
std::string quotable(std::string_view text);

} // namespace plumbline
