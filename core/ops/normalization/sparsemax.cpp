#include "core/ops/normalization/normalization.h"
#include "core/ops/support/element.h"
#include "core/ops/support/lines.h"
#include "core/ops/support/rule.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace plumbline {

Result<std::vector<ValueType>> sparsemaxShape(const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, "Sparsemax", 1, 1));
    PLUMBLINE_CHECK(rule::floats(context, "Sparsemax"));
    PLUMBLINE_CHECK(rule::axis("Sparsemax", context.attributes.integer("axis", -1), context.input(0).shape.size()));
    return rule::Types{context.input(0)};
}

/// The threshold of a line. A NaN, or an infinity, makes it NaN.
static double thresholdOf(std::vector<double>& line) {
    for (const auto x : line)
        if (!std::isfinite(x))
            return std::numeric_limits<double>::quiet_NaN();
    std::sort(line.begin(), line.end(), std::greater<>());
    double sum = 0, sums = 0, count = 0, place = 0;
    for (const auto x : line) {
        sum += x;
        if (x - (sum - 1) / ++place > 0) {
            sums += sum;
            ++count;
        }
    }
    return (sums - 1) / count;
}

Result<std::vector<Tensor>> sparsemaxReference(const KernelContext& context) {
    PLUMBLINE_TRY(auto out, element::allocate(context));
    const Lines lines(out.shape(),
                      *rule::axis("Sparsemax", context.attributes.integer("axis", -1), out.shape().rank()));
    return element::visitFloat(out.dtype(), [&](auto zero) -> Result<std::vector<Tensor>> {
        using T = decltype(zero);
        const auto* x = element::read<T>(context.input(0));
        auto* y = element::write<T>(out);
        std::vector<double> line(static_cast<std::size_t>(lines.length));
        for (std::int64_t n = 0; n < lines.count(); ++n) {
            const auto first = lines.first(n), end = first + lines.length * lines.inner;
            for (std::size_t i = 0; i < line.size(); ++i)
                line[i] = element::widen(x[first + static_cast<std::int64_t>(i) * lines.inner]);
            const auto threshold = thresholdOf(line);
            for (auto i = first; i < end; i += lines.inner) {
                const auto over = element::widen(x[i]) - threshold;
                y[i] = element::narrow<T>(over < 0 ? 0 : over); // a NaN stays
            }
        }
        return element::one(std::move(out));
    });
}

} // namespace plumbline
