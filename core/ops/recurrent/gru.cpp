// GRU: z, r = f(…), h~ = g(W x + r*(R H + Rb) + Wb) with linear_before_reset, else g(W x + R (r*H) + Rb + Wb); H =
// (1-z)*h~ + z*H.

#include "core/ops/recurrent/recurrent.h"
#include "core/ops/recurrent/recurrentcell.h"

namespace plumbline {

static void gruStep(const recurrent::Step& step) {
    const auto units = step.hidden.size();
    const auto &f = step.activations[0], &g = step.activations[1];
    const bool linearBeforeReset = step.attributes.integer("linear_before_reset") != 0;
    const auto clip = [&](double x) { return recurrent::clipped(step.attributes, x); };
    const auto recur = [&](std::size_t row, std::span<const double> hidden) {
        return recurrent::dot(step.recurrence, static_cast<std::int64_t>(row), hidden);
    };
    step.scratch.assign(3 * units, 0);
    const auto update = std::span(step.scratch).first(units), reset = std::span(step.scratch).subspan(units, units),
               held = std::span(step.scratch).last(units);
    for (std::size_t u = 0; u < units; ++u) {
        update[u] = clip(step.x[u] + recur(u, step.hidden) + step.recurrentBias[u]);
        const auto row = units + u;
        reset[u] = clip(step.x[row] + recur(row, step.hidden) + step.recurrentBias[row]);
    }
    f(update);
    f(reset);
    for (std::size_t u = 0; u < units; ++u)
        held[u] = reset[u] * step.hidden[u];
    for (std::size_t u = 0; u < units; ++u) { // reset is not read for other units any more: it takes the candidate
        const auto row = 2 * units + u;
        const auto recurrent = linearBeforeReset ? reset[u] * (recur(row, step.hidden) + step.recurrentBias[row])
                                                 : recur(row, held) + step.recurrentBias[row];
        reset[u] = clip(step.x[row] + recurrent);
    }
    g(reset);
    for (std::size_t u = 0; u < units; ++u)
        step.hidden[u] = (1 - update[u]) * reset[u] + update[u] * step.hidden[u];
}

Result<std::vector<ValueType>> gruShape(const ShapeContext& context) {
    return recurrent::shapeOf(recurrent::gru(), context);
}
Result<std::vector<Tensor>> gruReference(const KernelContext& context) {
    return recurrent::run(recurrent::gru(), context, gruStep);
}
std::vector<ElementOrigin> gruOrigins(const DependencyContext& context) {
    return recurrent::origins(recurrent::gru(), context);
}

} // namespace plumbline
