#include "core/formats/model/keras/settings.h"

#include "core/formats/bytes/pythontext.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace plumbline::keras {

using nlohmann::json;

namespace {

constexpr auto largestSize = std::int64_t{1} << 40; ///< products of a few stay far from overflow

/// 3, and 3.0 as some writers have it; not true, which JSON keeps apart.
std::optional<std::int64_t> wholeNumber(const json& value) {
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{1} << 62)
        return std::nullopt;
    if (value.is_number_integer())
        return value.get<std::int64_t>();
    if (value.is_number_float() && value.get<double>() == std::floor(value.get<double>()) &&
        std::abs(value.get<double>()) < 1e15)
        return static_cast<std::int64_t>(value.get<double>());
    return std::nullopt;
}

std::string countedList(std::size_t count, const char* one, const char* many) {
    static constexpr const char* words[] = {"none", "one", "two", "three"};
    if (count == 1)
        return one;
    return std::string(one) + " or a list of " + (count < 4 ? words[count] : std::to_string(count)) + many;
}

} // namespace

const json& Settings::at(const char* key) const {
    static const json none;
    const auto it = m_config.find(key);
    return it == m_config.end() ? none : *it;
}

bool Settings::has(const char* key) const { return !at(key).is_null(); }

void Settings::wrong(const char* key, const std::string& accepted) const {
    if (m_problem)
        return;
    const auto found = isMissing(key) ? "missing" : pythonText(at(key));
    Error error;
    error.code = ErrorCode::unsupported;
    error.message = Message("keras.setting", "setting {key} is {found}; {accepted} is accepted",
                            {{"key", std::string(key)}, {"found", found}, {"accepted", accepted}});
    error.expected = accepted;
    error.actual = found;
    m_problem = std::move(error);
}

std::int64_t Settings::integer(const char* key, std::int64_t fallback) const {
    if (isMissing(key))
        return fallback;
    const auto& value = at(key);
    if (const auto whole = wholeNumber(value.is_array() && value.size() == 1 ? value[0] : value))
        return *whole;
    wrong(key, "an integer");
    return fallback;
}

std::int64_t Settings::size(const char* key, std::optional<std::int64_t> fallback) const {
    if (isMissing(key) && fallback)
        return *fallback;
    const auto& value = at(key);
    const auto& one = value.is_array() && value.size() == 1 ? value[0] : value;
    if (const auto whole = wholeNumber(one); whole && *whole >= 1 && *whole <= largestSize)
        return *whole;
    const bool isTooLarge = one.is_number() && one.get<double>() > static_cast<double>(largestSize);
    wrong(key, isTooLarge ? fmt::format("a positive integer up to {}", largestSize) : "a positive integer");
    return fallback.value_or(1);
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

double Settings::number(const char* key, double fallback) const {
    if (isMissing(key))
        return fallback;
    if (at(key).is_null())
        wrong(key, "a number");
    return optionalNumber(key).value_or(fallback);
}

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

bool Settings::isSecond(const char* key, const char* first, const char* second) const {
    const auto found = text(key, first);
    if (found != first && found != second)
        wrong(key, std::string(first) + " or " + second);
    return found == second;
}

/// `count` integers, or one that stands for all; nothing where the value is neither.
static std::optional<std::vector<std::int64_t>> eachOf(const json& value, std::size_t count) {
    if (const auto whole = wholeNumber(value))
        return std::vector<std::int64_t>(count, *whole);
    if (!value.is_array() || (value.size() != count && value.size() != 1))
        return std::nullopt;
    std::vector<std::int64_t> out(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto whole = wholeNumber(value[value.size() == 1 ? 0 : i]);
        if (!whole)
            return std::nullopt;
        out[i] = *whole;
    }
    return out;
}

std::vector<std::int64_t> Settings::integers(const char* key, std::size_t count, std::int64_t fallback) const {
    if (!isMissing(key)) {
        if (auto found = eachOf(at(key), count))
            return std::move(*found);
        wrong(key, countedList(count, "an integer", ""));
    }
    return std::vector<std::int64_t>(count, fallback);
}

std::vector<std::int64_t> Settings::sizes(const char* key, std::size_t count,
                                          std::optional<std::int64_t> fallback) const {
    if (!isMissing(key) || !fallback) {
        auto found = eachOf(at(key), count);
        if (found && std::all_of(found->begin(), found->end(), [](auto n) { return n >= 1 && n <= 1'000'000; }))
            return std::move(*found);
        wrong(key, countedList(count, "a positive integer", " (up to 1000000)"));
    }
    return std::vector<std::int64_t>(count, fallback.value_or(1));
}

std::vector<std::int64_t> Settings::list(const char* key) const {
    return has(key) ? requiredList(key, std::numeric_limits<std::int64_t>::min()) : std::vector<std::int64_t>();
}

std::vector<std::int64_t> Settings::requiredList(const char* key, std::int64_t least) const {
    const auto& value = at(key);
    if (const auto whole = wholeNumber(value); whole && *whole >= least)
        return {*whole};
    std::vector<std::int64_t> out;
    bool fits = value.is_array();
    for (std::size_t i = 0; fits && i < value.size(); ++i) {
        const auto whole = wholeNumber(value[i]);
        fits = whole && *whole >= least;
        out.push_back(whole.value_or(0));
    }
    if (fits)
        return out;
    wrong(key, least < -1000 ? "a list of integers" : "a list of integers from " + std::to_string(least) + " on");
    return {};
}

} // namespace plumbline::keras
