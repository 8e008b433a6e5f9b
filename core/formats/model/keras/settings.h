#pragma once
// A layer's config with types. A setting that is missing or null gives the fallback; one of a wrong type gives the
// fallback too and is remembered, so that a lowering reads on and asks for the first problem once, at its end.

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
    double number(const char* key, double fallback) const;
    std::optional<double> optionalNumber(const char* key) const;
    bool flag(const char* key, bool fallback) const;
    std::string text(const char* key, const std::string& fallback) const;
    /// A list of `count` integers; one number stands for all of them.
    std::vector<std::int64_t> integers(const char* key, std::size_t count, std::int64_t fallback) const;
    /// A list of any length; a number is a list of one.
    std::vector<std::int64_t> list(const char* key) const;

    const std::optional<Error>& problem() const { return m_problem; }

private:
    void wrong(const char* key, const char* accepted) const;

    const nlohmann::json& m_config;
    mutable std::optional<Error> m_problem;
};

} // namespace plumbline::keras
