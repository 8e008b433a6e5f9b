#include "core/formats/bytes/pythontext.h"

#include "core/base/message.h"

namespace plumbline {

namespace {

std::string literal(const nlohmann::json& value, std::size_t longest);

/// Ends as soon as there is more than is shown: a file may hold a list of millions.
std::string joined(const nlohmann::json& items, std::size_t longest) {
    std::string out;
    for (auto item = items.begin(); item != items.end() && out.size() <= longest; ++item) {
        if (!out.empty())
            out += ", ";
        if (items.is_object())
            out += '"' + item.key() + "\": ";
        out += literal(*item, longest);
    }
    return out;
}

std::string literal(const nlohmann::json& value, std::size_t longest) {
    if (value.is_null())
        return "None";
    if (value.is_boolean())
        return value.get<bool>() ? "True" : "False";
    if (value.is_number_float())
        return numberText(value.get<double>());
    if (value.is_string())
        return '"' + value.get_ref<const std::string&>() + '"';
    if (value.is_array())
        return "(" + joined(value, longest) + (value.size() == 1 ? ",)" : ")");
    if (value.is_object())
        return "{" + joined(value, longest) + "}";
    return value.dump();
}

} // namespace

std::string pythonText(const nlohmann::json& value, std::size_t longest) {
    auto out = literal(value, longest);
    if (out.size() <= longest)
        return out;
    auto end = longest;
    while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) // not within a character
        --end;
    return out.substr(0, end) + "…";
}

} // namespace plumbline
