#pragma once
// Where a sentence is read. What to do next is an option on the command line, and a card or a button in the window: a
// pattern names it by a place such as {--weights}, and the surface has the words. Message::text() is the command
// line's.

#include "core/base/message.h"

namespace plumbline {

enum class Surface { commandLine, window };

/// How a surface says what an option does, by the option's place in a pattern; empty where there is no such place.
std::string_view wordsOf(std::string_view place, Surface surface);

std::string textOn(Surface surface, const Message& message);
std::vector<Message::Piece> piecesOn(Surface surface, const Message& message);

} // namespace plumbline
