#pragma once
// Values to colours for heatmaps: a dark-to-light scale of even lightness steps, readable for the colour-blind, and
// colours of their own for what is no number.

#include <QColor>
#include <QImage>

#include <span>

namespace plumbline {

/// `t` from 0 (darkest) to 1 (lightest).
QRgb scaleColor(double t);
/// Black or white, whichever is readable on `ground`.
QColor inkOn(QRgb ground);
/// The colour of a NaN or an infinity; an invalid colour for a finite value.
QColor nonFiniteColor(double value);
/// Fills a cell that holds no number: its colour and a pattern, so that it is told without colour too.
void paintNonFinite(class QPainter& painter, const QRectF& cell, double value);

/// Grey pictures (1 channel) or colour (3, 4) of values `range` wide, row-major (h, w, c). NaN and infinities in their
/// colours.
QImage valuesToImage(std::span<const double> values, int height, int width, int channels, double from, double to);

} // namespace plumbline
