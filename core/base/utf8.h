#pragma once
// UTF-8, in which all text stands. Text of a file may be anything: what is not well-formed is met here first.

#include <cstddef>
#include <string>
#include <string_view>

namespace plumbline {

/// The length of the well-formed UTF-8 character at the start of `text`, 0 where there is none.
std::size_t characterLength(std::string_view text);
bool isUtf8(std::string_view text);
/// A name of a file as UTF-8: where it is not, it is read as Latin-1, which every byte is.
std::string nameAsUtf8(std::string_view text);

} // namespace plumbline
