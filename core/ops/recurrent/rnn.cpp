// RNN: H = f(W x + R H + Wb + Rb).

#include "core/ops/recurrent/recurrent.h"
#include "core/ops/recurrent/recurrentcell.h"

namespace plumbline {

static void rnnStep(const recurrent::Step& step) {
    const auto units = step.hidden.size();
    step.scratch.assign(units, 0); // the new state: the old one is read by every unit
    for (std::size_t u = 0; u < units; ++u)
        step.scratch[u] = recurrent::clipped(
            step.attributes, step.x[u] + recurrent::dot(step.recurrence, static_cast<std::int64_t>(u), step.hidden) +
                                 step.recurrentBias[u]);
    step.activations[0](step.scratch);
    std::copy(step.scratch.begin(), step.scratch.end(), step.hidden.begin());
}

Result<std::vector<ValueType>> rnnShape(const ShapeContext& context) {
    return recurrent::shapeOf(recurrent::rnn(), context);
}
Result<std::vector<Tensor>> rnnReference(const KernelContext& context) {
    return recurrent::run(recurrent::rnn(), context, rnnStep);
}
std::vector<ElementOrigin> rnnOrigins(const DependencyContext& context) {
    return recurrent::origins(recurrent::rnn(), context);
}

} // namespace plumbline
