#include "core/engine/executor.h"

#include "core/engine/run.h"

#include <omp.h>

#include <algorithm>
#include <chrono>
#include <list>
#include <map>
#include <new>
#include <thread>

namespace plumbline {

namespace {

/// Plans hold an arena and reordered weights each: two batch sizes, watched and not, are the usual need.
constexpr std::size_t plansKept = 4;

/// The calling thread's OpenMP team size for the time of a run.
class TeamSize {
public:
    explicit TeamSize(int threads) : m_before(omp_get_max_threads()) {
        if (threads != m_before)
            omp_set_num_threads(threads);
    }
    ~TeamSize() {
        if (omp_get_max_threads() != m_before)
            omp_set_num_threads(m_before);
    }
    TeamSize(const TeamSize&) = delete;
    TeamSize& operator=(const TeamSize&) = delete;

private:
    int m_before;
};

RunFailure inputFailure(std::string id, std::string pattern, Message::Arguments arguments, const ValueType& declared,
                        const Shape& actual) {
    RunFailure out;
    out.error = failure(ErrorCode::shape, std::move(id), std::move(pattern), std::move(arguments)).error();
    out.error.expected = dimsText(declared.shape);
    out.error.actual = actual.text();
    return out;
}

/// Of one batch's outputs: those of all batches are put together beside them.
std::uint64_t outputBytes(const Graph& graph, const Inference& inference) {
    std::uint64_t bytes = 0;
    for (const auto output : graph.outputs())
        if (const auto& type = inference.type(output); type && isConcrete(*type))
            if (const auto shape = concreteShape(*type))
                bytes += static_cast<std::uint64_t>(shape->elements()) * itemSize(type->dtype);
    return bytes;
}

} // namespace

struct Executor::Implementation {
    std::shared_ptr<const Model> model;
    RunConfiguration configuration;
    int threads = 1;
    RowRule rowRule;
    std::list<std::unique_ptr<Plan>> plans; ///< latest used first

    const Graph& graph() const { return model->graph; }
    std::optional<RunFailure> inputProblem(std::span<const Tensor> inputs) const;
    bool isReady(std::span<const Tensor> inputs) const;
    Result<std::vector<Tensor>> madeReady(std::span<const Tensor> inputs) const;
    Plan* findPlan(std::span<const Tensor> inputs, const std::vector<bool>& wanted);
    Plan* makePlan(std::span<const Tensor> inputs, std::vector<bool> wanted);
    Result<void> runReady(std::span<const Tensor> inputs, Observer* observer, const Progress& progress,
                          std::span<const Tensor> states, LapTimer& laps, RunResult& result);
    Result<RunResult> runBatch(std::span<const Tensor> inputs, Observer* observer, const Progress& progress,
                               std::span<const Tensor> states, LapTimer& laps);
    std::vector<Tensor> firstStates() const;
    std::vector<bool> wantedOf(Observer* observer) const;
};

/// What the model itself asks of its inputs' shapes: the rank, the fixed extents, and equal extents where one symbol
/// stands.
std::optional<RunFailure> Executor::Implementation::inputProblem(std::span<const Tensor> inputs) const {
    std::map<std::string, std::int64_t> symbols;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const auto& shape = inputs[i].shape();
        const auto& value = graph().value(graph().inputs()[i]);
        if (!value.type)
            continue;
        const auto& declared = *value.type;
        bool fits = declared.shape.size() == shape.rank();
        for (std::size_t axis = 0; fits && axis < declared.shape.size(); ++axis)
            fits = declared.shape[axis].mayEqual(shape[axis]) || (axis == 0 && rowRule.any);
        if (!fits)
            return inputFailure(
                "input-shape", "Input {input} takes the shape {expected}, and {actual} was given.",
                {{"input", value.name}, {"expected", dimsText(declared.shape)}, {"actual", shape.text()}}, declared,
                shape);
        for (std::size_t axis = 0; axis < declared.shape.size(); ++axis) {
            const auto& dim = declared.shape[axis];
            if (dim.isKnown())
                continue;
            const auto [at, fresh] = symbols.emplace(dim.expressionText(), shape[axis]);
            if (!fresh && at->second != shape[axis])
                return inputFailure("input-rows",
                                    "Input {input} has {actual} along axis {axis}, where another input has {expected}.",
                                    {{"input", value.name},
                                     {"actual", shape[axis]},
                                     {"axis", static_cast<std::int64_t>(axis)},
                                     {"expected", at->second}},
                                    declared, shape);
        }
    }
    return std::nullopt;
}

