#include "core/tensor/shape.h"

#include "core/base/checked.h"

namespace plumbline {

std::int64_t Shape::elements() const {
    std::int64_t product = 1;
    for (const auto extent : m_extents)
        product *= extent;
    return product;
}

Result<std::int64_t> Shape::checkedElements() const {
    const auto product = checkedProduct(m_extents);
    if (!product)
        return failure(ErrorCode::tooLarge, "shape.overflow",
                       "Shape {shape} has a negative extent or more elements than 64 bits count.", {{"shape", text()}});
    return *product;
}

std::string Shape::text() const {
    std::string out = "(";
    for (std::size_t i = 0; i < m_extents.size(); ++i) {
        if (i)
            out += ", ";
        out += std::to_string(m_extents[i]);
    }
    if (m_extents.size() == 1)
        out += ",";
    return out + ")";
}

} // namespace plumbline
