#pragma once
// The attributes of a node, under ONNX's names, and of a layer, under its source's own names.

#include "core/tensor/tensor.h"

#include <map>
#include <string>
#include <variant>
#include <vector>

namespace plumbline {

using Attribute = std::variant<std::int64_t, double, std::string, std::vector<std::int64_t>, std::vector<double>,
                               std::vector<std::string>, Tensor>;

class Attributes {
public:
    void set(std::string name, Attribute value) { m_values[std::move(name)] = std::move(value); }
    bool contains(const std::string& name) const { return m_values.contains(name); }
    const std::map<std::string, Attribute>& all() const { return m_values; }

    // A missing attribute, or one of another type, gives the fallback: what was read from a file was checked there.
    std::int64_t integer(const std::string& name, std::int64_t fallback = 0) const;
    double number(const std::string& name, double fallback = 0) const; ///< an integer counts as a number
    std::string text(const std::string& name, std::string fallback = {}) const;
    std::vector<std::int64_t> integers(const std::string& name, std::vector<std::int64_t> fallback = {}) const;
    std::vector<double> numbers(const std::string& name, std::vector<double> fallback = {}) const;
    std::vector<std::string> texts(const std::string& name, std::vector<std::string> fallback = {}) const;
    Tensor tensor(const std::string& name) const; ///< null where missing

private:
    std::map<std::string, Attribute> m_values;
};

/// One attribute as a user reads it: "(2, 2)", "same", "0.2".
std::string attributeText(const Attribute& attribute);

} // namespace plumbline
