#include "core/formats/model/keras/weights.h"

#include <algorithm>
#include <cctype>

namespace plumbline::keras {

std::string shortName(const std::string& stored) {
    auto name = stored.substr(stored.rfind('/') == std::string::npos ? 0 : stored.rfind('/') + 1);
    if (const auto colon = name.find(':'); colon != std::string::npos)
        name.resize(colon);
    // A trailing counter comes from names made unique ("kernel_2"), never from the variable.
    const auto digits = name.find_last_not_of("0123456789");
    if (digits != std::string::npos && digits + 1 < name.size() && name[digits] == '_')
        name.resize(digits);
    return name;
}

// Written out instead of regular expressions, in the order Keras applies them: (.)([A-Z][a-z]+) then ([a-z])([A-Z]).
std::string snakeCase(const std::string& className) {
    std::string word;
    for (const char c : className)
        if (std::isalnum(static_cast<unsigned char>(c)) || c == '_')
            word += c;
    const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
    std::string first;
    for (std::size_t i = 0; i < word.size();) {
        // A match needs a character before the capital that is not part of the previous match.
        if (i + 2 < word.size() && upper(word[i + 1]) && lower(word[i + 2])) {
            first += word[i++];
            first += '_';
            first += word[i++];
            while (i < word.size() && lower(word[i]))
                first += word[i++];
        } else {
            first += word[i++];
        }
    }
    std::string second;
    for (std::size_t i = 0; i < first.size(); ++i) {
        second += static_cast<char>(std::tolower(static_cast<unsigned char>(first[i])));
        if (i + 1 < first.size() && lower(first[i]) && upper(first[i + 1]))
            second += '_';
    }
    return second;
}

std::string groupStem(const LayerConfig& layer) {
    // The one class that Keras exports under another name than its own.
    return snakeCase(layer.className == "GroupQueryAttention" ? "GroupedQueryAttention" : layer.className);
}

bool isOfStem(const std::string& name, const std::string& stem) {
    if (!name.starts_with(stem))
        return false;
    const auto rest = name.substr(stem.size());
    return rest.empty() || (rest.size() > 1 && rest[0] == '_' &&
                            std::all_of(rest.begin() + 1, rest.end(), [](char c) { return c >= '0' && c <= '9'; }));
}

void store(LayerWeight& weight, Tensor tensor) {
    weight.shape = tensor.shape();
    weight.dtype = tensor.dtype();
    weight.stored = std::move(tensor);
}

} // namespace plumbline::keras
