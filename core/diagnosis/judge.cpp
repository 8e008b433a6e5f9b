#include "core/diagnosis/judge.h"

#include "core/diagnosis/contract.h"
#include "core/diagnosis/layers.h"

#include <algorithm>

namespace plumbline {

namespace {

/// Elements kept for the inspector from the run that is shown. A try keeps none: rules ask again for what they need.
constexpr std::uint64_t shownElements = 256u << 20;

LayerId rowOf(const Graph& graph, ValueId input) {
    const auto layer = graph.value(input).layer;
    if (layer.isValid() && graph.layer(layer).isInput)
        return layer;
    for (std::size_t i = 0; i < graph.layers().size(); ++i)
        if (graph.layers()[i].isInput &&
            std::ranges::find(graph.layers()[i].outputs, input) != graph.layers()[i].outputs.end())
            return LayerId(i);
    return {};
}

InputView viewOf(const Setup& setup, std::size_t position, const Tensor& tensor) {
    const auto& graph = setup.model->graph;
    const auto id = graph.inputs()[position];
    const auto& value = graph.value(id);
    const auto& given = (*setup.given)[position];
    InputView view;
    view.position = position;
    view.name = value.name;
    view.source = given.source;
    view.declared = value.type.value_or(ValueType{});
    view.tensor = tensor;
    view.columns = given.columns;
    view.hasOwnDtype = given.hasOwnDtype;
    view.isUnreadable = given.isUnreadable;
    view.training = setup.profile ? setup.profile->find(value.name) : nullptr;
    view.layer = rowOf(graph, id);
    view.target = {value.name, fixes::variableName(value.name, graph.inputs().size())};
    if (!tensor.isNull()) {
        view.statistics = statisticsOf(tensor);
        view.accepted = acceptedShape(*setup.model, view.declared.shape, tensor.shape());
    }
    return view;
}

bool isThere(const InputView& input) { return !input.isMissing() && input.tensor.elements() > 0; }

/// What inference says of the shapes: the layer at which the framework would raise. An input that is not there is as
/// the model declares it, and so is one that does not fit where `onlyFitting`.
std::optional<RunFailure> foreseen(const Context& context, bool onlyFitting) {
    std::vector<ValueType> types;
    for (const auto& input : context.inputs) {
        const bool asDeclared = !isThere(input) || (onlyFitting && !input.accepted);
        types.push_back(
            {input.declared.dtype, asDeclared ? input.declared.shape : toDims(input.accepted.value_or(input.shape()))});
    }
    return inferTypes(context.graph(), types).failure;
}

Result<void> run(Setup& setup, Context& context, const CheckEvents* events) {
    auto& attempt = context.attempt;
    if (!std::ranges::all_of(context.inputs, [](const InputView& i) { return isThere(i) && i.accepted; })) {
        attempt.failure = foreseen(context, false);
        attempt.behind = foreseen(context, true);
        return {};
    }
    std::vector<Shape> shapes;
    for (const auto& input : context.inputs) {
        auto tensor = input.tensor.reshaped(*input.accepted);
        if (!tensor)
            return passOn(tensor);
        shapes.push_back(*input.accepted);
        context.tensors.push_back(std::move(*tensor));
    }
    if (!setup.memoryAllowed)
        setup.memoryAllowed = memoryAllowed(context.configuration, setup.model->graph.nodes().size());
    attempt.memoryAllowed = *setup.memoryAllowed;
    context.memoryNeeded = [executor = setup.executor, shapes](std::int64_t rows) -> std::optional<std::uint64_t> {
        auto fewer = shapes;
        for (auto& shape : fewer)
            if (shape.rank() > 0)
                shape[0] = rows;
        const auto needed = executor->memoryNeeded(fewer);
        return needed ? std::optional(*needed) : std::nullopt;
    };
    const auto needed = setup.executor->memoryNeeded(shapes);
    if (!needed && needed.error().code == ErrorCode::tooLarge) {
        attempt.failure = foreseen(context, false); // says at which layer
        if (!attempt.failure || attempt.failure->error.code != ErrorCode::tooLarge)
            attempt.failure = RunFailure{needed.error(), {}, {}, {}};
        return {};
    }
    if (needed && *needed > attempt.memoryAllowed) {
        attempt.memory = *needed;
        return {};
    }
    TraceOptions options;
    const auto spare = attempt.memoryAllowed - std::min(attempt.memoryAllowed, needed.value_or(0));
    options.elementBudget = events ? std::min(shownElements, spare / 2) : 0;
    TraceRecorder recorder(*setup.model, options);
    if (events) {
        recorder.onLayerStarted = events->onLayerStarted;
        if (events->onLayer)
            recorder.onRecord = [&](const TraceRecord& record) {
                if (record.layer.isValid())
                    events->onLayer(record.layer,
                                    layerResult(*setup.model, record.layer, record, setup.profile, context.envelope));
            };
    }
    RunResult result;
    PLUMBLINE_TRY(attempt.trace, traceRun(*setup.executor, context.tensors, recorder, &result, setup.progress));
    attempt.outputs = std::move(result.outputs);
    attempt.failure = attempt.trace->failure ? attempt.trace->failure : result.failure;
    return {};
}

} // namespace

const Envelope* Setup::envelopeOf(std::int64_t batch) {
    if (!profile || profile->layers.empty() || batch <= 0)
        return nullptr;
    const auto at = envelopes.find(batch);
    if (at != envelopes.end())
        return &at->second;
    return &envelopes.emplace(batch, envelopeFor(*profile, batch, seed)).first->second;
}

std::vector<std::string> Setup::inputNames() const {
    std::vector<std::string> names;
    for (const auto id : model->graph.inputs())
        names.push_back(model->graph.value(id).name);
    return names;
}

Result<Judged> judge(Setup& setup, std::vector<Tensor> inputs, const CheckEvents* events) {
    Judged out;
    auto& context = out.context;
    context.model = setup.model;
    context.profile = setup.profile;
    context.configuration = setup.executor->configuration();
    context.envelope = setup.envelopeOf(batchOf(inputs));
    for (std::size_t i = 0; i < inputs.size(); ++i)
        context.inputs.push_back(viewOf(setup, i, inputs[i]));
    PLUMBLINE_CHECK(run(setup, context, events));
    context.runAgain = [executor = setup.executor, tensors = context.tensors, progress = setup.progress](
                           Observer& observer) { return executor->run(tensors, &observer, progress); };
    if (!setup.ofModel) {
        setup.ofModel.emplace();
        for (const auto rule : modelRules())
            rule(context, *setup.ofModel);
    }
    for (const auto rule : runRules()) {
        if (setup.progress.isCancelled())
            return Progress::cancelled();
        rule(context, out.candidates);
    }
    out.candidates.insert(out.candidates.end(), setup.ofModel->begin(), setup.ofModel->end());
    return out;
}

} // namespace plumbline
