#include "core/base/surface.h"

#include <algorithm>
#include <array>

namespace plumbline {

namespace {

struct Row {
    std::string_view place, commandLine, window;
};

constexpr std::array rows{
    Row{"--weights", "with --weights FILE", "by “Choose the weights…” on the model's card"},
    Row{"--train or --input", "with --train or --input", "as the training reference or as the prediction's input"},
    Row{"--timeout", "A larger --timeout", "More time, which is set where the program is started"},
    Row{"--memory", "A larger --memory", "More memory, which is allowed where the program is started"},
};

/// The pattern with all such places filled in. What files bring stands in arguments, never in a pattern.
std::string worded(std::string_view pattern, Surface surface) {
    std::string out;
    for (auto open = pattern.find("{--"); open != std::string_view::npos; open = pattern.find("{--")) {
        const auto close = pattern.find('}', open);
        const auto words = close == std::string_view::npos
                               ? std::string_view()
                               : wordsOf(pattern.substr(open + 1, close - open - 1), surface);
        out += pattern.substr(0, open);
        out += words.empty() ? pattern.substr(open, 1) : words;
        pattern.remove_prefix(words.empty() ? open + 1 : close + 1);
    }
    return out += pattern;
}

} // namespace

std::string_view wordsOf(std::string_view place, Surface surface) {
    const auto* const row = std::ranges::find(rows, place, &Row::place);
    if (row == rows.end())
        return {};
    return surface == Surface::window ? row->window : row->commandLine;
}

std::string textOn(Surface surface, const Message& message) {
    return Message::substitute(worded(message.pattern(), surface), message.arguments());
}

std::vector<Message::Piece> piecesOn(Surface surface, const Message& message) {
    return Message::pieces(worded(message.pattern(), surface), message.arguments());
}

} // namespace plumbline
