#include "core/graph/dim.h"

#include "core/base/checked.h"

namespace plumbline {

/// operation: 's' symbol, '+', '-', '*', '/' (floor), '^' (ceiling division).
struct Dim::Expression {
    char operation;
    std::string symbol;
    Dim left, right;
};

Dim Dim::symbol(std::string name) {
    return Dim(std::make_shared<const Expression>(Expression{'s', std::move(name), Dim(0), Dim(0)}));
}

bool operator==(const Dim& a, const Dim& b) {
    if (a.isKnown() || b.isKnown())
        return a.isKnown() && b.isKnown() && a.m_extent == b.m_extent;
    const auto& x = *a.m_expression;
    const auto& y = *b.m_expression;
    return &x == &y || (x.operation == y.operation && x.symbol == y.symbol && x.left == y.left && x.right == y.right);
}

static std::int64_t floorOf(std::int64_t a, std::int64_t b) {
    const auto quotient = a / b;
    return quotient - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0);
}

static std::optional<std::int64_t> apply(char operation, std::int64_t a, std::int64_t b) {
    std::int64_t out = 0;
    switch (operation) {
    case '+': return checkedAdd(a, b);
    case '-': return __builtin_sub_overflow(a, b, &out) ? std::nullopt : std::optional(out);
    case '*': return checkedMultiply(a, b);
    default: break;
    }
    if (b == 0 || (b == -1 && a == INT64_MIN))
        return std::nullopt;
    return operation == '/' ? floorOf(a, b) : floorOf(a, b) + (a % b != 0 ? 1 : 0);
}

Dim Dim::combine(char operation, const Dim& a, const Dim& b) {
    if (a.isKnown() && b.isKnown())
        if (const auto folded = apply(operation, a.m_extent, b.m_extent))
            return Dim(*folded);
    const bool additive = operation == '+' || operation == '-';
    if (b.isKnown() && ((additive && b.m_extent == 0) || (!additive && b.m_extent == 1)))
        return a;
    if (a.isKnown() && ((operation == '+' && a.m_extent == 0) || (operation == '*' && a.m_extent == 1)))
        return b;
    // (x + c) + d, (x - c) + d and so on fold their constants; (x * c) / c gives x back.
    if (!a.isKnown() && b.isKnown()) {
        const auto& inner = *a.m_expression;
        if (inner.right.isKnown()) {
            const auto c = inner.right.m_extent;
            if (additive && (inner.operation == '+' || inner.operation == '-')) {
                const auto sum = (inner.operation == '+' ? c : -c) + (operation == '+' ? b.m_extent : -b.m_extent);
                return sum >= 0 ? combine('+', inner.left, Dim(sum)) : combine('-', inner.left, Dim(-sum));
            }
            if (inner.operation == '*' && (operation == '/' || operation == '^') && c == b.m_extent && c != 0)
                return inner.left;
            if (inner.operation == '*' && operation == '*')
                if (const auto product = checkedMultiply(c, b.m_extent))
                    return combine('*', inner.left, Dim(*product));
        }
    }
    if (a.isKnown() && !b.isKnown() && (operation == '+' || operation == '*'))
        return combine(operation, b, a); // constants on the right: one normal form
    return Dim(std::make_shared<const Expression>(Expression{operation, {}, a, b}));
}

Dim operator+(const Dim& a, const Dim& b) { return Dim::combine('+', a, b); }
Dim operator-(const Dim& a, const Dim& b) { return Dim::combine('-', a, b); }
Dim operator*(const Dim& a, const Dim& b) { return Dim::combine('*', a, b); }
Dim floorDivide(const Dim& a, const Dim& b) { return Dim::combine('/', a, b); }
Dim ceilDivide(const Dim& a, const Dim& b) { return Dim::combine('^', a, b); }

std::optional<std::int64_t> Dim::evaluate(const std::map<std::string, std::int64_t>& symbols) const {
    if (isKnown())
        return m_extent;
    const auto& e = *m_expression;
    if (e.operation == 's') {
        const auto it = symbols.find(e.symbol);
        return it == symbols.end() ? std::nullopt : std::optional(it->second);
    }
    const auto left = e.left.evaluate(symbols);
    const auto right = e.right.evaluate(symbols);
    return left && right ? apply(e.operation, *left, *right) : std::nullopt;
}

std::string Dim::text() const { return isKnown() ? std::to_string(m_extent) : "None"; }

std::string Dim::expressionText() const {
    if (isKnown())
        return std::to_string(m_extent);
    const auto& e = *m_expression;
    if (e.operation == 's')
        return e.symbol;
    const auto left = e.left.expressionText();
    const auto right = e.right.expressionText();
    if (e.operation == '/' || e.operation == '^')
        return (e.operation == '/' ? "floor(" : "ceil(") + left + " / " + right + ")";
    if (e.operation == '*')
        return left + " * " + right;
    return "(" + left + " " + e.operation + " " + right + ")";
}

Dims toDims(const Shape& shape) { return {shape.begin(), shape.end()}; }

std::optional<Shape> toShape(const Dims& dims) {
    Shape out;
    for (const auto& dim : dims) {
        if (!dim.isKnown())
            return std::nullopt;
        out.append(dim.extent());
    }
    return out;
}

std::string dimsText(const Dims& dims) {
    std::string out = "(";
    for (std::size_t i = 0; i < dims.size(); ++i)
        out += (i ? ", " : "") + dims[i].text();
    return out + (dims.size() == 1 ? ",)" : ")");
}

} // namespace plumbline
