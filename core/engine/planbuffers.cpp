#include "core/engine/planbuffers.h"

#include "core/engine/memoryplan.h"

#include <algorithm>

namespace plumbline {

namespace {

/// Of the values that share a buffer.
struct ClassLife {
    std::size_t first = 0, last = 0; ///< steps
    bool output = false;             ///< holds an output of the graph
};

class Placement {
public:
    Placement(Plan& plan, const PlanRequest& request, NodeId first)
        : m_plan(plan), m_request(request), m_first(first) {}

    void place() {
        joinClasses();
        shareInPlace();
        keepThroughSweeps();
        placeClasses();
    }

private:
    void joinClasses();
    void shareInPlace();
    void keepThroughSweeps();
    void placeClasses();
    ValueId root(ValueId value) const {
        while (m_plan.values[value.index].root != value)
            value = m_plan.values[value.index].root;
        return value;
    }

    Plan& m_plan;
    const PlanRequest& m_request;
    NodeId m_first;
    std::vector<ClassLife> m_lives; ///< by ValueId of a root
};

void Placement::joinClasses() {
    auto& values = m_plan.values;
    m_lives.resize(values.size());
    for (std::size_t s = 0; s < m_plan.steps.size(); ++s) {
        const auto& step = m_plan.steps[s];
        if (step.kind == Step::Kind::alias)
            values[step.outputs[0].index].root = root(step.inputs[0]);
        else
            for (const auto output : step.outputs)
                m_lives[output.index].first = s;
        for (const auto* list : {&step.inputs, &step.outputs})
            for (const auto value : *list)
                if (value.isValid()) {
                    auto& life = m_lives[root(value).index];
                    life.last = std::max(life.last, s);
                }
    }
    for (const auto output : m_request.graph.lasting()) {
        auto& life = m_lives[root(output).index];
        life.output = true;
        life.last = m_plan.steps.size();
    }
}

void Placement::shareInPlace() {
    static constexpr std::string_view others[] = {"Add",   "Sub", "Mul", "Div", "Max", "Min", "BatchNormalization",
                                                  "PRelu", "Clip"};
    auto& values = m_plan.values;
    for (std::size_t s = 0; s < m_plan.steps.size(); ++s) {
        auto& step = m_plan.steps[s];
        if (step.kind != Step::Kind::fast || step.outputs.size() != 1 ||
            (!step.op->fusable && std::find(std::begin(others), std::end(others), step.op->name) == std::end(others)))
            continue;
        const auto out = step.outputs[0];
        const auto sameBytes = [&](ValueId v) {
            return values[v.index].shape == values[out.index].shape && values[v.index].dtype == values[out.index].dtype;
        };
        for (const auto input : step.inputs) {
            if (!input.isValid() || !sameBytes(input))
                continue;
            const auto from = root(input);
            const bool mixed = std::any_of(step.inputs.begin(), step.inputs.end(), [&](ValueId other) {
                return other.isValid() && root(other) == from && !sameBytes(other);
            });
            if (values[from.index].place != Place::arena || m_lives[from.index].last > s ||
                m_lives[from.index].output || mixed)
                continue;
            m_lives[from.index].last = m_lives[out.index].last;
            m_lives[from.index].output = m_lives[out.index].output;
            values[out.index].root = from;
            break;
        }
    }
}

void Placement::keepThroughSweeps() {
    for (const auto& sweep : m_plan.sweeps)
        for (auto s = sweep.head + 1; s <= sweep.last; ++s) {
            const auto& step = m_plan.steps[s];
            for (const auto* list : {&step.inputs, &step.outputs})
                for (const auto value : *list)
                    if (value.isValid()) {
                        auto& life = m_lives[root(value).index];
                        life.first = std::min(life.first, sweep.head + 1);
                        life.last = std::max(life.last, sweep.last);
                    }
        }
}

void Placement::placeClasses() {
    auto& plan = m_plan;
    std::vector<BufferLife> buffers;
    std::vector<std::size_t*> places;
    std::uint64_t outputBytes = 0;
    for (std::size_t i = 0; i < plan.values.size(); ++i) {
        auto& value = plan.values[i];
        if (root(ValueId(i)) != ValueId(i) || value.place == Place::none)
            continue;
        const auto& life = m_lives[i];
        if (value.place == Place::arena && life.output) {
            value.place = Place::output;
            plan.outputClasses.push_back({ValueId(i), {}});
            outputBytes += value.bytes;
        } else if (value.place == Place::arena) {
            buffers.push_back({value.bytes, life.first, life.last, 0});
            places.push_back(&value.offset);
        } else if (value.place == Place::held && life.last < plan.steps.size())
            plan.steps[life.last].released.emplace_back(i);
    }
    for (std::size_t s = 0; s < plan.steps.size(); ++s)
        if (auto& step = plan.steps[s]; step.kernel && step.kernel->scratchBytes() > 0) {
            buffers.push_back({step.kernel->scratchBytes(), s, s, 0});
            places.push_back(&step.scratchOffset);
        }
    for (std::size_t i = 0; i < plan.values.size(); ++i) {
        const auto top = root(ValueId(i));
        plan.values[i].root = top;
    }
    for (auto& value : plan.values)
        value.place = plan.values[value.root.index].place;
    const auto total = placeBuffers(buffers);
    const auto limit = m_request.configuration.memoryLimit;
    if (!total)
        plan.failure = RunFailure{total.error(), {}, {}, {}};
    else if (limit > 0 && *total + outputBytes > limit)
        plan.failure = memoryFailure(m_request.graph, m_first, *total + outputBytes, limit);
    else if (auto arena = Storage::allocate(*total); !arena)
        plan.failure = memoryFailure(m_request.graph, m_first, *total, 0);
    else {
        plan.arenaBytes = *total;
        plan.arena = std::move(*arena);
        for (std::size_t i = 0; i < buffers.size(); ++i)
            *places[i] = buffers[i].offset;
        for (auto& value : plan.values)
            value.offset = plan.values[value.root.index].offset;
        plan.live.resize(plan.values.size());
        plan.pointers.assign(plan.values.size(), nullptr);
        for (std::size_t i = 0; i < plan.values.size(); ++i) {
            const auto& value = plan.values[i];
            if (value.place == Place::arena)
                plan.pointers[i] = plan.arena->mutableData() + value.offset;
            else if (value.place == Place::known) // read only: no kernel has it as an output
                plan.pointers[i] = const_cast<std::byte*>(plan.known[value.root.index].data());
            for (auto& outputClass : plan.outputClasses)
                if (outputClass.root == value.root)
                    outputClass.members.emplace_back(i);
        }
        return;
    }
    plan.steps.clear();
}

} // namespace

void placeValues(Plan& plan, const PlanRequest& request, NodeId first) { Placement(plan, request, first).place(); }

} // namespace plumbline
