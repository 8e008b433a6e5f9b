#include "core/ops/support/mapping.h"

#include "core/ops/support/element.h"

namespace plumbline {

static Shape outputShape(const AxisMaps& maps) {
    Shape out;
    for (const auto& map : maps)
        out.append(static_cast<std::int64_t>(map.size()));
    return out;
}

std::int64_t mappedElement(const AxisMaps& maps, const Shape& input, std::int64_t element) {
    const auto index = unflatten(element, outputShape(maps));
    std::int64_t out = 0;
    for (std::size_t axis = 0; axis < maps.size(); ++axis) {
        const auto at = maps[axis][static_cast<std::size_t>(index[axis])];
        if (at < 0)
            return -1;
        out = out * input[axis] + at;
    }
    return out;
}

Result<std::vector<Tensor>> mapped(const KernelContext& context, const std::function<AxisMaps()>& makeMaps,
                                   const Tensor& input, const std::byte* fill) {
    PLUMBLINE_TRY(auto out, element::allocate(context));
    if (out.elements() == 0)
        return element::one(std::move(out));
    const auto maps = makeMaps();
    if (maps.empty()) {
        std::copy_n(input.data(), input.bytes(), out.data());
        return element::one(std::move(out));
    }
    return element::visitSize(input.dtype(), [&](auto zero) -> Result<std::vector<Tensor>> {
        using T = decltype(zero);
        const auto* x = element::read<T>(input);
        const auto otherwise = fill ? *reinterpret_cast<const T*>(fill) : T(0);
        auto* y = element::write<T>(out);
        const auto& row = maps.back();
        const auto rowLength = input.shape().back();
        const auto rows = out.elements() / static_cast<std::int64_t>(row.size());
        const AxisMaps outer(maps.begin(), maps.end() - 1);
        auto outerExtents = input.shape().extents();
        outerExtents.pop_back();
        const Shape outerShape(outerExtents);
        for (std::int64_t r = 0; r < rows; ++r) {
            const auto from = mappedElement(outer, outerShape, r);
            for (const auto at : row)
                *y++ = from < 0 || at < 0 ? otherwise : x[from * rowLength + at];
        }
        return element::one(std::move(out));
    });
}

} // namespace plumbline
