#pragma once
// One run of a plan: inputs in, steps in order, what was asked for to the observer, outputs out.

#include "core/engine/plan.h"

namespace plumbline {

class Run {
public:
    Run(const Graph& graph, const RunConfiguration& configuration, Plan& plan, Observer* observer,
        const Progress& progress, LapTimer& laps)
        : m_graph(graph), m_configuration(configuration), m_plan(plan), m_observer(observer), m_progress(progress),
          m_laps(laps) {}
    ~Run();

    /// `inputs` and `states` outlive the run, are dense, of the declared types, and of the plan's shapes. An error only
    /// for cancellation.
    Result<void> execute(std::span<const Tensor> inputs, std::span<const Tensor> states, RunResult& result);

private:
    Result<void> allocateOutputs();
    Result<void> runStep(Step& step); ///< an error is the step's own
    Result<void> runReference(Step& step);
    void bindOperands(Step& step);
    /// The followers of the sweep, and every value of it to the observer. Its head has run.
    Result<void> runSweep(const Sweep& sweep);
    void bookSweep();
    SweptValue sweptValue(const Sweep& sweep, std::size_t step);
    Result<void> observeValue(ValueId value, const Step* step); ///< without a step: an input
    ObservedValue observed(ValueId value, const Step* step) const;
    Result<void> deliver(ObservedValue seen);
    Statistics statisticsFor(ValueId value, const Step* step, const Tensor& tensor, HistogramWanted histogram);
    void startLayers(const Step& step);
    void collectOutputs(RunResult& result, std::size_t stepsDone);
    RunFailure failureAt(const Step& step, Error error) const;

    const Tensor& rootTensor(ValueId root) const; ///< not for the arena
    Tensor tensorOf(ValueId value) const;         ///< null where it was not reached
    bool mayBeOverwritten(ValueId value) const;   ///< by a later step or run
    bool isReadAgain(ValueId value) const {
        return value.index < m_plan.readAgain.size() && m_plan.readAgain[value.index];
    }
    void setPointer(ValueId value, const std::byte* data) {
        m_plan.pointers[value.index] = const_cast<std::byte*>(data); // written only where the plan placed a fast output
    }

    const Graph& m_graph;
    const RunConfiguration& m_configuration;
    Plan& m_plan;
    Observer* m_observer;
    const Progress& m_progress;
    LapTimer& m_laps;
    RunTimes* m_times = nullptr; ///< of the result
    std::span<const Tensor> m_inputs, m_states;
    int m_threads = 1;
    std::vector<bool> m_started;                         ///< by LayerId, only with an observer
    std::vector<std::optional<Statistics>> m_statistics; ///< of those
};

} // namespace plumbline
