#include "core/formats/bytes/json.h"

#include <cmath>
#include <limits>

namespace plumbline {

namespace {

// Stand-ins for the bare words while the strict parser runs: strings that no Python ever wrote.
constexpr std::string_view nanMark = "\"\\u0001nan\"";
constexpr std::string_view infinityMark = "\"\\u0001inf\"";
constexpr std::string_view minusInfinityMark = "\"\\u0001-inf\"";

struct Prepared {
    std::string text;
    std::vector<std::pair<std::size_t, std::ptrdiff_t>> shifts; ///< from this offset on, subtract so much
    std::size_t deepestAt = 0;
    std::size_t depth = 0;
    bool marked = false;

    std::size_t original(std::size_t offset) const {
        std::ptrdiff_t shift = 0;
        for (const auto& [from, total] : shifts)
            if (offset >= from)
                shift = total;
        return static_cast<std::size_t>(static_cast<std::ptrdiff_t>(offset) - shift);
    }
};

Prepared prepare(std::string_view text) {
    Prepared out;
    out.text.reserve(text.size());
    std::size_t depth = 0;
    std::ptrdiff_t shift = 0;
    bool inString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString) {
            out.text += c;
            if (c == '\\' && i + 1 < text.size())
                out.text += text[++i];
            else if (c == '"')
                inString = false;
            continue;
        }
        const auto replace = [&](std::string_view word, std::string_view mark) {
            if (text.substr(i, word.size()) != word)
                return false;
            out.text += mark;
            shift += static_cast<std::ptrdiff_t>(mark.size()) - static_cast<std::ptrdiff_t>(word.size());
            out.shifts.emplace_back(out.text.size(), shift);
            out.marked = true;
            i += word.size() - 1;
            return true;
        };
        if (c == 'N' && replace("NaN", nanMark))
            continue;
        if (c == 'I' && replace("Infinity", infinityMark))
            continue;
        if (c == '-' && replace("-Infinity", minusInfinityMark))
            continue;
        inString = c == '"';
        if (c == '{' || c == '[') {
            if (++depth > out.depth) {
                out.depth = depth;
                out.deepestAt = i;
            }
        } else if ((c == '}' || c == ']') && depth > 0) {
            --depth;
        }
        out.text += c;
    }
    return out;
}

void replaceMarks(nlohmann::json& value) {
    if (value.is_structured()) {
        for (auto& item : value)
            replaceMarks(item);
    } else if (value.is_string()) {
        const auto& text = value.get_ref<const std::string&>();
        if (text.empty() || text[0] != '\1')
            return;
        if (text == "\1nan")
            value = std::numeric_limits<double>::quiet_NaN();
        else if (text == "\1inf")
            value = HUGE_VAL;
        else if (text == "\1-inf")
            value = -HUGE_VAL;
    }
}

std::unexpected<Error> jsonFailure(const std::string& label, std::string id, std::string pattern,
                                   Message::Arguments arguments, std::optional<std::size_t> offset) {
    arguments.emplace_back("file", label);
    auto error = failure(ErrorCode::cannotRead, std::move(id), std::move(pattern), std::move(arguments));
    error.error().file = label;
    error.error().offset = offset;
    return error;
}

} // namespace

bool looksLikeJson(std::string_view head) {
    if (head.starts_with("\xef\xbb\xbf"))
        head.remove_prefix(3);
    const auto first = head.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && (head[first] == '{' || head[first] == '[' || head[first] == '"');
}

Result<nlohmann::json> parseJson(std::string_view text, const std::string& label, JsonLimits limits) {
    if (text.size() > limits.bytes)
        return jsonFailure(label, "json.size", "The JSON of {file} is {bytes}; at most {limit} are accepted.",
                           {{"bytes", bytesText(text.size())}, {"limit", bytesText(limits.bytes)}}, {});
    auto prepared = prepare(text);
    if (prepared.depth > limits.depth)
        return jsonFailure(
            label, "json.depth",
            "The JSON of {file} nests {depth} brackets deep (byte {offset}); at most {limit} are accepted.",
            {{"depth", std::int64_t(prepared.depth)},
             {"offset", std::int64_t(prepared.deepestAt)},
             {"limit", std::int64_t(limits.depth)}},
            prepared.deepestAt);
    try {
        auto value = nlohmann::json::parse(prepared.text);
        if (prepared.marked)
            replaceMarks(value);
        return value;
    } catch (const nlohmann::json::parse_error& error) {
        // The library counts bytes from 1, and names the last byte read.
        const auto offset = prepared.original(error.byte > 0 ? error.byte - 1 : 0);
        const bool atEnd = offset >= text.size();
        return jsonFailure(label, "json.syntax",
                           atEnd ? "The JSON of {file} ends early, at byte {offset}: it was probably cut short."
                                 : "{file} is not valid JSON: unexpected text at byte {offset}.",
                           {{"offset", std::int64_t(offset)}}, offset);
    } catch (const nlohmann::json::exception& error) {
        return jsonFailure(label, "json.value", "The JSON of {file} holds a value that cannot be read: {reason}.",
                           {{"reason", std::string(error.what())}}, {});
    }
}

} // namespace plumbline
