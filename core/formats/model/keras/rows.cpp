#include "core/formats/model/keras/rows.h"

#include "core/formats/bytes/pythontext.h"
#include "core/formats/model/keras/settings.h"

#include <algorithm>

namespace plumbline::keras {

using nlohmann::json;

Result<ValueType> inputType(const LayerInstance& layer, const std::string& file) {
    const auto& config = layer.config.config;
    const Settings settings(config);
    const auto& shape = settings.has("batch_shape") ? settings.at("batch_shape") : settings.at("batch_input_shape");
    if (!shape.is_array() || shape.size() > 32) {
        auto error =
            failure(ErrorCode::noGraph, "keras.input-shape",
                    "Input {input} of {file} has no shape: begin the model with keras.Input(shape) and save it again.",
                    {{"input", layer.config.name}, {"file", file}});
        error.error().file = file;
        return error;
    }
    ValueType type;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (!shape[i].is_null() && !shape[i].is_number_integer()) {
            auto error =
                failure(ErrorCode::cannotRead, "keras.input-extent",
                        "Input {input} of {file} has a shape whose axis {axis} is {found}; a whole number or None is "
                        "accepted.",
                        {{"input", layer.config.name},
                         {"file", file},
                         {"axis", std::int64_t(i)},
                         {"found", pythonText(shape[i])}});
            error.error().file = file;
            return error;
        }
        if (shape[i].is_number_integer() && shape[i].get<std::int64_t>() >= 0)
            type.shape.emplace_back(shape[i].get<std::int64_t>());
        else
            type.shape.push_back(Dim::symbol(i == 0 ? "batch" : layer.config.name + ":" + std::to_string(i)));
    }
    const auto& dtype = settings.at("dtype");
    const auto policy = dtype.is_object() ? dtype.value("config", json()) : json();
    const auto name = dtype.is_object() ? Settings(policy).text("name", "float32") : settings.text("dtype", "float32");
    type.dtype = dtypeFromName(name).value_or(DType::float32);
    return type;
}

static void listWeights(Layer& row, const LayerInstance& layer, const std::string& prefix, bool hasRows) {
    for (auto weight : layer.weights) {
        if (!weight.stored.isNull() || weight.shape.rank() > 0) // nothing says how many the missing one has
            row.parameters += weight.shape.checkedElements().value_or(0);
        weight.name = prefix + weight.name;
        row.weights.push_back(std::move(weight));
    }
    for (const auto& [attribute, child] : layer.children)
        if (!child->model || !hasRows) // a wrapped model's layers list their own
            listWeights(row, *child, prefix + attribute + "/", hasRows);
    if (layer.model)
        for (const auto& inner : layer.model->layers)
            listWeights(row, *inner, prefix + inner->config.name + "/", hasRows);
}

void finishRow(Graph& graph, LayerId id, const LayerInstance* layer, const Values& outputs) {
    auto& row = graph.layer(id);
    row.outputs = outputs;
    row.expectedShapes.clear();
    for (const auto output : outputs)
        if (const auto& type = graph.value(output).type)
            row.expectedShapes.push_back(type->shape);
    if (row.expectedShapes.size() != outputs.size())
        row.expectedShapes.clear();
    if (layer) // the rows of a wrapped model were added since this row was
        listWeights(row, *layer, {}, graph.layers().size() > static_cast<std::size_t>(id.index) + 1);
}

} // namespace plumbline::keras