std::vector<bool> Executor::Implementation::wantedOf(Observer* observer) const {
    std::vector<bool> wanted;
    if (observer) {
        wanted.resize(graph().values().size());
        for (std::size_t i = 0; i < wanted.size(); ++i)
            if (!graph().values()[i].isConstant())
                wanted[i] = observer->interest({ValueId(i), {}, -1}).any();
    }
    return wanted;
}

/// True where no input has to be cast or made dense.
bool Executor::Implementation::isReady(std::span<const Tensor> inputs) const {
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const auto& declared = graph().value(graph().inputs()[i]).type;
        if ((declared && declared->dtype != inputs[i].dtype()) || !inputs[i].isContiguous())
            return false;
    }
    return true;
}

Result<std::vector<Tensor>> Executor::Implementation::madeReady(std::span<const Tensor> inputs) const {
    std::vector<Tensor> ready;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const auto& declared = graph().value(graph().inputs()[i]).type;
        PLUMBLINE_TRY(const auto typed, inputs[i].cast(declared ? declared->dtype : inputs[i].dtype()));
        PLUMBLINE_TRY(auto dense, typed.contiguous());
        ready.push_back(std::move(dense));
    }
    return ready;
}

Plan* Executor::Implementation::findPlan(std::span<const Tensor> inputs, const std::vector<bool>& wanted) {
    const auto found = std::find_if(plans.begin(), plans.end(), [&](const auto& plan) {
        return plan->wanted == wanted &&
               std::equal(inputs.begin(), inputs.end(), plan->inputShapes.begin(), plan->inputShapes.end(),
                          [](const Tensor& t, const Shape& s) { return t.shape() == s; });
    });
    if (found == plans.end())
        return nullptr;
    plans.splice(plans.begin(), plans, found);
    return plans.front().get();
}

Plan* Executor::Implementation::makePlan(std::span<const Tensor> inputs, std::vector<bool> wanted) {
    if (plans.size() >= plansKept)
        plans.pop_back();
    std::vector<ValueType> types;
    for (const auto& input : inputs)
        types.push_back({input.dtype(), toDims(input.shape())});
    auto plan = compilePlan(PlanRequest{graph(), configuration, threads, types, wanted});
    for (const auto& input : inputs)
        plan->inputShapes.push_back(input.shape());
    plan->wanted = std::move(wanted);
    plans.push_front(std::move(plan));
    return plans.front().get();
}

Result<void> Executor::Implementation::runReady(std::span<const Tensor> inputs, Observer* observer,
                                                const Progress& progress, std::span<const Tensor> states,
                                                LapTimer& laps, RunResult& result) {
    auto wanted = wantedOf(observer);
    auto* plan = findPlan(inputs, wanted);
    if (!plan) { // shapes that have a plan were right
        result.failure = inputProblem(inputs);
        if (result.failure)
            return {};
        plan = makePlan(inputs, std::move(wanted));
    }
    return Run(graph(), configuration, *plan, observer, progress, laps).execute(inputs, states, result);
}

Result<RunResult> Executor::Implementation::runBatch(std::span<const Tensor> inputs, Observer* observer,
                                                     const Progress& progress, std::span<const Tensor> states,
                                                     LapTimer& laps) {
    RunResult result;
    if (observer)
        result.times.layers.resize(graph().layers().size());
    if (isReady(inputs)) {
        PLUMBLINE_CHECK(runReady(inputs, observer, progress, states, laps, result));
    } else if (auto ready = madeReady(inputs)) {
        PLUMBLINE_CHECK(runReady(*ready, observer, progress, states, laps, result));
    } else
        result.failure = RunFailure{std::move(ready).error(), {}, {}, {}};
    result.outputs.resize(graph().outputs().size());
    return result;
}

std::vector<Tensor> Executor::Implementation::firstStates() const {
    std::vector<Tensor> out;
    for (const auto& state : graph().states()) {
        const auto& type = graph().value(state.value).type;
        const auto shape = type ? toShape(type->shape) : std::nullopt;
        auto zeros = TensorBuilder::zeros(type ? type->dtype : DType::float32, shape.value_or(Shape()));
        if (!zeros)
            throw std::bad_alloc();
        out.push_back(std::move(*zeros).build());
    }
    return out;
}

