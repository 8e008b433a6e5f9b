#pragma once
// A layer's config with types. A setting that is missing gives the fallback, where it has one; one of a wrong type
// gives it too and is remembered, so that a lowering reads on and asks for the first problem once, at its end. A null
// is no number: where it means something (no limit, the default), the reader asks for that by has() or
// optionalNumber().

#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace plumbline::keras {

class Settings {
public:
    explicit Settings(const nlohmann::json& config) : m_config(config) {}

    const nlohmann::json& config() const { return m_config; }
    bool has(const char* key) const;                 ///< there, and not null
    const nlohmann::json& at(const char* key) const; ///< null where missing
    std::int64_t integer(const char* key, std::int64_t fallback) const;
    /// An integer of at least 1. Without a fallback it has to be there.
    std::int64_t size(const char* key, std::optional<std::int64_t> fallback = {}) const;
    double number(const char* key, double fallback) const;
    std::optional<double> optionalNumber(const char* key) const;
    bool flag(const char* key, bool fallback) const;
    std::string text(const char* key, const std::string& fallback) const;
    /// One of two words; the first where it is missing or null.
    bool isSecond(const char* key, const char* first, const char* second) const;
    /// A list of `count` integers; one number stands for all of them.
    std::vector<std::int64_t> integers(const char* key, std::size_t count, std::int64_t fallback) const;
    /// The same of at least 1 each. Without a fallback they have to be there.
    std::vector<std::int64_t> sizes(const char* key, std::size_t count,
                                    std::optional<std::int64_t> fallback = {}) const;
    /// A list of any length, none where it is missing or null; a number is a list of one.
    std::vector<std::int64_t> list(const char* key) const;
    /// A list that has to be there, of integers from `least` on.
    std::vector<std::int64_t> requiredList(const char* key, std::int64_t least) const;

    const std::optional<Error>& problem() const { return m_problem; }

private:
    bool isMissing(const char* key) const { return !m_config.contains(key); }
    void wrong(const char* key, const std::string& accepted) const;

    const nlohmann::json& m_config;
    mutable std::optional<Error> m_problem;
};

} // namespace plumbline::keras
