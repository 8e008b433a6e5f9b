#include "core/ops/shaping/mappedkernel.h"
#include "core/ops/shaping/shaping.h"
#include "core/ops/support/mapping.h"
#include "core/ops/support/rule.h"

#include <limits>

namespace plumbline {

namespace {

struct Cut {
    std::size_t axis = 0;
    std::int64_t start = 0, end = 0, step = 1;
};

using Integers = std::optional<std::vector<std::int64_t>>;

Result<std::vector<Cut>> cutsOf(const std::vector<std::int64_t>& starts, const std::vector<std::int64_t>& ends,
                                const Integers& axes, const Integers& steps, std::size_t rank) {
    const auto count = starts.size();
    if (ends.size() != count || (axes && axes->size() != count) || (steps && steps->size() != count) || count > rank)
        return rule::attributeError("Slice", "starts, ends, axes and steps", "of different lengths",
                                    "one number an axis in each");
    std::vector<std::int64_t> order;
    for (std::size_t i = 0; i < count; ++i)
        order.push_back(axes ? (*axes)[i] : static_cast<std::int64_t>(i));
    PLUMBLINE_TRY(const auto normal, rule::axes("Slice", order, rank));
    std::vector<Cut> out;
    for (std::size_t i = 0; i < count; ++i) {
        out.push_back({normal[i], starts[i], ends[i], steps ? (*steps)[i] : 1});
        if (out.back().step == 0)
            return rule::attributeError("Slice", "steps", "0", "any other number");
    }
    return out;
}

/// Python's slice.indices: start and count on an axis of this extent.
std::pair<std::int64_t, std::int64_t> resolved(const Cut& cut, std::int64_t extent) {
    const auto clamp = [&](std::int64_t at, std::int64_t low, std::int64_t high) {
        if (at < 0)
            at = at < -extent ? low : at + extent;
        return std::min(std::max(at, low), high);
    };
    if (cut.step > 0) {
        const auto start = clamp(cut.start, 0, extent), end = clamp(cut.end, 0, extent);
        return {start, end > start ? (end - start - 1) / cut.step + 1 : 0};
    }
    const auto start = clamp(cut.start, -1, extent - 1), end = clamp(cut.end, -1, extent - 1);
    // -(step + 1) + 1 in unsigned: the lowest int64 has no negative.
    const auto stride = static_cast<std::uint64_t>(-(cut.step + 1)) + 1;
    return {start,
            start > end ? static_cast<std::int64_t>(static_cast<std::uint64_t>(start - end - 1) / stride) + 1 : 0};
}

/// An extent that is not known is taken to be large enough for the numbers given; the concrete run checks.
Dim openExtent(const Cut& cut, const Dim& extent) {
    constexpr auto far = std::numeric_limits<std::int32_t>::max(); // exporters write this, or int64's, for "to the end"
    if (cut.step < 0)
        return cut.start == -1 && cut.end <= -far
                   ? ceilDivide(extent, Dim(cut.step == INT64_MIN ? INT64_MAX : -cut.step))
                   : rule::unknownDim();
    if (cut.start >= far)
        return rule::unknownDim();
    if (cut.start >= 0 && cut.end >= 0 && cut.end < far)
        return rule::unknownDim();
    const auto start = cut.start < 0 ? extent - Dim(cut.start <= -far ? 0 : -cut.start) : Dim(cut.start);
    if (cut.start <= -far)
        return rule::unknownDim();
    if (cut.start < 0 && (cut.end < 0 || cut.end >= far)) {
        const auto length = (cut.end < 0 ? cut.end : 0) - cut.start; // both from the end: the extent itself drops out
        return length > 0 ? ceilDivide(Dim(length), Dim(cut.step)) : rule::unknownDim();
    }
    if (cut.start < 0)
        return rule::unknownDim();
    const auto end = cut.end < 0 ? extent - Dim(-cut.end) : extent;
    return ceilDivide(end - start, Dim(cut.step));
}

AxisMaps mapsOf(const std::vector<Cut>& cuts, const Shape& input) {
    AxisMaps maps(input.rank());
    std::vector<const Cut*> byAxis(input.rank(), nullptr);
    for (const auto& cut : cuts)
        byAxis[cut.axis] = &cut;
    for (std::size_t axis = 0; axis < input.rank(); ++axis) {
        const auto step = byAxis[axis] ? byAxis[axis]->step : 1;
        const auto [start, count] =
            byAxis[axis] ? resolved(*byAxis[axis], input[axis]) : std::pair{std::int64_t{0}, input[axis]};
        auto at = start;
        for (std::int64_t i = 0; i < count; ++i) {
            maps[axis].push_back(at);
            if (i + 1 < count)
                at += step;
        }
    }
    return maps;
}

} // namespace

Result<std::vector<ValueType>> sliceShape(const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, "Slice", 3, 5));
    const auto& x = context.input(0);
    const auto starts = rule::integers(context, 1), ends = rule::integers(context, 2),
               axes = rule::integers(context, 3), steps = rule::integers(context, 4);
    rule::Types out{x};
    if (!starts || !ends || (context.has(3) && !axes) || (context.has(4) && !steps)) {
        for (auto& dim : out[0].shape)
            dim = rule::unknownDim();
        return out;
    }
    PLUMBLINE_TRY(const auto cuts, cutsOf(*starts, *ends, axes, steps, x.shape.size()));
    for (const auto& cut : cuts) {
        auto& dim = out[0].shape[cut.axis];
        const auto before = dim;
        dim = dim.isKnown() ? Dim(resolved(cut, dim.extent()).second) : openExtent(cut, dim);
        // Lists of sizes may be cut to nothing (exporters do); an image may not.
        const bool list = x.shape.size() == 1 && isInteger(x.dtype);
        if (dim == Dim(0) && before != Dim(0) && !list)
            return rule::zeroSize("Slice", x.shape, cut.axis, 0,
                                  "the part from " + std::to_string(cut.start) + " to " + std::to_string(cut.end) +
                                      " is empty there");
    }
    return out;
}

