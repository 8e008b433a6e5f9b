#include "core/engine/run.h"

#include "core/engine/rounding.h"

#include <omp.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace plumbline {

namespace {

/// OpenMP's team size for this thread from here on; the executor puts back what its caller had.
void useThreads(int threads) {
    if (threads != omp_get_max_threads())
        omp_set_num_threads(threads);
}

Error libraryFailure(const std::string& node, const std::string& op, const char* reason) {
    return failure(ErrorCode::internal, "kernel-failed", "{node} ({op}) could not be computed: {reason}.",
                   {{"node", node}, {"op", op}, {"reason", std::string(reason)}})
        .error();
}

} // namespace

Run::~Run() {
    for (auto& tensor : m_plan.live)
        if (!tensor.isNull())
            tensor = Tensor();
}

Result<void> Run::execute(std::span<const Tensor> inputs, std::span<const Tensor> states, RunResult& result) {
    m_inputs = inputs;
    m_states = states;
    m_threads = omp_get_max_threads();
    m_times = &result.times;
    m_times->rest += m_laps.lap();
    if (m_observer) {
        m_started.assign(m_graph.layers().size(), false);
        m_statistics.resize(m_graph.values().size());
        for (std::size_t i = 0; i < inputs.size(); ++i)
            PLUMBLINE_CHECK(observeValue(m_graph.inputs()[i], nullptr));
        for (const auto& state : m_graph.states())
            PLUMBLINE_CHECK(observeValue(state.value, nullptr));
        m_times->watching += m_laps.lap();
    }
    if (!m_plan.steps.empty()) {
        for (std::size_t i = 0; i < inputs.size(); ++i)
            setPointer(m_graph.inputs()[i], inputs[i].data());
        for (std::size_t i = 0; i < states.size(); ++i)
            setPointer(m_graph.states()[i].value, states[i].data());
        if (auto done = allocateOutputs(); !done) {
            result.failure = memoryFailure(m_graph, {}, m_plan.arenaBytes, 0);
            return {};
        }
        m_times->rest += m_laps.lap();
    }
    auto sweep = m_plan.sweeps.begin();
    for (std::size_t s = 0; s < m_plan.steps.size(); ++s) {
        auto& step = m_plan.steps[s];
        if (m_progress.isCancelled())
            return Progress::cancelled();
        startLayers(step);
        if (m_observer)
            m_times->watching += m_laps.lap();
        auto done = runStep(step);
        if (m_observer)
            book(*m_times, m_graph, step.nodes, m_laps.lap());
        if (!done) {
            result.failure = failureAt(step, std::move(done).error());
            collectOutputs(result, s);
            return {};
        }
        if (m_observer) {
            useThreads(m_threads);
            if (sweep != m_plan.sweeps.end() && sweep->head == s) {
                PLUMBLINE_CHECK(runSweep(*sweep));
                s = sweep++->last;
            } else
                for (const auto output : step.outputs)
                    PLUMBLINE_CHECK(observeValue(output, &step));
        }
        for (const auto value : m_plan.steps[s].released)
            m_plan.live[value.index] = Tensor();
    }
    collectOutputs(result, m_plan.steps.size());
    if (m_plan.failure) {
        if (m_observer && m_plan.failure->layer.isValid() && !m_plan.steps.empty() &&
            !m_started[m_plan.failure->layer.index])
            m_observer->layerStarted(m_plan.failure->layer);
        result.failure = m_plan.failure;
    }
    return {};
}

Result<void> Run::allocateOutputs() {
    for (const auto& outputClass : m_plan.outputClasses) {
        const auto& value = m_plan.values[outputClass.root.index];
        PLUMBLINE_TRY(auto builder, TensorBuilder::allocate(value.dtype, value.shape));
        for (const auto member : outputClass.members)
            setPointer(member, builder.data());
        m_plan.live[outputClass.root.index] = std::move(builder).build();
    }
    return {};
}

void Run::startLayers(const Step& step) {
    if (!m_observer)
        return;
    for (const auto node : step.nodes) {
        const auto layer = m_graph.node(node).layer;
        if (layer.isValid() && !m_started[layer.index]) {
            m_started[layer.index] = true;
            m_observer->layerStarted(layer);
        }
    }
}

