#include "widgets/common/fonts.h"

#include <QFontDatabase>
#include <QFontInfo>

namespace plumbline {

namespace {

QString firstInstalled(std::initializer_list<const char*> wanted, QFontDatabase::SystemFont otherwise) {
    const auto families = QFontDatabase::families();
    for (const auto* family : wanted)
        if (families.contains(QLatin1String(family)))
            return QLatin1String(family);
    return QFontDatabase::systemFont(otherwise).family();
}

const QString& interfaceFamily() {
    static const auto family =
        firstInstalled({"Inter", "Cantarell", "Noto Sans", "DejaVu Sans"}, QFontDatabase::GeneralFont);
    return family;
}

// Qt 6.4 has no fractional pixel sizes; points at the reference resolution of 96 dpi have.
void setPixels(QFont& font, double pixels) {
    if (pixels == static_cast<int>(pixels))
        font.setPixelSize(static_cast<int>(pixels));
    else
        font.setPointSizeF(pixels * 72.0 / 96.0);
}

} // namespace

QString monoFamily() {
    static const auto family =
        firstInstalled({"JetBrains Mono", "Cascadia Mono", "DejaVu Sans Mono"}, QFontDatabase::FixedFont);
    return family;
}

QFont interfaceFont(double pixels, QFont::Weight weight) {
    QFont font(interfaceFamily());
    setPixels(font, pixels);
    font.setWeight(weight);
    return font;
}

QFont monoFont(double pixels, QFont::Weight weight) {
    QFont font(monoFamily());
    setPixels(font, pixels);
    font.setWeight(weight);
    font.setStyleHint(QFont::Monospace);
    return font;
}

QFont headFont() {
    auto font = interfaceFont(11, QFont::DemiBold);
    font.setCapitalization(QFont::AllUppercase);
    font.setLetterSpacing(QFont::AbsoluteSpacing, 0.7);
    return font;
}

} // namespace plumbline
