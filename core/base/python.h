#pragma once
// Text of a file in Python code that we write for the user, who runs it: a comment is one line that nothing ends, and a
// name is an identifier that is nobody else's.

#include <string>
#include <string_view>
#include <vector>

namespace plumbline {

/// "# text", one line of valid UTF-8 whatever the text holds, without marks of direction that would make it look like
/// another.
std::string pythonComment(std::string_view text);

/// A variable for each of `names`, in their order. A name that is an identifier stays as it is; the others become one,
/// all of them different, none a keyword, a builtin, `np` or one of Python's own names in double underscores.
std::vector<std::string> pythonNames(const std::vector<std::string>& names);

} // namespace plumbline
