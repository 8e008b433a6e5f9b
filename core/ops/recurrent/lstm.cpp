// LSTM: i, o, f = f(…), c~ = g(…), C = f*C + i*c~, H = o * h(C); peepholes add P*C to i and f, and P*C of the new cell
// to o.

#include "core/ops/recurrent/recurrent.h"
#include "core/ops/recurrent/recurrentcell.h"

namespace plumbline {

static void lstmStep(const recurrent::Step& step) {
    const auto units = step.hidden.size();
    const auto &f = step.activations[0], &g = step.activations[1], &h = step.activations[2];
    const bool coupled = step.attributes.integer("input_forget") != 0;
    step.scratch.assign(4 * units, 0); // the gates, i o f c: the old hidden state is read by every unit
    const auto gate = [&](std::size_t index) { return std::span(step.scratch).subspan(index * units, units); };
    for (std::size_t row = 0; row < 4 * units; ++row)
        step.scratch[row] = step.x[row] + recurrent::dot(step.recurrence, static_cast<std::int64_t>(row), step.hidden) +
                            step.recurrentBias[row];
    const auto close = [&](std::size_t index, std::size_t peephole, const recurrent::Activation& activation) {
        for (std::size_t u = 0; u < units; ++u) {
            // Peepholes are in the order i, o, f. One that is not there adds nothing, not even 0 times an infinity.
            const auto seen =
                step.peepholes.empty() || peephole > 2 ? 0.0 : step.peepholes[peephole * units + u] * step.cell[u];
            gate(index)[u] = recurrent::clipped(step.attributes, gate(index)[u] + seen);
        }
        activation(gate(index));
    };
    close(0, 0, f);
    close(2, 2, f);
    close(3, 3, g);
    for (std::size_t u = 0; u < units; ++u) {
        const auto forget = coupled ? 1 - gate(0)[u] : gate(2)[u];
        step.cell[u] = forget * step.cell[u] + gate(0)[u] * gate(3)[u];
    }
    close(1, 1, f);
    std::copy(step.cell.begin(), step.cell.end(), step.hidden.begin());
    h(step.hidden);
    for (std::size_t u = 0; u < units; ++u)
        step.hidden[u] *= gate(1)[u];
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
