#include "core/base/numbertext.h"

#include <fmt/format.h>

#include <cmath>

namespace plumbline {

/// The sign of a NaN is an accident of the processor (0 / 0 is a negative one on x86), and says nothing.
template<class T> static std::string textOf(T value, auto&& ofFinite) {
    if (std::isnan(value))
        return "nan";
    if (std::isinf(value))
        return value > 0 ? "inf" : "-inf";
    return ofFinite(value);
}

std::string numberText(double value) {
    return textOf(value, [](double number) { return number == 0 ? "0" : fmt::format("{:.6g}", number); });
}

std::string exactText(double value) {
    return textOf(value, [](double number) { return fmt::format("{}", number); });
}

std::string exactText(float value) {
    return textOf(value, [](float number) { return fmt::format("{}", number); });
}

} // namespace plumbline
