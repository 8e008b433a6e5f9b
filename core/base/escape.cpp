#include "core/base/escape.h"

#include "core/base/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace plumbline {

namespace {

char32_t codeOf(std::string_view character) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
    switch (character.size()) {
    case 1: return byte(0);
    case 2: return static_cast<char32_t>((byte(0) & 0x1f) << 6 | (byte(1) & 0x3f));
    case 3: return static_cast<char32_t>((byte(0) & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f));
    default: return 0x10000; // whatever it is: nothing up there is a control character
    }
}

/// Control characters (Unicode's Cc), ends of a line and of a paragraph, and all that changes the direction of what
/// follows (Unicode's Bidi_Control).
bool isControl(char32_t c) {
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c || c == 0x200e || c == 0x200f ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

std::string escaped(char32_t c) {
    switch (c) {
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    default: break;
    }
    const auto code = static_cast<std::uint32_t>(c);
    return c < 0x80 ? fmt::format("\\x{:02x}", code) : fmt::format("\\u{:04x}", code);
}

bool isWord(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

bool isNumber(std::string_view text) {
    if (text.starts_with('+'))
        text.remove_prefix(1);
    if (text.find('(') != std::string_view::npos) // "nan(…)" is one for C alone
        return false;
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size();
}

} // namespace

std::string visibleText(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto length = characterLength(text);
        if (length == 0) {
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text.front()));
            text.remove_prefix(1);
            continue;
        }
        const auto character = text.substr(0, length);
        if (const auto code = codeOf(character); isControl(code))
            out += escaped(code);
        else
            out += character;
        text.remove_prefix(length);
    }
    return out;
}

std::string jsonText(std::string_view document) {
    std::string out;
    out.reserve(document.size());
    while (!document.empty()) {
        const auto character = document.substr(0, std::max<std::size_t>(1, characterLength(document)));
        if (const auto code = codeOf(character); code >= 0x7f && isControl(code))
            out += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(code));
        else
            out += character;
        document.remove_prefix(character.size());
    }
    return out;
}

std::string htmlText(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text)
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\'': out += "&#39;"; break;
        default: out += c;
        }
    return out;
}

std::string markdownText(std::string_view text) {
    const auto line = visibleText(text);
    std::string out;
    out.reserve(line.size());
    for (std::size_t i = 0; i < line.size(); ++i) {
        const bool isWithin = i > 0 && i + 1 < line.size() && isWord(line[i - 1]) && isWord(line[i + 1]);
        constexpr std::string_view marks = "\\`*[]<>|~&$";
        if (marks.find(line[i]) != std::string_view::npos || (line[i] == '_' && !isWithin))
            out += '\\';
        out += line[i];
    }
    return out;
}

std::string csvText(std::string_view text) {
    std::string out;
    constexpr std::string_view formulas = "=+-@\t\r\n";
    if (!text.empty() && formulas.find(text.front()) != std::string_view::npos && !isNumber(text))
        out += '\'';
    out += text;
    if (out.find_first_of(",\"\r\n") == std::string::npos)
        return out;
    for (std::size_t at = out.find('"'); at != std::string::npos; at = out.find('"', at + 2))
        out.insert(at, 1, '"');
    return '"' + out + '"';
}

std::string memberName(std::string_view name) {
    std::string out(name);
    std::ranges::replace(out, '\0', '_');
    std::size_t begin = 0;
    while (begin <= out.size()) {
        const auto end = std::min(out.find_first_of("/\\", begin), out.size());
        if (std::string_view(out).substr(begin, end - begin) == "..")
            out.replace(begin, 2, "__");
        begin = end + 1;
    }
    if (out.starts_with('/') || out.starts_with('\\'))
        out.front() = '_';
    return out;
}

} // namespace plumbline
