#include "widgets/common/colormap.h"

#include "widgets/common/palette.h"

#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>

namespace plumbline {

namespace {

// Stops of the project's own scale, deep violet over teal to yellow; lightness rises evenly (about 11 L* a stop).
constexpr std::array<std::array<int, 3>, 9> stops{{{62, 6, 88},
                                                   {70, 44, 122},
                                                   {60, 79, 137},
                                                   {45, 112, 142},
                                                   {33, 144, 140},
                                                   {42, 175, 127},
                                                   {98, 202, 95},
                                                   {170, 220, 50},
                                                   {250, 230, 40}}};

int byteOf(double value, double from, double to) {
    if (!(to > from))
        return 128;
    return static_cast<int>(std::lround(std::clamp((value - from) / (to - from), 0.0, 1.0) * 255));
}

} // namespace

QRgb scaleColor(double t) {
    t = std::clamp(std::isnan(t) ? 0.0 : t, 0.0, 1.0) * static_cast<double>(stops.size() - 1);
    const auto lower = std::min(static_cast<std::size_t>(t), stops.size() - 2);
    const double part = t - static_cast<double>(lower);
    const auto blend = [&](std::size_t c) {
        return static_cast<int>(std::lround(stops[lower][c] + (stops[lower + 1][c] - stops[lower][c]) * part));
    };
    return qRgb(blend(0), blend(1), blend(2));
}

QColor inkOn(QRgb ground) {
    // Relative luminance weights of ITU-R BT.709.
    const double luminance = 0.2126 * qRed(ground) + 0.7152 * qGreen(ground) + 0.0722 * qBlue(ground);
    return luminance > 125 ? QColor(Qt::black) : QColor(Qt::white);
}

QColor nonFiniteColor(double value) {
    if (std::isnan(value))
        return color(Role::nan);
    if (std::isinf(value))
        return color(value > 0 ? Role::positiveInfinity : Role::negativeInfinity);
    return {};
}

void paintNonFinite(QPainter& painter, const QRectF& cell, double value) {
    const auto ground = nonFiniteColor(value);
    painter.fillRect(cell, ground);
    QBrush pattern(mixed(ground, Qt::white, 0.55), std::isnan(value) ? Qt::DiagCrossPattern
                                                   : value > 0       ? Qt::BDiagPattern
                                                                     : Qt::FDiagPattern);
    painter.fillRect(cell, pattern);
}

QImage valuesToImage(std::span<const double> values, int height, int width, int channels, double from, double to) {
    QImage image(width, height, QImage::Format_ARGB32);
    std::size_t at = 0;
    for (int y = 0; y < height; ++y) {
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
        for (int x = 0; x < width; ++x, at += static_cast<std::size_t>(channels)) {
            QColor special;
            for (int c = 0; c < channels && !special.isValid(); ++c)
                special = nonFiniteColor(values[at + static_cast<std::size_t>(c)]);
            if (special.isValid()) {
                line[x] = special.rgb();
            } else if (channels >= 3) {
                line[x] = qRgb(byteOf(values[at], from, to), byteOf(values[at + 1], from, to),
                               byteOf(values[at + 2], from, to));
            } else {
                const int grey = byteOf(values[at], from, to);
                line[x] = qRgb(grey, grey, grey);
            }
        }
    }
    return image;
}

} // namespace plumbline
