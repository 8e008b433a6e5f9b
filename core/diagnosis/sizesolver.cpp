#include "core/diagnosis/sizesolver.h"

#include <algorithm>

namespace plumbline {

namespace {

constexpr std::int64_t farthest = 64;         // sizes tried on each side of the given one
constexpr std::int64_t largestMultiple = 512; // networks halve their pictures nine times at most

using Shapes = std::vector<Dims>;

bool fits(const InputView& input) { return input.accepted && input.tensor.elements() > 0; }

class Solver {
public:
    explicit Solver(const Context& context) : m_context(context) {
        for (const auto& input : context.inputs) {
            m_given.push_back(fits(input) ? toDims(context.rowRule.ofBatch(*input.accepted)) : input.declared.shape);
            for (std::size_t axis = 1; fits(input) && axis < input.declared.shape.size(); ++axis)
                if (!input.declared.shape[axis].isKnown())
                    m_axes.push_back({input.position, axis, (*input.accepted)[axis], {}, {}});
        }
    }

    std::vector<WorkingAxis> solve() {
        auto base = findBase();
        if (!base)
            return {};
        for (auto& axis : m_axes) {
            axis.below = nearest(*base, axis, -1);
            axis.above = nearest(*base, axis, +1);
        }
        return m_axes;
    }

private:
    bool works(const Shapes& shapes) const {
        std::vector<ValueType> types;
        for (std::size_t i = 0; i < shapes.size(); ++i)
            types.push_back({m_context.inputs[i].declared.dtype, shapes[i]});
        return !inferTypes(m_context.graph(), types).failure;
    }

    /// All open axes on multiples of one power of two, the smallest that works: then each axis can be looked at alone.
    std::optional<Shapes> findBase() const {
        for (std::int64_t multiple = 1; !m_axes.empty() && multiple <= largestMultiple; multiple *= 2)
            for (const bool square : {false, true}) {
                auto shapes = m_given;
                std::int64_t largest = 0;
                for (const auto& axis : m_axes)
                    largest = std::max(largest, axis.given);
                for (const auto& axis : m_axes) {
                    const auto size = square ? largest : axis.given;
                    shapes[axis.input][axis.axis] = Dim((size + multiple - 1) / multiple * multiple);
                }
                if (works(shapes))
                    return shapes;
            }
        return std::nullopt;
    }

    std::optional<std::int64_t> nearest(Shapes shapes, const WorkingAxis& axis, std::int64_t step) const {
        auto& dim = shapes[axis.input][axis.axis];
        const auto limit = std::max(farthest, dim.extent() - axis.given);
        for (std::int64_t k = 0; k <= limit; ++k) {
            const auto extent = axis.given + k * step;
            if (extent < 1)
                break;
            dim = Dim(extent);
            if (works(shapes))
                return extent;
        }
        return std::nullopt;
    }

    const Context& m_context;
    Shapes m_given;
    std::vector<WorkingAxis> m_axes;
};

} // namespace

std::vector<WorkingAxis> workingSizes(const Context& context) { return Solver(context).solve(); }

nlohmann::json sizesToJson(const Context& context, const std::vector<WorkingAxis>& axes) {
    auto out = nlohmann::json::array();
    for (const auto& axis : axes) {
        if (axis.isFine())
            continue;
        auto nearest = nlohmann::json::array();
        for (const auto& size : {axis.below, axis.above})
            if (size)
                nearest.push_back(*size);
        out.push_back({{"input", context.inputs[axis.input].name},
                       {"axis", axis.axis},
                       {"given", axis.given},
                       {"nearest", nearest}});
    }
    return out;
}

} // namespace plumbline
