#pragma once
// A sentence for the user that stays translatable: an id, a pattern with named places, and typed arguments.
// Core words every sentence in English through text(); a front end may look the id up and word it anew.

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace plumbline {

using MessageArgument = std::variant<std::int64_t, double, std::string>;

class Message {
public:
    using Arguments = std::vector<std::pair<std::string, MessageArgument>>;

    Message() = default;
    /// `pattern` names its arguments in braces, and two words by a number: "Input {input} has {rows} {rows|row|rows}".
    /// A brace that names no argument stays as it is.
    Message(std::string id, std::string pattern, Arguments arguments = {});

    const std::string& id() const { return m_id; }
    const std::string& pattern() const { return m_pattern; }
    const Arguments& arguments() const { return m_arguments; }
    std::string text() const; ///< the sentence in English
    /// A stretch of the sentence in order: words, or the value of an argument, which a view may show in its own way.
    struct Piece {
        std::string text;
        std::string argument; ///< its name; empty for words
    };
    std::vector<Piece> pieces() const { return pieces(m_pattern, m_arguments); }
    bool isEmpty() const { return m_pattern.empty(); }

    /// The same substitution for another wording of the pattern (a translation).
    static std::string substitute(std::string_view pattern, const Arguments& arguments);
    static std::vector<Piece> pieces(std::string_view pattern, const Arguments& arguments);

private:
    std::string m_id;
    std::string m_pattern;
    Arguments m_arguments;
};

/// A number as a user reads it: at most six significant digits, no trailing zeros; "nan", "inf", "-inf".
std::string numberText(double value);
/// A count with thousands separated by commas: 1,537.
std::string countText(std::int64_t value);
/// A size in bytes as a user reads it: "512 B", "84.8 kB", "5.2 GB" (powers of 1000).
std::string bytesText(std::uint64_t bytes);

} // namespace plumbline
