#include "core/engine/trace.h"

#include <algorithm>

namespace plumbline {

const TraceRecord* Trace::find(ValueId value) const {
    const auto found =
        std::find_if(records.rbegin(), records.rend(), [&](const auto& r) { return r.key.value == value; });
    return found == records.rend() ? nullptr : &*found;
}

const TraceRecord* Trace::output(const Model& model, LayerId layer, std::size_t index) const {
    const auto& outputs = model.graph.layer(layer).outputs;
    return index < outputs.size() ? find(outputs[index]) : nullptr;
}

TraceRecorder::TraceRecorder(const Model& model, TraceOptions options)
    : m_model(model), m_options(options), m_wanted(model.graph.values().size(), !options.layerOutputsOnly) {
    const auto want = [&](const std::vector<ValueId>& values) {
        for (const auto value : values)
            if (value.isValid())
                m_wanted[value.index] = true;
    };
    want(model.graph.inputs());
    want(model.graph.outputs());
    for (const auto& layer : model.graph.layers()) {
        want(layer.inputs);
        want(layer.outputs);
    }
}

Interest TraceRecorder::interest(const TraceKey& key) {
    if (!m_wanted[key.value.index])
        return {};
    const auto left = m_options.elementBudget - m_kept;
    return {.statistics = true, .elements = left > 0, .histogram = m_options.histograms, .mostBytes = left};
}

void TraceRecorder::layerStarted(LayerId layer) {
    if (onLayerStarted)
        onLayerStarted(layer);
}

Observer::Answer TraceRecorder::received(ObservedValue value) {
    if (m_trace.records.empty()) // records are large: none is moved again for those that follow
        m_trace.records.reserve(static_cast<std::size_t>(std::ranges::count(m_wanted, true)));
    TraceRecord record;
    record.key = std::move(value.key);
    record.layer = value.layer;
    record.shape = value.tensor.shape();
    record.dtype = value.tensor.dtype();
    record.microseconds = value.microseconds;
    if (value.statistics)
        record.statistics = std::move(*value.statistics);
    const auto left = m_options.elementBudget - m_kept;
    if (left > 0 && value.tensor.bytes() <= left) { // as interest() asked for this value: it is ours
        m_kept += value.tensor.bytes();
        record.elements = std::move(value.tensor);
    }
    m_trace.records.push_back(std::move(record));
    if (onRecord)
        onRecord(m_trace.records.back());
    return Answer::goOn;
}

Trace TraceRecorder::take() { return std::exchange(m_trace, {}); }

Result<std::shared_ptr<const Trace>> traceRun(Executor& executor, std::span<const Tensor> inputs,
                                              TraceRecorder& recorder, RunResult* result, const Progress& progress) {
    auto run = executor.run(inputs, &recorder, progress);
    if (!run)
        return passOn(run);
    auto trace = std::make_shared<Trace>(recorder.take());
    trace->configuration = executor.configuration();
    trace->failure = run->failure;
    trace->times = run->times;
    if (result)
        *result = std::move(*run);
    return std::shared_ptr<const Trace>(std::move(trace));
}

} // namespace plumbline
