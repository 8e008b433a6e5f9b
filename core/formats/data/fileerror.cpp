#include "core/formats/data/fileerror.h"

#include "core/base/escape.h"
#include "core/base/utf8.h"

#include <algorithm>

namespace plumbline {

std::string quotable(std::string_view text) {
    constexpr std::size_t maximum = 60;
    std::string out;
    while (!text.empty()) {
        if (out.size() >= maximum)
            return out + "…";
        const auto length = std::max<std::size_t>(1, characterLength(text));
        out += visibleText(text.substr(0, length));
        text.remove_prefix(length);
    }
    return out;
}

} // namespace plumbline