Executor::Executor(std::shared_ptr<const Model> model, RunConfiguration configuration)
    : m_implementation(std::make_unique<Implementation>()) {
    m_implementation->model = std::move(model);
    m_implementation->configuration = configuration;
    m_implementation->threads = configuration.threads > 0 ? configuration.threads : omp_get_num_procs();
    m_implementation->rowRule = rowRuleOf(*m_implementation->model);
}

Executor::~Executor() = default;
Executor::Executor(Executor&&) noexcept = default;

const Model& Executor::model() const { return *m_implementation->model; }
const RunConfiguration& Executor::configuration() const { return m_implementation->configuration; }
const RowRule& Executor::rowRule() const { return m_implementation->rowRule; }

Result<RunResult> Executor::run(std::span<const Tensor> inputs, Observer* observer, const Progress& progress,
                                std::vector<Tensor> states) {
    auto& self = *m_implementation;
    const auto& graph = self.graph();
    if (inputs.size() != graph.inputs().size())
        return failure(ErrorCode::wrongCall, "input-count",
                       "The model takes {expected} {expected|input|inputs}, and {actual} {actual|was|were} given.",
                       {{"expected", static_cast<std::int64_t>(graph.inputs().size())},
                        {"actual", static_cast<std::int64_t>(inputs.size())}});
    if (progress.isCancelled())
        return Progress::cancelled();
    const TeamSize team(self.threads);
    const auto start = std::chrono::steady_clock::now();
    LapTimer laps(observer);
    RunResult result;
    if (observer)
        result.times.layers.resize(graph.layers().size());
    try {
        if (states.empty())
            states = self.firstStates();
        std::vector<Shape> shapes;
        for (const auto& input : inputs)
            shapes.push_back(input.shape());
        if (const auto batches = self.rowRule.batches(shapes); batches > 1) {
            const RunBatch one = [&](std::span<const Tensor> part, Observer* watching, std::span<const Tensor> begin) {
                return self.runBatch(part, watching, progress, begin, laps);
            };
            PLUMBLINE_TRY(result, runInBatches(graph, inputs, batches, std::move(states), observer, progress, one));
        } else {
            PLUMBLINE_TRY(result, self.runBatch(inputs, observer, progress, states, laps));
        }
    } catch (const std::bad_alloc&) {
        result.failure = memoryFailure(graph, {}, 0, 0);
    }
    result.outputs.resize(graph.outputs().size());
    result.times.rest += laps.lap();
    result.microseconds = std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
    return result;
}

Result<std::uint64_t> Executor::memoryNeeded(std::span<const Shape> inputShapes) const {
    const auto& graph = m_implementation->graph();
    if (inputShapes.size() != graph.inputs().size())
        return failure(ErrorCode::wrongCall, "input-count",
                       "The model takes {expected} {expected|input|inputs}, and {actual} {actual|was|were} given.",
                       {{"expected", static_cast<std::int64_t>(graph.inputs().size())},
                        {"actual", static_cast<std::int64_t>(inputShapes.size())}});
    const auto& rule = m_implementation->rowRule;
    const auto batches = rule.batches(inputShapes);
    std::vector<ValueType> types;
    for (std::size_t i = 0; i < inputShapes.size(); ++i) {
        const auto& declared = graph.value(graph.inputs()[i]).type;
        types.push_back({declared ? declared->dtype : DType::float32,
                         toDims(batches > 1 ? rule.ofBatch(inputShapes[i]) : inputShapes[i])});
    }
    Inference inference(graph, types);
    PLUMBLINE_TRY(const auto order, graph.executionOrder());
    std::vector<NodeId> runs;
    for (const auto node : order) {
        if (auto done = inference.infer(node, true); !done) {
            if (done.error().code == ErrorCode::tooLarge)
                return std::unexpected(std::move(done).error());
            break; // the run ends there, for another reason
        }
        runs.push_back(node);
    }
    PLUMBLINE_TRY(const auto peak, memoryPeak(graph, inference, runs));
    return peak.bytes + (batches > 1 ? outputBytes(graph, inference) * static_cast<std::uint64_t>(batches) : 0);
}

} // namespace plumbline