Result<void> Run::runStep(Step& step) {
    const auto& node = m_graph.node(step.nodes.front());
    try {
        switch (step.kind) {
        case Step::Kind::known: return {};
        case Step::Kind::alias: setPointer(step.outputs[0], m_plan.pointers[step.inputs[0].index]); return {};
        case Step::Kind::reference:
        case Step::Kind::dynamic: return runReference(step);
        case Step::Kind::fast: break;
        }
        bindOperands(step);
        useThreads(step.threads);
        step.kernel->run(step.in, step.out, m_plan.arena->mutableData() + step.scratchOffset);
        if (m_configuration.precision != Precision::float32)
            for (const auto output : step.outputs)
                if (const auto& value = m_plan.values[output.index]; value.dtype == DType::float32)
                    roundTo(m_configuration.precision,
                            {reinterpret_cast<float*>(m_plan.pointers[output.index]), value.bytes / 4});
        return {};
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::tooLarge, "memory.allocation", "No memory left for {node} ({op}).",
                       {{"node", node.name}, {"op", node.op}});
    } catch (const std::exception& error) {
        return std::unexpected(libraryFailure(node.name, node.op, error.what()));
    }
}

void Run::bindOperands(Step& step) {
    for (std::size_t i = 0; i < step.inputs.size(); ++i)
        step.in[i] = step.inputs[i].isValid() ? m_plan.pointers[step.inputs[i].index] : nullptr;
    for (std::size_t i = 0; i < step.outputs.size(); ++i)
        step.out[i] = m_plan.pointers[step.outputs[i].index];
}

Result<void> Run::runReference(Step& step) {
    const auto& node = m_graph.node(step.nodes.front());
    std::vector<Tensor> inputs;
    for (const auto input : step.inputs) {
        if (!input.isValid()) {
            inputs.emplace_back();
            continue;
        }
        PLUMBLINE_TRY(auto dense, tensorOf(input).contiguous());
        inputs.push_back(std::move(dense));
    }
    std::vector<ValueType> types = step.outputTypes;
    if (step.kind == Step::Kind::dynamic) {
        std::vector<ValueType> given(inputs.size());
        std::vector<const ValueType*> pointers(inputs.size(), nullptr);
        std::vector<const Tensor*> constants(inputs.size(), nullptr);
        for (std::size_t i = 0; i < inputs.size(); ++i)
            if (!inputs[i].isNull()) {
                given[i] = ValueType{inputs[i].dtype(), toDims(inputs[i].shape())};
                pointers[i] = &given[i];
                constants[i] = &inputs[i];
            }
        PLUMBLINE_TRY(types, step.op->shape(ShapeContext{step.attributes, pointers, constants}));
    }
    PLUMBLINE_TRY(auto results, step.op->reference(KernelContext{step.attributes, inputs, types}));
    for (std::size_t i = 0; i < step.outputs.size(); ++i) {
        if (i >= results.size() || (results[i].isNull() && step.kind != Step::Kind::dynamic) ||
            (step.kind == Step::Kind::reference && results[i].shape() != m_plan.values[step.outputs[i].index].shape))
            return std::unexpected(libraryFailure(node.name, node.op, "its result has another shape than foreseen"));
        PLUMBLINE_TRY(auto out, rounded(m_configuration.precision, results[i]));
        PLUMBLINE_TRY(out, out.contiguous());
        if (m_plan.arena && out.storage() == m_plan.arena) { // a view of what a later step overwrites
            PLUMBLINE_TRY(auto copy, TensorBuilder::allocate(out.dtype(), out.shape()));
            std::memcpy(copy.data(), out.data(), out.bytes());
            out = std::move(copy).build();
        }
        const auto value = step.outputs[i];
        setPointer(value, out.data());
        m_plan.live[value.index] = std::move(out);
    }
    return {};
}

const Tensor& Run::rootTensor(ValueId root) const {
    const auto place = m_plan.values.empty() ? Place::input : m_plan.values[root.index].place;
    if (place == Place::known)
        return m_plan.known[root.index];
    if (place == Place::input) {
        const auto state = std::ranges::find(m_graph.states(), root, &CarriedState::value);
        if (state != m_graph.states().end())
            return m_states[static_cast<std::size_t>(state - m_graph.states().begin())];
        return m_inputs[static_cast<std::size_t>(std::ranges::find(m_graph.inputs(), root) - m_graph.inputs().begin())];
    }
    return m_plan.live[root.index];
}

