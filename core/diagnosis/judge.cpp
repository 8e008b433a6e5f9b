#include "core/diagnosis/judge.h"

#include "core/diagnosis/contract.h"
#include "core/diagnosis/layers.h"
#include "core/diagnosis/lookups.h"
#include "core/diagnosis/repeatedrows.h"

#include <algorithm>

namespace plumbline {

namespace {

/// Elements kept for the inspector from the run that is shown. A try keeps none: rules ask again for what they need.
constexpr std::uint64_t shownElements = 256u << 20;

InputView viewOf(const Setup& setup, std::size_t position, const Tensor& tensor, const std::string& variable) {
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
    if (!tensor.isNull() && !given.tensor.isNull() && tensor.rank() == given.tensor.rank() && tensor.rank() > 0 &&
        tensor.shape().back() == given.tensor.shape().back())
        view.text = given.text; // a fix has not taken them out
    view.hasOwnDtype = given.hasOwnDtype;
    view.isUnreadable = given.isUnreadable;
    view.training = setup.profile ? setup.profile->find(value.name) : nullptr;
    view.layer = rowOf(graph, id);
    view.target = {value.name, variable, tensor.dtype()};
    if (!tensor.isNull()) {
        view.statistics = statisticsOf(tensor);
        // What is no one-hot row is a quantity, also where training has codes.
        if (const auto form = setup.forms[position]; form && !codesOf(tensor, *form).empty())
            view.form = form;
        view.independentRows = independentRows(rowKeys(tensor)).even;
        view.accepted = acceptedShape(*setup.model, setup.executor->rowRule(), view.declared.shape, tensor.shape());
    }
    return view;
}

std::vector<std::optional<CodeForm>> formsOf(const Setup& setup) {
    const auto& graph = setup.model->graph;
    const auto lookups = lookupsOf(graph);
    std::vector<std::optional<CodeForm>> out;
    for (std::size_t i = 0; i < graph.inputs().size(); ++i) {
        const auto* training = setup.profile ? setup.profile->find(graph.value(graph.inputs()[i]).name) : nullptr;
        out.push_back(training ? codeForm(*training, lookups.contains(i)) : std::nullopt);
    }
    return out;
}

/// Where each input stands, and what that leaves to judge of the layers below.
void place(Setup& setup, Context& context) {
    for (auto& input : context.inputs) {
        input.agreement =
            context.envelope && !input.isMissing() ? setup.envelopes->agreement(input, *context.envelope) : nullptr;
        const auto taken = input.agreement ? input.tensor.reshaped(*input.accepted) : Result<Tensor>(Tensor());
        if (input.agreement && taken)
            input.standing = standingOf(*taken, input.independentRows, *input.training,
                                        context.envelope->layers[input.layer.index], *input.agreement, input.form);
    }
    context.judged = setup.envelopes->judged(context.envelope, context.inputs);
}

bool isThere(const InputView& input) { return !input.isMissing() && input.tensor.elements() > 0; }

/// The shape of one batch, as inference takes it. Rows that are no whole batches are a fact of the input alone: no
/// layer is to be blamed for them as well.
Dims dimsOfBatch(const Context& context, const InputView& input) {
    auto dims = toDims(context.rowRule.ofBatch(input.accepted.value_or(input.shape())));
    const auto& declared = input.declared.shape;
    if (!input.accepted && dims.size() == declared.size() && !dims.empty() && !declared[0].mayEqual(dims[0]))
        dims[0] = declared[0];
    return dims;
}

/// What inference says of the shapes: the layer at which the framework would raise. The inputs that are not `asGiven`,
/// or not there, are as the model declares them.
std::optional<RunFailure> foreseen(const Context& context, auto&& asGiven) {
    std::vector<ValueType> types;
    for (const auto& input : context.inputs)
        types.push_back({input.declared.dtype,
                         isThere(input) && asGiven(input) ? dimsOfBatch(context, input) : input.declared.shape});
    return inferTypes(context.graph(), types).failure;
}

void foreseeAll(Context& context) {
    auto& attempt = context.attempt;
    attempt.failure = foreseen(context, [](const InputView&) { return true; });
    attempt.behind = foreseen(context, [](const InputView& input) { return input.accepted.has_value(); });
    for (const auto& wrong : context.inputs)
        if (isThere(wrong) && !wrong.accepted)
            if (auto failure = foreseen(context, [&](const InputView& input) { return &input == &wrong; }))
                attempt.alone.emplace(wrong.position, std::move(*failure));
}

Result<void> run(Setup& setup, Context& context, const CheckEvents* events) {
    auto& attempt = context.attempt;
    if (!std::ranges::all_of(context.inputs, [](const InputView& i) { return isThere(i) && i.accepted; })) {
        foreseeAll(context);
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
        attempt.failure = foreseen(context, [](const InputView&) { return true; }); // says at which layer
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
                    events->onLayer(record.layer, layerResult(*setup.model, record.layer, record, setup.profile,
                                                              context.judged.get()));
            };
    }
    RunResult result;
    PLUMBLINE_TRY(attempt.trace, traceRun(*setup.executor, context.tensors, recorder, &result, setup.progress));
    attempt.outputs = std::move(result.outputs);
    attempt.failure = attempt.trace->failure ? attempt.trace->failure : result.failure;
    return {};
}

} // namespace

std::vector<std::string> Setup::inputNames() const {
    std::vector<std::string> names;
    for (const auto id : model->graph.inputs())
        names.push_back(model->graph.value(id).name);
    return names;
}

namespace {

/// All that is known of the arrays before a run.
Context contextOf(Setup& setup, const std::vector<Tensor>& inputs) {
    Context context;
    context.model = setup.model;
    context.profile = setup.profile;
    context.configuration = setup.executor->configuration();
    if (setup.forms.size() != inputs.size())
        setup.forms = formsOf(setup);
    const auto variables = fixes::variableNames(setup.inputNames());
    context.rowRule = setup.executor->rowRule();
    for (std::size_t i = 0; i < inputs.size(); ++i)
        context.inputs.push_back(viewOf(setup, i, inputs[i], variables[i]));
    context.envelope = setup.envelopes->of(context.inputs, batchOf(inputs));
    place(setup, context);
    return context;
}

Result<void> applyRules(const Setup& setup, Judged& judged) {
    for (const auto rule : runRules()) {
        if (setup.progress.isCancelled())
            return Progress::cancelled();
        rule(judged.context, judged.candidates);
    }
    return {};
}

} // namespace

Result<Judged> judgeArrays(Setup& setup, std::vector<Tensor> inputs) {
    Judged out{contextOf(setup, inputs), {}};
    PLUMBLINE_CHECK(applyRules(setup, out));
    return out;
}

Result<Judged> judge(Setup& setup, std::vector<Tensor> inputs, const CheckEvents* events,
                     const std::function<void(const Context&)>& prepared) {
    Judged out{contextOf(setup, inputs), {}};
    auto& context = out.context;
    if (prepared)
        prepared(context);
    PLUMBLINE_CHECK(run(setup, context, events));
    context.runAgain = [executor = setup.executor, tensors = context.tensors, progress = setup.progress](
                           Observer& observer) { return executor->run(tensors, &observer, progress); };
    if (!setup.ofModel) {
        setup.ofModel.emplace();
        for (const auto rule : modelRules())
            rule(context, *setup.ofModel);
    }
    PLUMBLINE_CHECK(applyRules(setup, out));
    out.candidates.insert(out.candidates.end(), setup.ofModel->begin(), setup.ofModel->end());
    return out;
}

} // namespace plumbline
