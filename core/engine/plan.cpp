#include "core/engine/plan.h"

#include "core/engine/fusion.h"
#include "core/engine/planbuffers.h"
#include "core/engine/rounding.h"

#include <omp.h>

#include <algorithm>
#include <new>

namespace plumbline {

namespace {

/// Where a second thread begins to pay.
constexpr double productsForThreads = 400'000;
constexpr double elementsForThreads = 32'768;

bool multiplies(std::string_view op) {
    static constexpr std::string_view ops[] = {"Conv", "ConvTranspose", "Gemm", "MatMul", "LSTM", "GRU", "RNN"};
    return std::find(std::begin(ops), std::end(ops), op) != std::end(ops);
}

class Compiler {
public:
    explicit Compiler(const PlanRequest& request)
        : m_request(request), m_graph(request.graph), m_inference(request.graph, request.inputs),
          m_plan(std::make_unique<Plan>()) {}

    std::unique_ptr<Plan> compile(bool withSweeps) {
        inferAll();
        if (!fits())
            return std::move(m_plan);
        makeSteps();
        if (withSweeps && m_request.configuration.precision == Precision::float32)
            m_plan->sweeps = findSweeps(*m_plan, m_request.wanted);
        placeValues(*m_plan, m_request, m_order.empty() ? NodeId() : m_order.front());
        return std::move(m_plan);
    }

private:
    void inferAll();
    bool fits();
    void makeSteps();
    void addStep(NodeId node);
    bool makeFast(Step& step, const FusionChain& chain);
    bool prepareFast(Step& step, const FusionChain& chain);
    StatisticsRule ruleOf(const Step& step) const;
    double workOf(const Step& step) const;
    std::unique_ptr<FastKernel> kernelFor(const Step& step, std::span<const PostOp> postOps,
                                          std::span<const ValueType> outputs);
    bool isKnown(ValueId value) const { return !m_plan->known[value.index].isNull(); }

