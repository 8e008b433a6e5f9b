#include "core/formats/model/keras/importer.h"

#include "core/formats/model/keras/channelorder.h"
#include "core/formats/model/keras/layerproblem.h"
#include "core/formats/model/keras/layers/table.h"
#include "core/formats/model/keras/masks.h"
#include "core/formats/model/keras/operations.h"
#include "core/formats/model/keras/rows.h"
#include "core/graph/names.h"

#include <algorithm>
#include <map>
#include <set>

namespace plumbline::keras {

using nlohmann::json;

namespace {

using CallKey = std::pair<std::string, std::size_t>; ///< layer, call

class Importer {
public:
    Importer(Graph& graph, const Writer& writer, const std::string& file)
        : m_graph(graph), m_writer(writer), m_file(file), m_masks(graph, writer) {}

    Result<void> run(ModelInstance& model);
    /// How many layers compute in each type, by the policy's name.
    const std::map<std::string, std::pair<DType, std::int64_t>>& policies() const { return m_policies; }
    const std::vector<bool>& statesOrder() const { return m_statesOrder; }

private:
    struct Scope {
        ModelInstance& model;
        LayerId parent;
        std::string prefix;
        std::map<CallKey, Values> made;
        std::map<CallKey, std::size_t> wanted; ///< how many outputs of each call something refers to
    };

    Result<Values> importModel(Scope& scope);
    Result<void> importCalls(Scope& scope);
    Result<Values> importCall(Scope& scope, LayerInstance& layer, std::size_t call);
    Result<Values> importNested(LayerInstance& layer, LayerId row, const Values& inputs);
    Values importLayer(LayerInstance& layer, const Call& call, LayerId row, const Values& tensors, std::size_t wanted);
    Values refuse(LayerId row, const Values& inputs, std::size_t outputs, std::optional<Error> error);
    ValueId asDeclared(ModelInstance& model, std::size_t index, LayerId row, ValueId value);
    LayerId addInputRow(const LayerInstance& layer, const std::string& name, ValueId value);
    std::optional<Values> resolve(const Scope& scope, const std::vector<TensorReference>& tensors) const;
    ValueId maskFor(const LayerInstance& layer, const Call& call, const Values& tensors, const Values& inputs);

