#include "core/graph/attributes.h"

namespace plumbline {

namespace {

template<class T> T get(const std::map<std::string, Attribute>& values, const std::string& name, T fallback) {
    const auto it = values.find(name);
    if (it == values.end())
        return fallback;
    const auto* value = std::get_if<T>(&it->second);
    return value ? *value : fallback;
}

template<class T, class F> std::string listText(const std::vector<T>& values, F&& text) {
    std::string out = "(";
    for (std::size_t i = 0; i < values.size(); ++i)
        out += (i ? ", " : "") + text(values[i]);
    return out + (values.size() == 1 ? ",)" : ")");
}

} // namespace

std::int64_t Attributes::integer(const std::string& name, std::int64_t fallback) const {
    return get(m_values, name, fallback);
}

double Attributes::number(const std::string& name, double fallback) const {
    const auto it = m_values.find(name);
    if (it != m_values.end())
        if (const auto* integer = std::get_if<std::int64_t>(&it->second))
            return static_cast<double>(*integer);
    return get(m_values, name, fallback);
}

std::string Attributes::text(const std::string& name, std::string fallback) const {
    return get(m_values, name, std::move(fallback));
}

std::vector<std::int64_t> Attributes::integers(const std::string& name, std::vector<std::int64_t> fallback) const {
    return get(m_values, name, std::move(fallback));
}

std::vector<double> Attributes::numbers(const std::string& name, std::vector<double> fallback) const {
    return get(m_values, name, std::move(fallback));
}

std::vector<std::string> Attributes::texts(const std::string& name, std::vector<std::string> fallback) const {
    return get(m_values, name, std::move(fallback));
}

Tensor Attributes::tensor(const std::string& name) const { return get(m_values, name, Tensor()); }

std::string attributeText(const Attribute& attribute) {
    struct Visitor {
        std::string operator()(std::int64_t v) const { return std::to_string(v); }
        std::string operator()(double v) const { return numberText(v); }
        std::string operator()(const std::string& v) const { return v; }
        std::string operator()(const std::vector<std::int64_t>& v) const {
            return listText(v, [](std::int64_t x) { return std::to_string(x); });
        }
        std::string operator()(const std::vector<double>& v) const { return listText(v, numberText); }
        std::string operator()(const std::vector<std::string>& v) const {
            return listText(v, [](const std::string& x) { return x; });
        }
        std::string operator()(const Tensor& v) const {
            return "array " + v.shape().text() + " " + std::string(name(v.dtype()));
        }
    };
    return std::visit(Visitor{}, attribute);
}

} // namespace plumbline
