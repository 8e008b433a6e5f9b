#include "core/formats/model/keras/layers/cudnn.h"
#include "core/formats/model/keras/layers/layers.h"
#include "core/formats/model/keras/layers/recurrent.h"

namespace plumbline::keras {

Result<Children> bidirectionalChildren(const LayerConfig& layer, const Writer& writer, const std::string& file) {
    const Settings settings(layer.config);
    PLUMBLINE_TRY(auto forward, parseLayer(settings.at("layer"), writer, file));
    auto backward = forward;
    if (settings.has("backward_layer")) {
        PLUMBLINE_TRY(backward, parseLayer(settings.at("backward_layer"), writer, file));
    } else {
        backward.config["go_backwards"] = !Settings(forward.config).flag("go_backwards", false);
    }
    return Children{{"forward_layer", std::move(forward)}, {"backward_layer", std::move(backward)}};
}

// Both layers read the whole sequence; what the backward one gives is put back into the order of time.
Result<Values> lowerBidirectional(Lowering& l) {
    auto* first = l.layer().child("forward_layer");
    auto* second = l.layer().child("backward_layer");
    for (const auto* child : {first, second}) {
        const auto name = recurrentClass(child->config.className);
        if (!child->kind || (name != "LSTM" && name != "GRU" && name != "SimpleRNN"))
            return l.unsupported("it wraps a layer of class " + name + "; LSTM, GRU and SimpleRNN are accepted");
        if (child->weightProblem)
            return std::unexpected(*child->weightProblem);
    }
    const auto maskOf = [&](const Settings& settings) {
        return StepMask{l.keyword("mask"), maskedSteps(settings, l.writer(), true)};
    };
    const auto initial = initialStates(l);
    const auto half = initial.begin() + static_cast<std::ptrdiff_t>(initial.size() / 2);
    auto forward = l.inner(*first, {l.input()});
    const bool sequences = forward.settings().flag("return_sequences", false);
    const bool states = forward.settings().flag("return_state", false);
    auto forwardRun = recur(forward, Values(initial.begin(), half), maskOf(forward.settings()));
    l.take(forward);
    if (!forwardRun)
        return passOn(forwardRun);
    auto backward = l.inner(*second, {l.input()});
    auto backwardRun = recur(backward, Values(half, initial.end()), maskOf(backward.settings()));
    l.take(backward);
    if (!backwardRun)
        return passOn(backwardRun);

    auto y = forwardRun->last, z = backwardRun->last;
    if (sequences) {
        y = forwardRun->backwards ? reversed(l, forwardRun->steps) : forwardRun->steps;
        // Keras turns the second one around once more: a backward layer's steps are then in the order of time.
        z = backwardRun->backwards ? backwardRun->steps : reversed(l, backwardRun->steps);
    }
    const bool none = l.config().config.contains("merge_mode") && !l.settings().has("merge_mode");
    const auto mode = none ? std::string() : l.settings().text("merge_mode", "concat");
    Values out;
    if (none) {
        out = {y, z};
    } else if (mode == "concat") {
        Attributes attributes;
        attributes.set("axis", static_cast<std::int64_t>(l.rank(y)) - 1);
        out = {l.add("Concat", {y, z}, std::move(attributes))};
    } else if (mode == "mul") {
        out = {l.add("Mul", {y, z})};
    } else if (mode == "sum" || mode == "ave") {
        out = {l.add("Add", {y, z})};
        if (mode == "ave")
            out = {l.add("Div", {out[0], l.scalarLike(2, out[0])})};
    } else {
        return l.unsupported("its merge_mode is " + mode + "; concat, sum, mul, ave and none are accepted");
    }
    if (states) {
        out.insert(out.end(), forwardRun->states.begin(), forwardRun->states.end());
        out.insert(out.end(), backwardRun->states.begin(), backwardRun->states.end());
    }
    return out;
}

} // namespace plumbline::keras
