#pragma once
// How the standard controls look: Fusion, coloured and shaped by the palette's roles.

class QApplication;
class QWidget;

namespace plumbline {

/// Steps of 4 px; radii of cards and of controls.
namespace metrics {
inline constexpr int step = 4;
inline constexpr int cardRadius = 8;
inline constexpr int controlRadius = 6;
} // namespace metrics

/// Sets style, fonts, palette and style sheet, and again whenever the theme changes.
void installStyle(QApplication& application);

/// Marks a button as the one strong control of its place (the accent's colour).
void makePrimary(QWidget* button);
/// A flat button: no border until the pointer is over it.
void makeFlat(QWidget* button);

} // namespace plumbline
