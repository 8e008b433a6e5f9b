#include "core/diagnosis/sampledrows.h"

#include "core/diagnosis/arrays.h"

#include <algorithm>
#include <cmath>

namespace plumbline {

namespace {

std::size_t strideFor(std::size_t count, std::size_t most) {
    return std::max<std::size_t>(1, (count + most - 1) / std::max<std::size_t>(1, most));
}

} // namespace

std::vector<float> SampledRows::sortedColumn(std::size_t column) const {
    std::vector<float> out;
    out.reserve(rows * steps);
    for (auto at = column; at < values.size(); at += columns)
        if (std::isfinite(values[at]))
            out.push_back(values[at]);
    std::ranges::sort(out);
    return out;
}

SampledRows sampledRows(const Tensor& tensor, std::size_t mostRows) {
    SampledRows out;
    if (tensor.isNull() || tensor.rank() == 0 || tensor.elements() == 0)
        return out;
    const auto all = static_cast<std::size_t>(tensor.shape()[0]);
    const auto rowSize = static_cast<std::size_t>(tensor.elements()) / all;
    const auto last = tensor.rank() > 1 ? static_cast<std::size_t>(tensor.shape().back()) : 1;
    out.columns = last <= SampledRows::mostValues ? last : 1;
    const auto groups = rowSize / out.columns;
    const auto step = strideFor(groups, SampledRows::mostValues / out.columns);
    out.steps = (groups + step - 1) / step;
    const auto rowStep = strideFor(all, mostRows);
    for (std::size_t row = 0; row < all; row += rowStep) {
        const auto values = toDoubles(tensor.sliced(0, static_cast<std::int64_t>(row), 1));
        if (!values)
            return {};
        for (std::size_t group = 0; group < groups; group += step)
            for (std::size_t column = 0; column < out.columns; ++column)
                out.values.push_back(static_cast<float>((*values)[group * out.columns + column]));
        ++out.rows;
    }
    return out;
}

} // namespace plumbline
