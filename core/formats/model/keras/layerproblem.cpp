#include "core/formats/model/keras/layerproblem.h"

#include "core/formats/model/keras/layers/table.h"

namespace plumbline::keras {

LayerProblem::Kind kindOf(const Error& error) {
    const auto& id = error.message.id();
    if (id == "custom-layer")
        return LayerProblem::Kind::custom;
    if (id == "weights-missing")
        return LayerProblem::Kind::weightsMissing;
    if (id == "weights-shape")
        return LayerProblem::Kind::weightsShape;
    return error.code == ErrorCode::shape ? LayerProblem::Kind::shape : LayerProblem::Kind::unsupported;
}

Error named(const Layer& row, Error error) {
    if (error.layer.empty()) {
        const auto who = "Layer " + row.name + " (" + row.type + ")";
        const auto what = error.text();
        if (!what.starts_with(who))
            error.message = Message(error.message.id(), what.ends_with('.') ? "{who}: {what}" : "{who}: {what}.",
                                    {{"who", who}, {"what", what}});
    }
    error.layer = row.name;
    return error;
}

Error refusal(const Layer& row, const LayerConfig& layer) {
    Error error;
    error.code = ErrorCode::unsupported;
    const bool builtIn = isBuiltIn(layer) || layer.isOperation();
    const auto name = layer.registered.empty() ? layer.className : layer.registered;
    if (layer.className == "Lambda")
        error.message =
            Message("custom-layer",
                    "Layer {layer} is a Lambda: it holds Python code, and code from a file is never run. The layers "
                    "before it still run. Put built-in layers that do the same in its place, and save the model again.",
                    {{"layer", row.name}});
    else if (builtIn)
        error.message =
            Message("unsupported-layer",
                    "Layer {layer} is of class {class}, which Plumbline cannot run yet. The layers before it still "
                    "run.",
                    {{"layer", row.name}, {"class", name}});
    else
        error.message =
            Message("custom-layer",
                    "Layer {layer} is of the custom class {class}, whose Python code is not in the file. The layers "
                    "before it still run. Put built-in layers that do the same in its place, and save the model again.",
                    {{"layer", row.name}, {"class", name}});
    error.layer = row.name;
    error.actual = name;
    return error;
}

} // namespace plumbline::keras