Tensor Run::tensorOf(ValueId id) const {
    if (m_plan.values.empty()) // nothing of the plan can run: there are only inputs
        return rootTensor(id);
    const auto& value = m_plan.values[id.index];
    if (value.place == Place::arena)
        return Tensor(m_plan.arena, value.dtype, value.shape, value.offset);
    const auto& root = rootTensor(value.root);
    if (value.root == id || root.isNull())
        return root;
    return Tensor(root.storage(), value.dtype, value.shape,
                  static_cast<std::size_t>(root.data() - root.storage()->data()));
}

bool Run::mayBeOverwritten(ValueId id) const {
    if (m_plan.values.empty())
        return false;
    const auto place = m_plan.values[id.index].place;
    return place == Place::arena ||
           (place == Place::output && std::ranges::find(m_graph.outputs(), id) == m_graph.outputs().end() &&
            std::ranges::find(m_graph.states(), id, &CarriedState::next) == m_graph.states().end());
}

Statistics Run::statisticsFor(ValueId id, const Step* step, const Tensor& tensor, HistogramWanted histogram) {
    std::optional<Statistics> out;
    if (step && step->rule.kind != StatisticsRule::Kind::none) {
        std::vector<const Statistics*> operands;
        for (const auto input : step->inputs)
            operands.push_back(input.isValid() && m_statistics[input.index] ? &*m_statistics[input.index] : nullptr);
        // Of a Resize only the first input's elements come through; the others steer.
        const bool all = step->rule.kind == StatisticsRule::Kind::joined;
        out = derivedStatistics(step->rule, std::span(operands).first(all ? operands.size() : 1), tensor, histogram);
    }
    if (!out)
        out = statisticsOf(tensor, histogram);
    if (isReadAgain(id))
        m_statistics[id.index] = *out;
    return std::move(*out);
}

ObservedValue Run::observed(ValueId id, const Step* step) const {
    const auto layer = m_graph.value(id).layer;
    return {{id, {}, -1}, step ? step->last() : NodeId(),
            layer,        tensorOf(id),
            {},           layer.isValid() ? microseconds(m_times->layers[layer.index]) : 0};
}

Result<void> Run::deliver(ObservedValue seen) {
    if (m_observer->received(std::move(seen)) == Observer::Answer::cancel)
        return Progress::cancelled();
    return {};
}

static TensorBuilder roomFor(const Tensor& tensor) {
    auto copy = TensorBuilder::allocate(tensor.dtype(), tensor.shape());
    if (!copy)
        throw std::bad_alloc();
    return std::move(*copy);
}

Result<void> Run::observeValue(ValueId id, const Step* step) {
    const auto interest = m_observer->interest({id, {}, -1});
    if (!interest.any())
        return {};
    auto seen = observed(id, step);
    if (seen.tensor.isNull())
        return {};
    if (interest.statistics)
        seen.statistics =
            statisticsFor(id, step, seen.tensor, interest.histogram ? HistogramWanted::yes : HistogramWanted::no);
    if (interest.elements && seen.tensor.bytes() <= interest.mostBytes && mayBeOverwritten(id)) {
        auto copy = roomFor(seen.tensor);
        std::memcpy(copy.data(), seen.tensor.data(), seen.tensor.bytes());
        seen.tensor = std::move(copy).build();
    }
    return deliver(std::move(seen));
}