    const PlanRequest& m_request;
    const Graph& m_graph;
    Inference m_inference;
    std::unique_ptr<Plan> m_plan;
    std::vector<NodeId> m_order;
    std::vector<bool> m_kept, m_dynamic; ///< by ValueId
    std::vector<std::vector<NodeId>> m_consumers;
    std::vector<bool> m_done; ///< by NodeId: fused into an earlier step
};

void Compiler::inferAll() {
    auto order = m_graph.executionOrder();
    if (!order) {
        m_plan->failure = RunFailure{std::move(order).error(), {}, {}, {}};
        return;
    }
    for (const auto node : *order) {
        auto done = m_inference.infer(node, true);
        if (!done) {
            m_plan->failure =
                RunFailure{std::move(done).error(), m_graph.node(node).layer, node, m_inference.operands(node)};
            break;
        }
        m_order.push_back(node);
    }
}

bool Compiler::fits() {
    const auto peak = memoryPeak(m_graph, m_inference, m_order);
    const auto limit = m_request.configuration.memoryLimit;
    if (!peak)
        m_plan->failure = RunFailure{peak.error(), {}, {}, {}};
    else if (limit > 0 && peak->bytes > limit)
        m_plan->failure = memoryFailure(m_graph, peak->node, peak->bytes, limit);
    else
        return true;
    m_order.clear();
    return false;
}

void Compiler::makeSteps() {
    const auto count = m_graph.values().size();
    auto& plan = *m_plan;
    plan.values.resize(count);
    plan.known.resize(count);
    plan.readAgain.resize(count);
    m_dynamic.assign(count, false);
    m_kept = m_request.wanted.empty() ? std::vector<bool>(count, false) : m_request.wanted;
    for (const auto output : m_graph.lasting())
        m_kept[output.index] = true;
    m_consumers = m_graph.consumers();
    m_done.assign(m_graph.nodes().size(), false);
    for (std::size_t i = 0; i < count; ++i) {
        auto& value = plan.values[i];
        value.root = ValueId(i);
        if (auto dense = m_inference.known(ValueId(i)); !dense.isNull())
            plan.known[i] = dense.contiguous().value_or(std::move(dense));
        if (const auto& type = m_inference.type(ValueId(i))) {
            value.dtype = type->dtype;
            if (auto shape = toShape(type->shape)) {
                value.shape = std::move(*shape);
                value.bytes = static_cast<std::uint64_t>(value.shape.elements()) * itemSize(type->dtype);
            }
        }
        if (isKnown(ValueId(i)))
            value.place = Place::known;
    }
    for (const auto input : m_graph.inputs())
        plan.values[input.index].place = Place::input;
    for (const auto& state : m_graph.states())
        plan.values[state.value.index].place = Place::input;
    for (const auto node : m_order)
        if (!m_done[node.index])
            addStep(node);
}

void Compiler::addStep(NodeId id) {
    const auto& node = m_graph.node(id);
    Step step;
    step.nodes = {id};
    step.op = findOp(node.op);
    step.attributes = node.attributes;
    if (node.op == "BatchNormalization" && m_request.configuration.batchStatistics)
        step.attributes.set("training_mode", std::int64_t{1});
    step.inputs = node.inputs;
    step.outputs = node.outputs;
    bool dynamic = false;
    for (const auto input : node.inputs)
        dynamic = dynamic || (input.isValid() && m_dynamic[input.index]);
    for (const auto output : node.outputs) {
        step.outputTypes.push_back(m_inference.type(output).value_or(ValueType{}));
        dynamic = dynamic || !isConcrete(step.outputTypes.back());
    }
    if (std::all_of(node.outputs.begin(), node.outputs.end(), [&](ValueId v) { return isKnown(v); }))
        step.kind = Step::Kind::known;
    else if (dynamic) {
        step.kind = Step::Kind::dynamic;
        for (const auto output : node.outputs)
            m_dynamic[output.index] = true;
    } else if (sharesBytes(node, m_inference))
        step.kind = Step::Kind::alias;
    else {
        const bool mayFuse = m_request.configuration.precision == Precision::float32;
        makeFast(step, mayFuse ? fusionChain(m_graph, m_inference, m_consumers, m_kept, id,
                                             m_request.configuration.batchStatistics)
                               : FusionChain{});
    }
    if (step.kind == Step::Kind::reference || step.kind == Step::Kind::dynamic)
        for (const auto output : step.outputs)
            m_plan->values[output.index].place = Place::held;
    if (step.kind == Step::Kind::fast) {
        for (const auto output : step.outputs)
            m_plan->values[output.index].place = Place::arena;
        step.in.resize(step.inputs.size());
        step.out.resize(step.outputs.size());
    }
    step.rule = ruleOf(step);
    if (step.rule.kind != StatisticsRule::Kind::none)
        for (const auto input : step.inputs)
            if (input.isValid())
                m_plan->readAgain[input.index] = true;
    for (const auto done : step.nodes)
        m_done[done.index] = true;
    for (const auto output : step.outputs)
        m_plan->values[output.index].readyAfter = m_plan->steps.size() + 1;
    m_plan->steps.push_back(std::move(step));
}

/// How the statistics of a watched step follow from those of its operands, which are watched too.
StatisticsRule Compiler::ruleOf(const Step& step) const {
    const auto watched = [&](ValueId v) {
        return v.isValid() && !m_request.wanted.empty() && m_request.wanted[v.index];
    };
    if (step.nodes.size() != 1 || step.outputs.size() != 1 || step.inputs.empty() || !watched(step.outputs[0]) ||
        !watched(step.inputs[0]))
        return {};
    if (step.kind == Step::Kind::alias)
        return {StatisticsRule::Kind::same};
    if (step.kind != Step::Kind::fast && step.kind != Step::Kind::reference)
        return {};
    std::vector<ValueType> inputs;
    std::vector<const Tensor*> constants;
    for (const auto input : step.inputs) {
        inputs.push_back(input.isValid() ? m_inference.type(input).value_or(ValueType{}) : ValueType{});
        constants.push_back(input.isValid() && isKnown(input) ? &m_plan->known[input.index] : nullptr);
    }
    return statisticsRule(step.op->name, step.attributes, inputs, constants, step.outputTypes[0]);
}

std::unique_ptr<FastKernel> Compiler::kernelFor(const Step& step, std::span<const PostOp> postOps,
                                                std::span<const ValueType> outputs) {
    std::vector<const ValueType*> inputs;
    std::vector<const Tensor*> constants;
    for (const auto input : step.inputs) {
        inputs.push_back(input.isValid() ? &*m_inference.type(input) : nullptr);
        constants.push_back(input.isValid() && isKnown(input) ? &m_plan->known[input.index] : nullptr);
    }
    try {
        return wideningKernel(*step.op,
                              FastKernelRequest{step.attributes, inputs, constants, outputs, postOps, step.threads});
    } catch (const std::bad_alloc&) {
        throw;
    } catch (const std::exception&) {
        return nullptr; // a library that cannot prepare this: the reference kernel can
    }
}

/// Multiplications of a step that multiplies by weights, else the elements it makes.
double Compiler::workOf(const Step& step) const {
    double elements = 0, weights = 0;
    for (const auto output : step.outputs)
        elements += static_cast<double>(m_plan->values[output.index].shape.elements());
    for (const auto input : step.inputs)
        if (input.isValid() && isKnown(input))
            weights = std::max(weights, static_cast<double>(m_plan->values[input.index].shape.elements()));
    const auto name = step.op->name;
    if (!multiplies(name))
        return elements;
    if (name != "LSTM" && name != "GRU" && name != "RNN") {
        const auto& shape = m_plan->values[step.inputs[1].index].shape;
        if (shape.rank() < 2)
            return elements;
        // A convolution's weights are (out, …), a transposed one's (in, …), a product's (in, out).
        if (name == "ConvTranspose")
            return static_cast<double>(m_plan->values[step.inputs[0].index].shape.elements()) * weights /
                   static_cast<double>(shape[0]);
        return elements * weights / static_cast<double>(name == "Conv" ? shape[0] : shape.back());
    }
    const auto& x = m_plan->values[step.inputs[0].index].shape; // both weights for every step of every sample
    return 2 * weights * static_cast<double>(x.rank() == 3 ? x[0] * x[1] : 1);
}

bool Compiler::makeFast(Step& step, const FusionChain& chain) {
    if (m_request.configuration.backend != Backend::onednn || !step.op->fast)
        return false;
    // Nothing faster is prepared for sizes of zero; libraries differ in what they make of them.
    const auto empty = [&](ValueId v) { return v.isValid() && m_plan->values[v.index].shape.elements() == 0; };
    if (std::any_of(step.inputs.begin(), step.inputs.end(), empty) ||
        std::any_of(step.outputs.begin(), step.outputs.end(), empty))
        return false;
    step.threads =
        workOf(step) < (multiplies(step.op->name) ? productsForThreads : elementsForThreads) ? 1 : m_request.threads;
    omp_set_num_threads(step.threads); // libraries settle their own split when they prepare
    const auto prepared = prepareFast(step, chain);
    omp_set_num_threads(m_request.threads);
    return prepared;
}

bool Compiler::prepareFast(Step& step, const FusionChain& chain) {
    for (auto length = chain.postOps.size() + 1; length-- > 0;) {
        auto kernel = kernelFor(step, std::span(chain.postOps).first(length), step.outputTypes);
        if (!kernel)
            continue;
        step.kernel = std::move(kernel);
        step.kind = Step::Kind::fast;
        step.nodes.insert(step.nodes.end(), chain.nodes.begin(),
                          chain.nodes.begin() + static_cast<std::ptrdiff_t>(length));
        step.outputs = m_graph.node(step.last()).outputs;
        return true;
    }
    return false;
}

} // namespace

std::unique_ptr<Plan> compilePlan(const PlanRequest& request) {
    try {
        auto plan = Compiler(request).compile(true);
        const bool foundNoRoom = plan->failure && plan->steps.empty() && !plan->sweeps.empty();
        return foundNoRoom ? Compiler(request).compile(false) : std::move(plan); // sweeps keep values for longer
    } catch (const std::bad_alloc&) {
        auto plan = std::make_unique<Plan>();
        plan->failure = memoryFailure(request.graph, {}, 0, request.configuration.memoryLimit);
        return plan;
    }
}

} // namespace plumbline
