#pragma once
// Text of a file (a name of a layer, an input, a column or a member, a path, a cell, a class, an error that quotes any
// of them) may hold anything. Within the program, in JSON and on the screen it stands as it is. Where it meets a
// language, one function each turns it into text of that language that says the same and does nothing:
//
//   a terminal, a page, lines of text     visibleText
//   JSON on a terminal                    jsonText
//   HTML, and the rich text of Qt         htmlText
//   Markdown                              markdownText
//   a cell of a CSV                       csvText
//   Python                                python.h
//   a member of a zip archive             memberName

#include <string>
#include <string_view>

namespace plumbline {

/// One line that moves no cursor, recolours nothing and reads from left to right: control characters, marks of
/// direction and bytes that are no UTF-8 become what a programmer would type for them ("\n", "\x1b", "\u202e"). A
/// backslash stays as it is: it is far more often a backslash of a path. What comes out is UTF-8 and comes out the same
/// again.
std::string visibleText(std::string_view text);

/// A whole JSON document of UTF-8 with what visibleText would change, and JSON need not, in JSON's own way: it reads as
/// the very same strings.
std::string jsonText(std::string_view document);

/// The five characters of markup as entities.
std::string htmlText(std::string_view text);

/// A cell or a word of Markdown (CommonMark, GitHub's tables) that is shown as it is. An underscore within a word
/// stays: it marks nothing there, and names are full of them.
std::string markdownText(std::string_view text);

/// A cell as RFC 4180 has it. Spreadsheets take a text that begins with =, +, -, @, a tab or the end of a line for a
/// formula: it gets an apostrophe in front, which they show as text. A number keeps its sign and gets none.
std::string csvText(std::string_view text);

/// The name of an array in an archive of many. Slashes are part of it (`outer/inner`), but it leads to no place above
/// or beside the folder that somebody unpacks it in: a leading slash and the dots of a part ".." are underscores, as is
/// the character of code 0, at which every other program would take it to end.
std::string memberName(std::string_view name);

} // namespace plumbline