SweptValue Run::sweptValue(const Sweep& sweep, std::size_t s) {
    auto& step = m_plan.steps[s];
    SweptValue value;
    value.id = step.outputs[0];
    value.step = &step;
    value.computes = s > sweep.head;
    value.data = reinterpret_cast<const float*>(m_plan.pointers[value.id.index]);
    value.interest = m_observer->interest({value.id, {}, -1});
    const auto& planned = m_plan.values[value.id.index];
    const auto& earlier = m_plan.swept.values;
    // What was promised to the values before is not left for this one, though nobody has received them yet.
    std::uint64_t promised = 0;
    for (const auto& before : earlier)
        promised += before.kept;
    if (value.interest.elements && planned.bytes + promised <= value.interest.mostBytes)
        value.kept = planned.bytes;
    for (std::size_t v = 0; v < earlier.size() && step.rule.kind == StatisticsRule::Kind::rectified; ++v)
        if (const auto& operand = earlier[v]; operand.id == step.inputs[0] && operand.interest.statistics &&
                                              operand.interest.histogram >= value.interest.histogram)
            value.rectifies = operand.rectifies != SweptValue::none ? operand.rectifies : v; // twice is as once
    bool overwritten = false; // before the observer has it
    for (auto later = s + 1; later <= sweep.last; ++later)
        overwritten = overwritten || m_plan.values[m_plan.steps[later].outputs[0].index].root == planned.root;
    value.copied = (value.kept > 0 && mayBeOverwritten(value.id)) || (value.interest.tensor && overwritten);
    return value;
}

/// Of the time of going over a sweep what its followers took, to their layers.
void Run::bookSweep() {
    auto left = m_laps.lap();
    for (const auto& value : m_plan.swept.values) {
        const auto time = std::min(value.time, left);
        left -= time;
        book(*m_times, m_graph, value.step->nodes, time);
    }
    m_times->watching += left;
}

Result<void> Run::runSweep(const Sweep& sweep) {
    auto& values = m_plan.swept.values;
    std::vector<std::optional<TensorBuilder>> copies(sweep.last - sweep.head + 1);
    values.clear();
    for (auto s = sweep.head; s <= sweep.last; ++s) {
        auto& value = values.emplace_back(sweptValue(sweep, s));
        if (value.computes) {
            startLayers(*value.step);
            bindOperands(*value.step);
        }
        if (value.copied) {
            auto& copy = copies[s - sweep.head].emplace(roomFor(tensorOf(value.id)));
            value.copy = reinterpret_cast<float*>(copy.data());
        }
    }
    // What follows from the operands' statistics need not be counted: a Concat, a Resize.
    auto& head = values[0];
    std::optional<Statistics> derived;
    if (head.step->rule.kind != StatisticsRule::Kind::none && head.interest.statistics) {
        derived = statisticsFor(head.id, head.step, tensorOf(head.id),
                                head.interest.histogram ? HistogramWanted::yes : HistogramWanted::no);
        head.interest.statistics = false;
        for (auto& value : values)
            if (value.rectifies == 0)
                value.rectifies = SweptValue::none;
    }
    m_times->watching += m_laps.lap();
    goOver(m_plan.swept, m_plan.values[head.id.index].shape.elements(), sweep.piece, m_threads, *m_observer);
    bookSweep();
    for (std::size_t v = 0; v < values.size(); ++v) {
        auto& value = values[v];
        for (const auto released : value.step->released)
            m_plan.live[released.index] = Tensor();
        auto seen = observed(value.id, value.step);
        if (v == 0 && derived)
            seen.statistics = std::move(derived);
        else if (value.interest.statistics) {
            if (isReadAgain(value.id))
                m_statistics[value.id.index] = value.statistics;
            seen.statistics = std::move(value.statistics);
        }
        if (copies[v])
            seen.tensor = std::move(*copies[v]).build();
        if (seen.statistics || value.interest.elements || value.interest.tensor)
            PLUMBLINE_CHECK(deliver(std::move(seen)));
    }
    return {};
}

void Run::collectOutputs(RunResult& result, std::size_t stepsDone) {
    const auto collect = [&](ValueId value) {
        const bool isThere = !m_plan.values.empty() && m_plan.values[value.index].readyAfter <= stepsDone;
        return isThere ? tensorOf(value) : Tensor();
    };
    result.outputs.clear();
    for (const auto output : m_graph.outputs())
        result.outputs.push_back(collect(output));
    result.states.clear();
    for (const auto& state : m_graph.states())
        result.states.push_back(collect(state.next));
}

RunFailure Run::failureAt(const Step& step, Error error) const {
    const auto& node = m_graph.node(step.nodes.front());
    RunFailure out{inLayer(std::move(error), m_graph, node.layer), node.layer, step.nodes.front(), {}};
    for (const auto input : step.inputs)
        if (input.isValid())
            if (const auto tensor = tensorOf(input); !tensor.isNull())
                out.operands.push_back({tensor.dtype(), toDims(tensor.shape())});
    return out;
}

} // namespace plumbline
