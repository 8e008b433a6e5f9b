// Reshape: input 1 is the new shape; a -1 is what remains, a 0 copies the input's extent (unless allowzero).

#include "core/base/checked.h"
#include "core/ops/shaping/shaping.h"
#include "core/ops/support/rule.h"

namespace plumbline {

namespace {

Dim product(const Dims& dims) {
    Dim out(1);
    for (const auto& dim : dims)
        out = out * dim;
    return out;
}

std::string listText(const std::vector<std::int64_t>& shape) { return Shape(shape).text(); }

/// What was asked for, a copied extent as the input has it: a user reads a 0 as no element at all.
std::string askedText(const Dims& from, const std::vector<std::int64_t>& asked, bool allowZero) {
    std::string out;
    for (std::size_t i = 0; i < asked.size(); ++i)
        out += (i ? ", " : "") +
               (asked[i] == 0 && !allowZero && i < from.size() ? from[i].text() : std::to_string(asked[i]));
    return asked.size() == 1 ? "(" + out + ",)" : "(" + out + ")";
}

std::unexpected<Error> misfit(const Dims& from, const std::string& to) {
    return rule::conflict("Reshape", "Reshape cannot make {to} of {from}: the number of elements differs.",
                          {{"to", to}, {"from", dimsText(from)}}, to, dimsText(from));
}

/// The extent of the -1: what is left of the input when the same extents on both sides are struck out.
Result<Dim> remaining(const Dims& from, const Dims& target, std::size_t open, const std::string& asked) {
    auto over = from;
    std::int64_t under = 1;
    for (std::size_t i = 0; i < target.size(); ++i) {
        if (i == open)
            continue;
        const auto same =
            std::find_if(over.begin(), over.end(), [&](const Dim& dim) { return !dim.isKnown() && dim == target[i]; });
        if (same != over.end())
            over.erase(same);
        else if (!target[i].isKnown())
            return rule::unknownDim();
        else if (const auto next = checkedMultiply(under, target[i].extent()))
            under = *next;
        else
            return misfit(from, asked);
    }
    Dim unknown(1), known(1);
    for (const auto& dim : over)
        (dim.isKnown() ? known : unknown) = (dim.isKnown() ? known : unknown) * dim;
    if (under == 0)
        return Dim(0);
    if (known.isKnown() && known.extent() % under == 0)
        return unknown * Dim(known.extent() / under);
    if (unknown == Dim(1))
        return misfit(from, asked);
    return floorDivide(unknown * known, Dim(under));
}

} // namespace

Result<std::vector<ValueType>> reshapeShape(const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, "Reshape", 2, 2));
    const auto& from = context.input(0).shape;
    const auto asked = rule::integers(context, 1);
    if (!asked) { // only the number of axes is known, and that only with luck
        const auto& shape = context.input(1).shape;
        Dims open;
        if (shape.size() == 1 && shape[0].isKnown() && shape[0].extent() <= 64)
            for (std::int64_t i = 0; i < shape[0].extent(); ++i)
                open.push_back(rule::unknownDim());
        return rule::Types{{context.input(0).dtype, std::move(open)}};
    }
    const bool allowZero = context.attributes.integer("allowzero") != 0;
    Dims target;
    std::optional<std::size_t> openAxis;
    for (std::size_t i = 0; i < asked->size(); ++i) {
        const auto extent = (*asked)[i];
        if (extent == -1 && !openAxis) {
            openAxis = i;
            target.push_back(Dim(1));
        } else if (extent == 0 && !allowZero && i < from.size())
            target.push_back(from[i]);
        else if (extent < 0 || (extent == 0 && !allowZero))
            return rule::attributeError("Reshape", "shape", listText(*asked),
                                        "one -1, a 0 only where the input has that axis, and else sizes above 0");
        else
            target.push_back(Dim(extent));
    }
    const auto text = askedText(from, *asked, allowZero);
    if (openAxis) {
        PLUMBLINE_TRY(target[*openAxis], remaining(from, target, *openAxis, text));
    } else if (!product(from).mayEqual(product(target)))
        return misfit(from, text);
    return rule::Types{{context.input(0).dtype, std::move(target)}};
}

Result<std::vector<Tensor>> reshapeReference(const KernelContext& context) {
    PLUMBLINE_TRY(auto out, context.input(0).reshaped(*toShape(context.outputs[0].shape)));
    return std::vector<Tensor>{std::move(out)};
}

std::vector<ElementOrigin> samePosition(const DependencyContext& context) { return {{0, context.element}}; }

} // namespace plumbline