Result<std::vector<Tensor>> sliceReference(const KernelContext& context) {
    const auto list = [&](std::size_t i) {
        return context.has(i) ? Integers(rule::integersOf(context.input(i))) : Integers();
    };
    PLUMBLINE_TRY(const auto cuts, cutsOf(*list(1), *list(2), list(3), list(4), context.input(0).rank()));
    return mapped(
        context, [&] { return mapsOf(cuts, context.input(0).shape()); }, context.input(0));
}

std::vector<ElementOrigin> sliceOrigins(const DependencyContext& context) {
    const ShapeContext known{context.attributes, context.inputs, context.constants};
    const auto starts = rule::integers(known, 1), ends = rule::integers(known, 2);
    const auto input = *toShape(context.input(0).shape);
    if (!starts || !ends)
        return {};
    const auto cuts = cutsOf(*starts, *ends, rule::integers(known, 3), rule::integers(known, 4), input.rank());
    if (!cuts)
        return {};
    return {{0, mappedElement(mapsOf(*cuts, input), input, context.element)}};
}

std::unique_ptr<FastKernel> fastSlice(const FastKernelRequest& request) {
    const ShapeContext known{request.attributes, request.inputs, request.constants};
    const auto starts = rule::integers(known, 1), ends = rule::integers(known, 2), axes = rule::integers(known, 3),
               steps = rule::integers(known, 4);
    if (!starts || !ends || (known.has(3) && !axes) || (known.has(4) && !steps))
        return nullptr;
    const auto input = *toShape(request.inputs[0]->shape);
    const auto cuts = cutsOf(*starts, *ends, axes, steps, input.rank());
    return cuts ? mappedKernel(request, mapsOf(*cuts, input)) : nullptr;
}

} // namespace plumbline
