#include "core/isolation/elements.h"

#include "core/diagnosis/stamp.h"
#include "core/graph/names.h"
#include "core/report/codecvalues.h"

#include <algorithm>
#include <set>

namespace plumbline {

using nlohmann::json;

namespace {

using Origin = TensorRequest::Origin;

std::unexpected<Error> missing(std::string what) {
    return failure(ErrorCode::value, "elements.missing",
                   "There are no elements of {what}: it was not reached, or there is none.",
                   {{"what", std::move(what)}});
}

/// Mapped arrays are their files' as these are now: what changed since the check is not what the check speaks of, and
/// a file that was cut short is no memory any more.
Result<void> checkUnchanged(const CheckSession& session, std::span<const Tensor> used) {
    if (std::ranges::none_of(used, [](const Tensor& t) { return !t.isNull() && t.storage()->isMapped(); }))
        return {};
    for (const auto& [path, stamp] : session.files)
        if (stampOf(path) != stamp) {
            auto changed = failure(ErrorCode::value, "elements.changed",
                                   "{file} was changed after it was checked: check it again to see what it holds now.",
                                   {{"file", path}});
            changed.error().file = path;
            return changed;
        }
    return {};
}

/// Keeps copies of the wanted values and of nothing else.
class ElementCollector final : public Observer {
public:
    explicit ElementCollector(std::set<ValueId> wanted) : m_wanted(std::move(wanted)) {}
    Interest interest(const TraceKey& key) override {
        return {.statistics = false, .elements = m_wanted.contains(key.value)};
    }
    Answer received(ObservedValue value) override {
        if (m_wanted.contains(value.key.value))
            found[value.key.value] = std::move(value.tensor);
        return Answer::goOn;
    }
    std::map<ValueId, Tensor> found;

private:
    std::set<ValueId> m_wanted;
};

/// The elements of `values` as one trace had them: kept ones at once, the others by one more run. What was not reached
/// is left out.
Result<std::map<ValueId, Tensor>> elementsOfValues(const CheckSession& session, const Trace& trace,
                                                   const std::vector<ValueId>& values, const Progress& progress) {
    std::map<ValueId, Tensor> found;
    std::set<ValueId> wanted;
    for (const auto value : values) {
        const auto& graphValue = session.model->graph.value(value);
        if (graphValue.isConstant())
            found[value] = graphValue.constant;
        else if (const auto* record = trace.find(value); record && !record->elements.isNull())
            found[value] = record->elements;
        else if (record)
            wanted.insert(value);
    }
    std::vector<Tensor> used;
    for (const auto& [value, tensor] : found)
        used.push_back(tensor);
    PLUMBLINE_CHECK(checkUnchanged(session, used));
    if (wanted.empty())
        return found;
    std::vector<Tensor> inputs;
    for (std::size_t i = 0; i < session.model->graph.inputs().size(); ++i) {
        const auto* record = trace.find(session.model->graph.inputs()[i]);
        Tensor input = record ? record->elements : Tensor();
        if (record && input.isNull() && &trace == session.trace.get() && i < session.inputs.size()) {
            PLUMBLINE_TRY(input, session.inputs[i].reshaped(record->shape)); // as the framework took it
        }
        if (input.isNull())
            return missing("input " + session.model->graph.value(session.model->graph.inputs()[i]).name);
        inputs.push_back(std::move(input));
    }
    PLUMBLINE_CHECK(checkUnchanged(session, inputs));
    Executor executor(session.model, trace.configuration);
    ElementCollector collector(std::move(wanted));
    PLUMBLINE_TRY(const auto result, executor.run(inputs, &collector, progress));
    (void)result; // a failure further on leaves the values before it
    found.merge(collector.found);
    return found;
}

Result<Tensor> sliced(Tensor tensor, const std::vector<std::pair<std::int64_t, std::int64_t>>& ranges) {
    if (!ranges.empty() && ranges.size() != tensor.rank())
        return failure(ErrorCode::value, "elements.ranges", "{count} ranges were asked of an array of shape {shape}.",
                       {{"count", static_cast<std::int64_t>(ranges.size())}, {"shape", tensor.shape().text()}});
    for (std::size_t axis = 0; axis < ranges.size(); ++axis) {
        const auto extent = tensor.shape()[axis];
        const auto begin = std::clamp<std::int64_t>(ranges[axis].first, 0, extent);
        const auto end = std::clamp<std::int64_t>(ranges[axis].second, begin, extent);
        tensor = tensor.sliced(axis, begin, end - begin);
    }
    return tensor;
}

Result<Tensor> wholeOf(const CheckSession& session, const TensorRequest& request, const Progress& progress) {
    const auto index = static_cast<std::size_t>(request.index);
    if (request.origin == Origin::source) {
        const auto position = static_cast<std::size_t>(request.layer);
        if (!request.trainingSource) {
            if (position >= session.inputs.size() || session.inputs[position].isNull())
                return missing("the prediction's input " + std::to_string(request.layer));
            PLUMBLINE_CHECK(checkUnchanged(session, std::span(session.inputs).subspan(position, 1)));
            return session.inputs[position];
        }
        const auto& inputs = session.profile.inputs;
        const auto& names = session.model ? session.model->graph.inputs() : std::vector<ValueId>();
        if (position < names.size())
            for (const auto& input : inputs)
                if (input.input == session.model->graph.value(names[position]).name && !input.sample.isNull())
                    return input.sample;
        return missing("the training reference's input " + std::to_string(request.layer));
    }
    if (!session.model || request.layer < 0 ||
        static_cast<std::size_t>(request.layer) >= session.model->graph.layers().size())
        return missing("layer " + std::to_string(request.layer));
    const auto& layer = session.model->graph.layer(LayerId(static_cast<std::size_t>(request.layer)));
    if (request.origin == Origin::weight) {
        if (index >= layer.weights.size() || layer.weights[index].stored.isNull())
            return missing("weight " + std::to_string(request.index) + " of layer " + layer.name);
        return layer.weights[index].stored;
    }
    const auto& trace = request.origin == Origin::training ? session.trainingTrace : session.trace;
    if (!trace || index >= layer.outputs.size())
        return missing("layer " + layer.name);
    const auto value = layer.outputs[index];
    PLUMBLINE_TRY(auto found, elementsOfValues(session, *trace, {value}, progress));
    const auto it = found.find(value);
    return it == found.end() ? missing("layer " + layer.name) : Result<Tensor>(it->second);
}

using Members = std::vector<std::pair<std::string, Tensor>>;

Result<Members> outputs(const CheckSession& session, const Progress& progress) {
    const auto& graph = session.model->graph;
    PLUMBLINE_TRY(const auto found, elementsOfValues(session, *session.trace, graph.outputs(), progress));
    Members members;
    std::set<std::string> written; // an output that is listed twice is one tensor, and one member
    for (std::size_t i = 0; i < graph.outputs().size(); ++i)
        if (const auto it = found.find(graph.outputs()[i]);
            it != found.end() && written.insert(graph.outputNames()[i]).second)
            members.emplace_back(graph.outputNames()[i], it->second);
    return members;
}

Result<Members> activations(const CheckSession& session, const Progress& progress) {
    const auto& layers = session.model->graph.layers();
    std::vector<ValueId> values;
    for (const auto& layer : layers)
        values.insert(values.end(), layer.outputs.begin(), layer.outputs.end());
    PLUMBLINE_TRY(const auto found, elementsOfValues(session, *session.trace, values, progress));
    Members members;
    for (const auto& layer : layers)
        for (std::size_t i = 0; i < layer.outputs.size(); ++i)
            if (const auto it = found.find(layer.outputs[i]); it != found.end())
                members.emplace_back(tensorName(layer.name, i), it->second);
    return members;
}

Result<Members> fixedInputs(const CheckSession& session) {
    const auto& graph = session.model->graph;
    std::vector<std::string> names;
    for (const auto input : graph.inputs())
        names.push_back(graph.value(input).name);
    PLUMBLINE_CHECK(checkUnchanged(session, session.inputs));
    auto inputs = session.inputs;
    for (const auto* finding : toBeFixed(session.diagnosis.findings))
        if (auto fixed = applyFix(*finding->fix, inputs, names)) // one that no longer fits was mended by an earlier one
            inputs = std::move(*fixed);
    Members members;
    for (std::size_t i = 0; i < inputs.size() && i < names.size(); ++i)
        if (!inputs[i].isNull())
            members.emplace_back(names[i], inputs[i]);
    return members;
}

} // namespace

Result<TensorRequest> decodeElementRequest(const json& body) {
    return codec::guarded("request for elements", [&] {
        static constexpr codec::EnumName<Origin> origins[] = {{Origin::prediction, "prediction"},
                                                              {Origin::training, "training"},
                                                              {Origin::weight, "weight"},
                                                              {Origin::source, "source"}};
        TensorRequest request;
        request.origin = codec::takeEnum(body.at("origin"), origins);
        request.layer = codec::takeRow(body.at("layer"));
        request.index = codec::takeRow(body.at("index"));
        request.trainingSource = body.at("training_source");
        for (const auto& range : body.at("ranges"))
            request.ranges.emplace_back(codec::takeInteger(range.at(0)), codec::takeInteger(range.at(1)));
        return request;
    });
}

Result<Tensor> elementsOf(const CheckSession& session, const TensorRequest& request, const Progress& progress) {
    PLUMBLINE_TRY(auto whole, wholeOf(session, request, progress));
    return sliced(std::move(whole), request.ranges);
}

Result<Members> exportedArrays(const CheckSession& session, const std::string& what, const Progress& progress) {
    if (!session.model)
        return missing("the model");
    if (what == "fixed-inputs")
        return fixedInputs(session);
    if (!session.trace)
        return failure(ErrorCode::value, "export.no-run",
                       "There are no {what} to write: the prediction could not start.", {{"what", what}});
    PLUMBLINE_TRY(auto members, what == "activations" ? activations(session, progress) : outputs(session, progress));
    if (members.empty())
        return failure(ErrorCode::value, "export.not-reached",
                       "There are no {what} to write: the run ended before any.", {{"what", what}});
    return members;
}

} // namespace plumbline