    std::vector<bool> m_statesOrder; ///< by layer: its own settings say where channels are
    Graph& m_graph;
    const Writer& m_writer;
    const std::string& m_file;
    std::map<std::string, std::pair<DType, std::int64_t>> m_policies;
    Masks m_masks;
};

} // namespace

LayerId Importer::addInputRow(const LayerInstance& layer, const std::string& name, ValueId value) {
    Layer row;
    row.name = name;
    row.type = "InputLayer";
    row.isInput = true;
    row.outputs = {value};
    row.attributes = readableSettings(layer.config);
    const auto id = m_graph.addLayer(std::move(row));
    m_graph.value(value).layer = id;
    finishRow(m_graph, id, nullptr, {value});
    return id;
}

Result<void> Importer::run(ModelInstance& model) {
    Scope scope{model, {}, {}, {}, {}};
    // The graph's inputs stand in the order of input_layers, whatever the order of the rows.
    std::vector<std::string> names;
    for (const auto& input : model.config.inputs)
        names.push_back(input.layer);
    for (const auto& layer : model.layers)
        if (layer->config.isInput() && std::find(names.begin(), names.end(), layer->config.name) == names.end())
            names.push_back(layer->config.name);
    for (const auto& name : names) {
        const auto it = std::find_if(model.layers.begin(), model.layers.end(),
                                     [&](const auto& layer) { return layer->config.name == name; });
        if (it == model.layers.end() || !(*it)->config.isInput() || scope.made.contains({name, 0}))
            continue;
        PLUMBLINE_TRY(auto type, inputType(**it, m_file));
        scope.made[{name, 0}] = {m_graph.addInput(name, std::move(type), LayerId())};
    }
    PLUMBLINE_TRY(auto outputs, importModel(scope));
    std::vector<std::string> outputNames;
    for (const auto& reference : model.config.outputs)
        outputNames.push_back(tensorName(callName(reference.layer, reference.call), reference.output));
    m_graph.setOutputs(std::move(outputs), std::move(outputNames));
    return {};
}

std::optional<Values> Importer::resolve(const Scope& scope, const std::vector<TensorReference>& tensors) const {
    Values out;
    for (const auto& tensor : tensors) {
        const auto it = scope.made.find({tensor.layer, tensor.call});
        if (it == scope.made.end() || tensor.output >= it->second.size())
            return std::nullopt;
        out.push_back(it->second[tensor.output]);
    }
    return out;
}

Result<Values> Importer::importModel(Scope& scope) {
    const auto count = [&](const TensorReference& tensor) {
        auto& wanted = scope.wanted[{tensor.layer, tensor.call}];
        wanted = std::max(wanted, std::min<std::size_t>(tensor.output, 1000) + 1);
    };
    for (const auto& layer : scope.model.layers)
        for (const auto& call : layer->config.calls)
            for (const auto& tensor : call.tensors)
                count(tensor);
    for (const auto& tensor : scope.model.config.outputs)
        count(tensor);

    for (auto& layer : scope.model.layers)
        if (layer->config.isInput() && !scope.parent.isValid())
            if (const auto it = scope.made.find({layer->config.name, 0}); it != scope.made.end())
                if (!m_graph.value(it->second.front()).layer.isValid() && scope.prefix.empty())
                    addInputRow(*layer, layer->config.name, it->second.front());

    PLUMBLINE_CHECK(importCalls(scope));
    auto outputs = resolve(scope, scope.model.config.outputs);
    if (!outputs)
        return failure(ErrorCode::cannotRead, "keras.outputs",
                       "The architecture of {file} names an output that no layer gives.", {{"file", m_file}});
    return std::move(*outputs);
}

/// Each call after those that it takes tensors from, and otherwise as listed: what waits for a call further down comes
/// in a later round over the list.
Result<void> Importer::importCalls(Scope& scope) {
    struct Waiting {
        LayerInstance* layer = nullptr;
        std::size_t call = 0;
        std::size_t missing = 0; ///< calls that have given nothing yet
        bool done = false;
    };
    std::vector<Waiting> calls;
    std::map<CallKey, std::vector<std::size_t>> readers;
    std::set<std::pair<std::size_t, std::size_t>> ready; ///< round, place in the list
    for (auto& layer : scope.model.layers)
        for (std::size_t call = 0; call < layer->config.calls.size(); ++call) {
            Waiting waiting{layer.get(), call, 0, false};
            std::set<CallKey> sources;
            for (const auto& tensor : layer->config.calls[call].tensors)
                if (CallKey key{tensor.layer, tensor.call}; !scope.made.contains(key))
                    sources.insert(std::move(key));
            waiting.missing = sources.size();
            for (const auto& source : sources)
                readers[source].push_back(calls.size());
            if (sources.empty())
                ready.emplace(0, calls.size());
            calls.push_back(waiting);
        }
    while (!ready.empty()) {
        const auto [round, place] = *ready.begin();
        ready.erase(ready.begin());
        auto& [layer, call, missing, done] = calls[place];
        if (!resolve(scope, layer->config.calls[call].tensors))
            continue; // it refers to an output that a call does not have
        PLUMBLINE_TRY(auto outputs, importCall(scope, *layer, call));
        done = true;
        const CallKey key{layer->config.name, call};
        scope.made[key] = std::move(outputs);
        for (const auto reader : readers[key])
            if (--calls[reader].missing == 0)
                ready.emplace(reader > place ? round : round + 1, reader);
        readers.erase(key);
    }
    const auto stuck = std::ranges::find_if(calls, [](const Waiting& waiting) { return !waiting.done; });
    if (stuck == calls.end())
        return {};
    auto error = failure(ErrorCode::cannotRead, "keras.cycle",
                         "The architecture of {file} cannot be put in order: layer {layer} waits for an output that "
                         "no layer gives before it.",
                         {{"file", m_file}, {"layer", scope.prefix + stuck->layer->config.name}});
    error.error().file = m_file;
    return error;
}

Result<Values> Importer::importCall(Scope& scope, LayerInstance& layer, std::size_t index) {
    // Nested models that call each other twice double the rows at each level: a short file unfolds without end.
    constexpr std::size_t mostRows = 100'000;
    if (m_graph.layers().size() >= mostRows) {
        auto error = failure(ErrorCode::cannotRead, "keras.rows",
                             "The architecture of {file} unfolds to more than {limit} layers, as its nested models "
                             "are called again and again.",
                             {{"file", m_file}, {"limit", countText(mostRows)}});
        error.error().file = m_file;
        return error;
    }
    const auto& call = layer.config.calls[index];
    const auto tensors = *resolve(scope, call.tensors);
    Layer row;
    row.name = scope.prefix + callName(layer.config.name, index);
    row.type = layer.model ? layer.model->config.className : layer.config.className;
    row.parent = scope.parent;
    row.isContainer = layer.model != nullptr;
    row.inputs = tensors;
    row.attributes = readableSettings(layer.config);
    row.channelsLast = Settings(layer.config.config).text("data_format", "channels_last") != "channels_first";
    const auto id = m_graph.addLayer(std::move(row));
    m_statesOrder.resize(m_graph.layers().size(), false);
    m_statesOrder[id.index] = !Settings(layer.config.config).text("data_format", "").empty();
    const auto wanted = std::max<std::size_t>(1, scope.wanted[{layer.config.name, index}]);
    Values outputs;
    if (layer.model) {
        PLUMBLINE_TRY(outputs, importNested(layer, id, tensors));
    } else
        outputs = importLayer(layer, call, id, tensors, wanted);
    if (outputs.size() < wanted) {
        auto error = failure(ErrorCode::cannotRead, "keras.reference",
                             "gives {actual} outputs, but the architecture refers to output {wanted}",
                             {{"actual", std::int64_t(outputs.size())}, {"wanted", std::int64_t(wanted - 1)}});
        const auto rest = refuse(id, tensors, wanted - outputs.size(), error.error());
        outputs.insert(outputs.end(), rest.begin(), rest.end());
    }
    finishRow(m_graph, id, layer.model ? nullptr : &layer, outputs);
    return outputs;
}

Result<Values> Importer::importNested(LayerInstance& layer, LayerId row, const Values& inputs) {
    auto& model = *layer.model;
    Scope inner{model, row, m_graph.layer(row).name + "/", {}, {}};
    if (inner.prefix.size() > 4000)
        return failure(ErrorCode::cannotRead, "keras.depth",
                       "The architecture of {file} nests models too deep, at {layer}.",
                       {{"file", m_file}, {"layer", m_graph.layer(row).name.substr(0, 100)}});
    if (inputs.size() < model.config.inputs.size() || layer.configProblem) {
        auto error = failure(
            ErrorCode::cannotRead, "keras.nested-inputs", "it is called with {actual} inputs, and has {expected}",
            {{"actual", std::int64_t(inputs.size())}, {"expected", std::int64_t(model.config.inputs.size())}});
        return refuse(row, inputs, 1, layer.configProblem ? *layer.configProblem : error.error());
    }
    for (std::size_t i = 0; i < model.config.inputs.size(); ++i)
        inner.made[{model.config.inputs[i].layer, 0}] = {asDeclared(model, i, row, inputs[i])};
    if (layer.weightProblem && !m_graph.layer(row).problem)
        m_graph.layer(row).problem = {LayerProblem::Kind::weightsShape,
                                      named(m_graph.layer(row), *layer.weightProblem)};
    return importModel(inner);
}

/// A nested model's input has a type of its own, to which Keras casts.
ValueId Importer::asDeclared(ModelInstance& model, std::size_t index, LayerId row, ValueId value) {
    const auto& name = model.config.inputs[index].layer;
    const auto it = std::find_if(model.layers.begin(), model.layers.end(),
                                 [&](const auto& layer) { return layer->config.name == name; });
    const auto& given = m_graph.value(value).type;
    if (it == model.layers.end() || !(*it)->config.isInput() || !given)
        return value;
    const auto declared = inputType(**it, m_file);
    if (!declared || declared->dtype == given->dtype || !isFloat(declared->dtype) || !isFloat(given->dtype))
        return value;
    Lowering casts(m_graph, row, **it, m_writer, {}, json(), json(), {});
    const auto cast = casts.cast(value, declared->dtype);
    m_masks.copy(value, cast);
    return cast;
}

/// The mask that a layer is called with: one given by keyword, else its input's own, where the layer reads it.
ValueId Importer::maskFor(const LayerInstance& layer, const Call& call, const Values& tensors, const Values& inputs) {
    const auto given = call.kwargs.find("mask");
    if (given != call.kwargs.end())
        if (const auto index = tensorIndex(*given); index && *index < tensors.size())
            return tensors[*index];
    if (inputs.empty() || !readsMask(layer.config.className))
        return {};
    // Keras 3 fills in the mask only where a layer has one tensor: not beside an initial state.
    const auto state = call.kwargs.find("initial_state");
    if (m_writer.major >= 3 && (inputs.size() > 1 || (state != call.kwargs.end() && !state->is_null())))
        return {};
    return m_masks.of(inputs.front());
}

Values Importer::refuse(LayerId row, const Values& inputs, std::size_t outputs, std::optional<Error> error) {
    if (error && !m_graph.layer(row).problem) {
        auto whole = named(m_graph.layer(row), std::move(*error));
        const auto kind = kindOf(whole);
        m_graph.layer(row).problem = LayerProblem{kind, std::move(whole)};
    }
    return m_graph.node(m_graph.addNode(row, "Unsupported", inputs, {}, outputs)).outputs;
}

Values Importer::importLayer(LayerInstance& layer, const Call& call, LayerId row, const Values& tensors,
                             std::size_t wanted) {
    const auto isOperation = layer.config.isOperation();
    const auto operation = findOperation(layer.config);
    if (!operation && (isOperation || !layer.kind))
        return refuse(row, tensors, wanted, refusal(m_graph.layer(row), layer.config));
    if (layer.configProblem)
        return refuse(row, tensors, wanted, layer.configProblem);
    const auto policy = policyOf(layer.config);
    if (!policy)
        return refuse(row, tensors, wanted, policy.error());
    if (layer.weightProblem)
        return refuse(row, tensors, wanted, layer.weightProblem);
    for (const auto tensor : tensors)
        if (!m_graph.value(tensor).type)
            return refuse(row, tensors, wanted, std::nullopt); // below a layer that cannot run

    // Only positional tensors are the layer's inputs: masks and states come by keyword.
    Values inputs;
    const auto collect = [&](const auto& self, const json& argument) -> void {
        if (const auto index = tensorIndex(argument)) {
            if (*index < tensors.size())
                inputs.push_back(tensors[*index]);
        } else if (argument.is_structured()) {
            for (const auto& item : argument)
                self(self, item);
        }
    };
    collect(collect, call.args);
    auto kwargs = call.kwargs;
    auto allTensors = tensors;
    const auto uncast = inputs;
    const auto mask = isOperation ? ValueId() : maskFor(layer, call, tensors, inputs);
    kwargs.erase("mask");
    if (mask.isValid()) {
        kwargs["mask"] = {{"$tensor", allTensors.size()}};
        allTensors.push_back(mask);
    }
    if (!isOperation && readsEachMask(layer.config.className, m_writer))
        for (const auto input : inputs) {
            const auto own = m_masks.of(input);
            kwargs["masks"].push_back(own.isValid() ? json{{"$tensor", allTensors.size()}} : json());
            if (own.isValid())
                allTensors.push_back(own);
        }
    if (castsInputs(layer.config, m_writer)) {
        Lowering casts(m_graph, row, layer, m_writer, {}, json(), json(), {});
        std::map<ValueId, ValueId> cast;
        for (auto* list : {&inputs, &allTensors})
            for (auto& value : *list) {
                const auto [it, isNew] = cast.try_emplace(value, value);
                if (isNew)
                    it->second = casts.castFloat(value);
                value = it->second;
            }
    }
    Lowering lowering(m_graph, row, layer, m_writer, inputs, call.args, std::move(kwargs), std::move(allTensors));
    lowering.setModelImport(
        [&](LayerInstance& model, LayerId at, const Values& values) { return importNested(model, at, values); });
    if (inputs.empty() && !operation) // 1 - x has its tensor behind the number
        return refuse(row, tensors, wanted,
                      failure(ErrorCode::cannotRead, "keras.no-input", "it is called without an input tensor").error());
    auto lowered = operation ? operation(lowering) : layer.kind->lower(lowering);
    if (lowering.problem()) // what fails after a setting that could not be read fails of it
        lowered = std::unexpected(*lowering.problem());
    if (!lowered)
        return refuse(row, tensors, wanted, lowered.error());
    if (!isOperation)
        m_masks.pass(layer, row, uncast, mask, *lowered);
    if (!isOperation && policy->compute != DType::float32) {
        const auto floats = std::any_of(lowered->begin(), lowered->end(), [&](ValueId value) {
            const auto& type = m_graph.value(value).type;
            return type && type->dtype == policy->compute;
        });
        if (floats)
            ++m_policies.try_emplace(policy->name, policy->compute, 0).first->second.second;
    }
    if (!lowering.missingWeight())
        return *lowered;
    // Shapes go on below a layer without values, and a run stops here.
    auto outputs = refuse(row, *lowered, lowered->size(), lowering.missingWeight());
    for (std::size_t i = 0; i < outputs.size(); ++i)
        m_graph.value(outputs[i]).type = m_graph.value((*lowered)[i]).type;
    return outputs;
}

Result<void> importGraph(Graph& graph, ModelInstance& model, const Writer& writer, const std::string& file,
                         std::vector<Error>& notes) {
    Importer importer(graph, writer, file);
    PLUMBLINE_CHECK(importer.run(model));
    inheritChannelOrder(graph, importer.statesOrder());
    for (const auto& [policy, use] : importer.policies())
        notes.push_back(policyNote(policy, use.first, use.second));
    return {};
}

} // namespace plumbline::keras
