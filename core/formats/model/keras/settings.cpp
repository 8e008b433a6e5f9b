#include "core/formats/model/keras/settings.h"

#include <cmath>

namespace plumbline::keras {

using nlohmann::json;

const json& Settings::at(const char* key) const {
    static const json none;
    const auto it = m_config.find(key);
    return it == m_config.end() ? none : *it;
}

bool Settings::has(const char* key) const { return !at(key).is_null(); }

void Settings::wrong(const char* key, const char* accepted) const {
    if (m_problem)
        return;
    auto found = at(key).dump(-1, ' ', false, json::error_handler_t::replace);
    if (found.size() > 60)
        found = found.substr(0, 57) + "...";
    Error error;
    error.code = ErrorCode::unsupported;
    error.message = Message("keras.setting", "setting {key} is {found}; {accepted} is accepted",
                            {{"key", std::string(key)}, {"found", found}, {"accepted", std::string(accepted)}});
    error.expected = accepted;
    error.actual = found;
    m_problem = std::move(error);
}

std::int64_t Settings::integer(const char* key, std::int64_t fallback) const {
    const auto& value = at(key);
    if (value.is_null())
        return fallback;
    if (value.is_number_integer())
        return value.get<std::int64_t>();
    if (value.is_number_float() && value.get<double>() == std::floor(value.get<double>()) &&
        std::abs(value.get<double>()) < 1e15)
        return static_cast<std::int64_t>(value.get<double>());
    if (value.is_array() && value.size() == 1 && value[0].is_number_integer())
        return value[0].get<std::int64_t>();
    wrong(key, "an integer");
    return fallback;
}

std::optional<double> Settings::optionalNumber(const char* key) const {
    const auto* value = &at(key);
    if (value->is_null())
        return std::nullopt;
    while (value->is_array() && value->size() == 1)
        value = &(*value)[0];
    if (value->is_number())
        return value->get<double>();
    wrong(key, "a number");
    return std::nullopt;
}

double Settings::number(const char* key, double fallback) const { return optionalNumber(key).value_or(fallback); }

bool Settings::flag(const char* key, bool fallback) const {
    const auto& value = at(key);
    if (value.is_null())
        return fallback;
    if (value.is_boolean())
        return value.get<bool>();
    if (value.is_number_integer())
        return value.get<std::int64_t>() != 0;
    wrong(key, "true or false");
    return fallback;
}

std::string Settings::text(const char* key, const std::string& fallback) const {
    const auto& value = at(key);
    if (value.is_null())
        return fallback;
    if (value.is_string())
        return value.get<std::string>();
    wrong(key, "text");
    return fallback;
}

std::vector<std::int64_t> Settings::integers(const char* key, std::size_t count, std::int64_t fallback) const {
    const auto& value = at(key);
    std::vector<std::int64_t> out(count, fallback);
    if (value.is_null())
        return out;
    if (value.is_number_integer())
        return std::vector<std::int64_t>(count, value.get<std::int64_t>());
    if (value.is_array() && (value.size() == count || value.size() == 1)) {
        for (std::size_t i = 0; i < count; ++i) {
            const auto& item = value[value.size() == 1 ? 0 : i];
            if (!item.is_number_integer()) {
                wrong(key, "a list of integers");
                return std::vector<std::int64_t>(count, fallback);
            }
            out[i] = item.get<std::int64_t>();
        }
        return out;
    }
    wrong(key, count == 1   ? "one integer"
               : count == 2 ? "an integer or a list of two"
                            : "an integer or a list of three");
    return out;
}

std::vector<std::int64_t> Settings::list(const char* key) const {
    const auto& value = at(key);
    std::vector<std::int64_t> out;
    if (value.is_number_integer())
        return {value.get<std::int64_t>()};
    if (value.is_null())
        return out;
    if (value.is_array()) {
        for (const auto& item : value) {
            if (!item.is_number_integer()) {
                wrong(key, "a list of integers");
                return {};
            }
            out.push_back(item.get<std::int64_t>());
        }
        return out;
    }
    wrong(key, "a list of integers");
    return out;
}

} // namespace plumbline::keras
