#include "core/base/message.h"

#include "core/base/surface.h"

#include <fmt/format.h>

#include <array>

namespace plumbline {

Message::Message(std::string id, std::string pattern, Arguments arguments)
    : m_id(std::move(id)), m_pattern(std::move(pattern)), m_arguments(std::move(arguments)) {}

std::string Message::text() const { return substitute(m_pattern, m_arguments); }

static std::string argumentText(const MessageArgument& argument) {
    if (auto* integer = std::get_if<std::int64_t>(&argument))
        return std::to_string(*integer);
    if (auto* number = std::get_if<double>(&argument))
        return numberText(*number);
    // Names come from files, and a file may name a class with megabytes. A path's length is still whole.
    constexpr std::size_t longest = 4096;
    const auto& text = std::get<std::string>(argument);
    if (text.size() <= longest)
        return text;
    auto end = longest;
    while ((static_cast<unsigned char>(text[end]) & 0xC0) == 0x80 && end > longest - 4) // not within a character
        --end;
    return text.substr(0, end) + "…";
}

/// Of "rows|row|rows" the word that goes with the argument's number: the first where that is 1.
static std::string_view wordFor(std::string_view words, const std::string& number) {
    const auto many = words.find('|');
    if (many == std::string_view::npos)
        return words;
    return number == "1" ? words.substr(0, many) : words.substr(many + 1);
}

std::vector<Message::Piece> Message::pieces(std::string_view pattern, const Arguments& arguments) {
    std::vector<Piece> out;
    const auto say = [&](std::string_view words) {
        if (out.empty() || !out.back().argument.empty())
            out.emplace_back();
        out.back().text += words;
    };
    while (!pattern.empty()) {
        const auto open = pattern.find('{');
        if (open > 0)
            say(pattern.substr(0, open));
        if (open == std::string_view::npos)
            break;
        pattern.remove_prefix(open);
        const auto close = pattern.find('}');
        const auto place = close == std::string_view::npos ? std::string_view() : pattern.substr(1, close - 1);
        if (const auto words = wordsOf(place, Surface::commandLine); !words.empty()) {
            say(words);
            pattern.remove_prefix(close + 1);
            continue;
        }
        const auto bar = place.find('|');
        const auto name = place.substr(0, bar);
        const MessageArgument* found = nullptr;
        for (const auto& [key, value] : arguments)
            if (!name.empty() && key == name)
                found = &value;
        if (!found) {
            say("{");
            pattern.remove_prefix(1);
            continue;
        }
        if (bar != std::string_view::npos)
            say(wordFor(place.substr(bar + 1), argumentText(*found)));
        else
            out.push_back({argumentText(*found), std::string(name)});
        pattern.remove_prefix(close + 1);
    }
    return out;
}

std::string Message::substitute(std::string_view pattern, const Arguments& arguments) {
    std::string out;
    for (const auto& piece : pieces(pattern, arguments))
        out += piece.text;
    return out;
}

std::string countText(std::int64_t value) {
    std::string digits = std::to_string(value);
    const std::size_t first = value < 0 ? 1 : 0;
    for (std::size_t end = digits.size(); end > first + 3; end -= 3)
        digits.insert(end - 3, ",");
    return digits;
}

std::string bytesText(std::uint64_t bytes) {
    static constexpr std::array units{"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    double size = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (size >= 999.95 && unit + 1 < units.size()) {
        size /= 1000;
        ++unit;
    }
    return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", size, units[unit]);
}

} // namespace plumbline
