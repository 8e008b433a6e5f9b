#pragma once
// One extent of a shape that may not be known before the run. A dimension is a number or a symbolic expression over
// named symbols ("batch", "h"); equal expressions compare equal, so a skip connection knows that its sides fit.
// Expressions are immutable and shared; arithmetic folds constants and the simplest identities.

#include "core/tensor/shape.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace plumbline {

class Dim {
public:
    struct Expression;

    Dim() : Dim(0) {}
    Dim(std::int64_t extent) : m_extent(extent) {} // NOLINT: a number is a dimension
    static Dim symbol(std::string name);           ///< the same name is the same dimension

    bool isKnown() const { return !m_expression; }
    std::int64_t extent() const { return m_extent; } ///< only where isKnown()
    std::optional<std::int64_t> known() const { return isKnown() ? std::optional(m_extent) : std::nullopt; }
    /// The extent with symbols replaced; nothing where one is missing or the arithmetic overflows.
    std::optional<std::int64_t> evaluate(const std::map<std::string, std::int64_t>& symbols) const;

    std::string text() const;           ///< the number, or "None" as Keras prints it
    std::string expressionText() const; ///< the number or the expression: "ceil(h / 2) * 2"

    friend bool operator==(const Dim& a, const Dim& b);
    /// False only where both are known and differ: what inference may refuse before a run.
    bool mayEqual(const Dim& other) const { return !isKnown() || !other.isKnown() || m_extent == other.m_extent; }

    friend Dim operator+(const Dim& a, const Dim& b);
    friend Dim operator-(const Dim& a, const Dim& b);
    friend Dim operator*(const Dim& a, const Dim& b);
    friend Dim floorDivide(const Dim& a, const Dim& b); ///< rounds down; divisor must not be a known zero
    friend Dim ceilDivide(const Dim& a, const Dim& b);

private:
    explicit Dim(std::shared_ptr<const Expression> expression) : m_expression(std::move(expression)) {}
    static Dim combine(char operation, const Dim& a, const Dim& b);

    std::int64_t m_extent = 0;
    std::shared_ptr<const Expression> m_expression; ///< null: the number
};

/// A shape of dimensions.
using Dims = std::vector<Dim>;

Dims toDims(const Shape& shape);
std::optional<Shape> toShape(const Dims& dims); ///< nothing where a dimension is unknown
std::string dimsText(const Dims& dims);         ///< "(None, 10)"

} // namespace plumbline
