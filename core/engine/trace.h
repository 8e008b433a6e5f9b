#pragma once
// The record of one run, made by a TraceRecorder: per value its shape, dtype and statistics, and within a byte budget
// its elements; per layer the time of all that was done for it.

#include "core/engine/executor.h"

#include <map>

namespace plumbline {

struct TraceRecord {
    TraceKey key;
    LayerId layer;
    Shape shape;
    DType dtype = DType::float32;
    Statistics statistics;
    Tensor elements;         ///< null past the budget: run again and ask for this value alone
    double microseconds = 0; ///< spent on the layer until this value was there
};

struct Trace {
    RunConfiguration configuration;
    std::vector<TraceRecord> records; ///< in order of execution; inputs first
    std::optional<RunFailure> failure;
    RunTimes times;

    const TraceRecord* find(ValueId value) const; ///< the record of the last iteration
    /// The first output of a layer, null where it was not reached.
    const TraceRecord* output(const Model& model, LayerId layer, std::size_t index = 0) const;
};

struct TraceOptions {
    std::uint64_t elementBudget = 256u << 20; ///< bytes of elements kept
    bool layerOutputsOnly = true;             ///< inputs and outputs of layers; off: every op's value too
    bool histograms = true;
};

class TraceRecorder final : public Observer {
public:
    TraceRecorder(const Model& model, TraceOptions options = {});
    /// Called as each layer begins and as its last output is there (the record is complete): a worker tells its parent.
    std::function<void(LayerId)> onLayerStarted;
    std::function<void(const TraceRecord&)> onRecord;

    Interest interest(const TraceKey& key) override;
    void layerStarted(LayerId layer) override;
    Answer received(ObservedValue value) override;
    Trace take(); ///< ends the recording

private:
    const Model& m_model;
    TraceOptions m_options;
    std::vector<bool> m_wanted; ///< by ValueId
    std::uint64_t m_kept = 0;
    Trace m_trace;
};

/// Runs and records. The trace holds the inputs too.
Result<std::shared_ptr<const Trace>> traceRun(Executor& executor, std::span<const Tensor> inputs,
                                              TraceRecorder& recorder, RunResult* result = nullptr,
                                              const Progress& progress = {});

} // namespace plumbline
