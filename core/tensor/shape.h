#pragma once
// The extents of a tensor, outermost axis first.

#include "core/base/result.h"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace plumbline {

class Shape {
public:
    Shape() = default;
    Shape(std::initializer_list<std::int64_t> extents) : m_extents(extents) {}
    explicit Shape(std::vector<std::int64_t> extents) : m_extents(std::move(extents)) {}

    std::size_t rank() const { return m_extents.size(); }
    bool isScalar() const { return m_extents.empty(); }
    std::int64_t operator[](std::size_t axis) const { return m_extents[axis]; }
    std::int64_t& operator[](std::size_t axis) { return m_extents[axis]; }
    std::int64_t back() const { return m_extents.back(); }
    const std::vector<std::int64_t>& extents() const { return m_extents; }
    auto begin() const { return m_extents.begin(); }
    auto end() const { return m_extents.end(); }

    /// Product of the extents. A Tensor's shape is known not to overflow; elsewhere ask checkedElements().
    std::int64_t elements() const;
    /// The same for a shape from outside: an error where it overflows or an extent is negative.
    Result<std::int64_t> checkedElements() const;

    void insert(std::size_t axis, std::int64_t extent) {
        m_extents.insert(m_extents.begin() + static_cast<std::ptrdiff_t>(axis), extent);
    }
    void erase(std::size_t axis) { m_extents.erase(m_extents.begin() + static_cast<std::ptrdiff_t>(axis)); }
    void append(std::int64_t extent) { m_extents.push_back(extent); }

    std::string text() const; ///< as Python prints a tuple: "(8, 16, 16, 1)", "(10,)", "()"

    friend bool operator==(const Shape&, const Shape&) = default;

private:
    std::vector<std::int64_t> m_extents;
};

} // namespace plumbline
