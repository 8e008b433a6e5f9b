// LSTM: i, o, f = f(…), c~ = g(…), C = f*C + i*c~, H = o * h(C); peepholes add P*C to i and f, and P*C of the new cell
// to o.

#include "core/ops/recurrent/recurrent.h"
#include "core/ops/recurrent/recurrentcell.h"

namespace plumbline {

static void lstmStep(const recurrent::Step& step) {
    const auto units = step.hidden.size();
    const auto &f = step.activations[0], &g = step.activations[1], &h = step.activations[2];
    const bool coupled = step.attributes.integer("input_forget") != 0;
    step.scratch.assign(units, 0); // the new hidden state: the old one is read by every unit
    const auto gate = [&](std::size_t index, std::size_t unit) {
        const auto row = index * units + unit;
        return step.x[row] + recurrent::dot(step.recurrence, static_cast<std::int64_t>(row), step.hidden) +
               step.recurrentBias[row];
    };
    for (std::size_t u = 0; u < units; ++u) {
        auto& cell = step.cell[u];
        const auto clip = [&](double x) { return recurrent::clipped(step.attributes, x); };
        // Peepholes are in the order i, o, f. One that is not there adds nothing, not even 0 times an infinity.
        const auto seen = [&](std::size_t index) {
            return step.peepholes.empty() ? 0.0 : step.peepholes[index * units + u] * cell;
        };
        const auto input = f(clip(gate(0, u) + seen(0)));
        const auto forget = coupled ? 1 - input : f(clip(gate(2, u) + seen(2)));
        cell = forget * cell + input * g(clip(gate(3, u)));
        const auto output = f(clip(gate(1, u) + seen(1)));
        step.scratch[u] = output * h(cell);
    }
    std::copy(step.scratch.begin(), step.scratch.end(), step.hidden.begin());
}

Result<std::vector<ValueType>> lstmShape(const ShapeContext& context) {
    return recurrent::shapeOf(recurrent::lstm(), context);
}
Result<std::vector<Tensor>> lstmReference(const KernelContext& context) {
    return recurrent::run(recurrent::lstm(), context, lstmStep);
}
std::vector<ElementOrigin> lstmOrigins(const DependencyContext& context) {
    return recurrent::origins(recurrent::lstm(), context);
}

} // namespace plumbline
