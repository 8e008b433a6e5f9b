// What a layer with `stateful` keeps from batch to batch. Keras's predict never resets it: two batches of one call, and
// two calls, follow one another. A model that was just loaded begins with zeros.
#include "core/formats/model/keras/layers/recurrent.h"

namespace plumbline::keras {

Values keptStates(Lowering& l, ValueId x, std::size_t count, std::int64_t units) {
    auto& states = l.layer().states;
    const auto rows = l.extent(x, 0);
    if (!l.settings().flag("stateful", false) || !rows)
        return {};
    Values out;
    if (states.empty())
        for (std::size_t i = 0; i < count; ++i) {
            const auto name = l.graph().layer(l.row()).name + "/state" + (i ? ":" + std::to_string(i) : "");
            const auto value = l.graph().addState(name, {l.type(x)->dtype, {*rows, units}}, l.row());
            states.push_back({value, value});
        }
    for (const auto& state : states)
        out.push_back(state.next);
    return out;
}

void keepStates(Lowering& l, const Values& ends) {
    auto& states = l.layer().states;
    for (std::size_t i = 0; i < std::min(states.size(), ends.size()); ++i) {
        states[i].next = ends[i];
        l.graph().setNext(states[i].value, ends[i]);
    }
}

} // namespace plumbline::keras
