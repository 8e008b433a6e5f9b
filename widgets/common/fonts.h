#pragma once
// The two families of the interface and their sizes in pixels (device independent).

#include <QFont>

namespace plumbline {

QFont interfaceFont(double pixels = 13, QFont::Weight weight = QFont::Normal);
/// Numbers, shapes and names of files: every digit is as wide as the next.
QFont monoFont(double pixels = 11.5, QFont::Weight weight = QFont::Normal);
/// Heads of sections: 11 px, semibold, spaced capitals.
QFont headFont();
/// The family monoFont() uses, for rich text and style sheets.
QString monoFamily();

} // namespace plumbline
