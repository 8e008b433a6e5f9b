#pragma once
// Runs a model past an observer. An Executor compiles a plan per set of input shapes (kernels prepared, weights
// reordered, buffers placed by a memory plan) and keeps it: a second call with the same shapes allocates nothing.
// With an observer every value exists on its own; without one, element-wise ops are fused into their producers.
// Both give the same bits in every non-finite element.

#include "core/base/progress.h"
#include "core/engine/batches.h"
#include "core/engine/runtimes.h"
#include "core/graph/graph.h"

#include <memory>

namespace plumbline {

enum class Backend { onednn, reference };
enum class Precision { float32, bfloat16, float16 }; ///< the narrow ones compute in float32 and round each op's result

struct RunConfiguration {
    Backend backend = Backend::onednn;
    int threads = 0; ///< 0: as many as the machine gives this process
    Precision precision = Precision::float32;
    bool batchStatistics = false;  ///< BatchNormalization uses the batch's own statistics, as in training
    std::uint64_t memoryLimit = 0; ///< bytes a plan may take; 0: no limit. Foreseen, before anything is allocated
    friend bool operator==(const RunConfiguration&, const RunConfiguration&) = default;
};

/// Why and where a run ended early. `layer` is invalid where an input itself is wrong.
/// Message ids of the engine's own: "input-shape" and "input-rows" (an input against the model's declaration),
/// "element-overflow" (a size that cannot be counted), "memory" (foreseen: the plan is over
/// RunConfiguration::memoryLimit; nothing ran), "memory.allocation" (the machine gave no more), "unsupported-op",
/// "kernel-failed". All others come from shape rules and layers' problems.
struct RunFailure {
    Error error;
    LayerId layer;
    NodeId node;
    std::vector<ValueType> operands; ///< concrete types that met at the node
};

struct RunResult {
    std::vector<Tensor> outputs;       ///< in the graph's order; null where not reached
    std::vector<Tensor> states;        ///< what the graph's states became, likewise
    std::optional<RunFailure> failure; ///< the layers before it did run, and were observed
    double microseconds = 0;           ///< of the call as a whole
    RunTimes times;                    ///< of a watched run
};

class Executor {
public:
    explicit Executor(std::shared_ptr<const Model> model, RunConfiguration configuration = {});
    ~Executor();
    Executor(Executor&&) noexcept;

    const Model& model() const;
    const RunConfiguration& configuration() const;
    const RowRule& rowRule() const;

    /// `inputs` in the graph's order. They are cast to the declared dtype. Of a model with a fixed batch they may be
    /// several batches (batches.h). `states` is what its stateful layers begin with, an earlier result's; empty: zeros,
    /// as of a model that was just loaded. Result errors only for a wrong call (the number of inputs) and for
    /// cancellation; everything that the data or the model is to blame for is a RunFailure.
    Result<RunResult> run(std::span<const Tensor> inputs, Observer* observer = nullptr, const Progress& progress = {},
                          std::vector<Tensor> states = {});

    /// Bytes that a run with these input shapes needs beside the weights. An error where a size overflows.
    Result<std::uint64_t> memoryNeeded(std::span<const Shape> inputShapes) const;

private:
    struct Implementation;
    std::unique_ptr<Implementation> m_implementation;
};

/// All values' types for concrete or symbolic input types: what inference alone says, layer by layer, without a run.
struct InferenceResult {
    std::vector<std::optional<ValueType>> types; ///< by ValueId
    std::optional<RunFailure> failure;           ///< the first node that refuses
};
InferenceResult inferTypes(const Graph& graph, std::span<const ValueType> inputs);
/// Fills value types and the layers' expectedShapes from the declared inputs. Front ends call it last.
void inferDeclaredTypes(Graph& graph);

/// Version and instruction set for the status line: "oneDNN 2.6.3 · AVX-512 · 2 threads".
std::string engineDescription(int threads);

} // namespace plumbline
