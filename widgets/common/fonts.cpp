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

// Names are shown letter by letter. Both families have rules that make another sign of several (Inter's "contextual
// alternates": 96x96 with a sign of multiplication, -> as an arrow), and a name so shown is not the one in the file.
// Qt 6.4 can switch off only all of a font's rules at once, where its script needs none to be read.
QFont literal(QFont font) {
    font.setStyleStrategy(QFont::PreferNoShaping);
    return font;
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
    auto font = literal(QFont(interfaceFamily()));
    setPixels(font, pixels);
    font.setWeight(weight);
    return font;
}

QFont monoFont(double pixels, QFont::Weight weight) {
    auto font = literal(QFont(monoFamily()));
    setPixels(font, pixels);
    font.setWeight(weight);
    font.setStyleHint(QFont::Monospace, font.styleStrategy()); // the strategy would be reset
    return font;
}

QFont headFont() {
    auto font = interfaceFont(11, QFont::DemiBold);
    font.setCapitalization(QFont::AllUppercase);
    font.setLetterSpacing(QFont::AbsoluteSpacing, 0.7);
    return font;
}

} // namespace plumbline
