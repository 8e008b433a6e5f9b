#include "core/ops/support/broadcast.h"

#include "core/ops/support/rule.h"

namespace plumbline::broadcast {

Result<Dims> shapes(std::string_view op, std::span<const Dims* const> operands) {
    Dims out;
    for (const auto* operand : operands)
        if (operand->size() > out.size())
            out.resize(operand->size(), Dim(1));
    std::fill(out.begin(), out.end(), Dim(1));
    for (const auto* operand : operands) {
        const auto shift = out.size() - operand->size();
        for (std::size_t i = 0; i < operand->size(); ++i) {
            auto& have = out[shift + i];
            const auto& next = (*operand)[i];
            if (next == Dim(1) || next == have)
                continue;
            if (have == Dim(1) || (!have.isKnown() && next.isKnown())) {
                have = next; // an unknown extent beside a known one other than 1 must be that or 1
                continue;
            }
            if (have.mayEqual(next))
                continue;
            std::string list;
            for (std::size_t k = 0; k < operands.size(); ++k)
                list += (k == 0 ? "" : k + 1 == operands.size() ? " and " : ", ") + dimsText(*operands[k]);
            return rule::conflict(op,
                                  "{op} cannot combine the shapes {shapes}: on axis {axis} the sizes {first} and "
                                  "{second} differ, and neither is 1.",
                                  {{"op", std::string(op)},
                                   {"shapes", list},
                                   {"axis", static_cast<std::int64_t>(shift + i)},
                                   {"first", have.text()},
                                   {"second", next.text()}},
                                  "equal sizes on axis " + std::to_string(shift + i) + ", or 1", list);
        }
    }
    return out;
}

std::vector<std::int64_t> strides(const Shape& operand, const Shape& output) {
    std::vector<std::int64_t> out(output.rank(), 0);
    const auto shift = output.rank() - operand.rank();
    std::int64_t stride = 1;
    for (std::size_t axis = operand.rank(); axis-- > 0;) {
        out[shift + axis] = operand[axis] == 1 ? 0 : stride;
        stride *= operand[axis];
    }
    return out;
}

std::int64_t originOf(std::int64_t element, const Shape& output, const Shape& operand) {
    const auto index = unflatten(element, output);
    const auto steps = strides(operand, output);
    std::int64_t out = 0;
    for (std::size_t axis = 0; axis < index.size(); ++axis)
        out += index[axis] * steps[axis];
    return out;
}

} // namespace plumbline::broadcast
