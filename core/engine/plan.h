#pragma once
// A model compiled for concrete input shapes: steps in order, kernels prepared, buffers placed.
//
//   graph --inference--> types --fusion--> steps --lifetimes--> buffer classes --memory plan--> one arena
//
// Values that share their bytes (Reshape and its operand, an element-wise op in place) are one buffer class, named by
// its root. Where a class stands:
//   arena   written by fast kernels, at a fixed offset of the plan's one block
//   output  written by fast kernels, in memory of its own for each run, which the caller keeps
//   held    a tensor that a reference kernel made, released after its last reader
//   input, known   given from outside; never written
// A node whose type depends on data is "dynamic", and so is all below it: it runs by its reference kernel on what is
// there.

#include "core/engine/derivedstatistics.h"
#include "core/engine/inference.h"
#include "core/engine/sweep.h"

namespace plumbline {

struct Step {
    enum class Kind { fast, reference, alias, known, dynamic };
    Kind kind = Kind::reference;
    std::vector<NodeId> nodes; ///< the node itself, then those fused into its store
    const OpDefinition* op = nullptr;
    Attributes attributes;
    std::vector<ValueId> inputs, outputs; ///< outputs: of the last node
    std::vector<ValueType> outputTypes;   ///< concrete unless dynamic
    std::unique_ptr<FastKernel> kernel;
    std::size_t scratchOffset = 0;
    int threads = 1; ///< few where the work is little: waking a second thread takes as long as some 100,000 products
    StatisticsRule rule;              ///< of a watched output
    std::vector<ValueId> released;    ///< roots of held classes that nobody reads after this step
    std::vector<const std::byte*> in; ///< filled at each run
    std::vector<std::byte*> out;
    NodeId last() const { return nodes.back(); }
};

enum class Place : std::uint8_t { none, arena, output, held, input, known };

struct PlannedValue {
    Place place = Place::none; ///< of its class
    ValueId root;
    Shape shape; ///< empty for a dynamic value
    DType dtype = DType::float32;
    std::uint64_t bytes = 0;
    std::size_t offset = 0;     ///< in the arena
    std::size_t readyAfter = 0; ///< so many steps have to be done before it is there
};

struct Plan {
    std::vector<Shape> inputShapes;
    std::vector<bool> wanted; ///< by ValueId; empty: nobody watches
    std::vector<Step> steps;
    std::vector<Sweep> sweeps; ///< of a watched plan
    std::vector<bool>
        readAgain; ///< by ValueId: the statistics of a later step follow from this one's; empty without steps
    std::vector<PlannedValue> values;
    std::vector<Tensor> known; ///< by ValueId: constants and what was computed from them
    struct OutputClass {
        ValueId root;
        std::vector<ValueId> members;
    };
    std::vector<OutputClass> outputClasses; ///< to allocate at each run
    std::uint64_t arenaBytes = 0;
    std::shared_ptr<Storage> arena;
    std::optional<RunFailure> failure; ///< after all steps

    // What lives during a run, by ValueId of the class' root.
    std::vector<Tensor> live;
    std::vector<std::byte*> pointers; ///< by ValueId, any member
    SweepScratch swept;
};

struct PlanRequest {
    const Graph& graph;
    const RunConfiguration& configuration;
    int threads = 1;
    std::span<const ValueType> inputs; ///< concrete
    std::vector<bool> wanted;          ///< by ValueId; empty: nobody watches
};

/// A plan always comes back: what does not fit or cannot be typed is its `failure`, and its steps are those before it.
std::unique_ptr<Plan> compilePlan(const PlanRequest& request);

/// Most bytes alive at once where every value has its own buffer, and the node where that is so. An error where a size
/// overflows.
struct MemoryPeak {
    std::uint64_t bytes = 0;
    NodeId node;
};
Result<MemoryPeak> memoryPeak(const Graph& graph, const Inference& inference, std::span<const NodeId> order);

/// True for an op whose result is its first operand's bytes under another shape.
bool sharesBytes(const Node& node, const Inference& inference);

RunFailure memoryFailure(const Graph& graph, NodeId node, std::uint64_t needed, std::uint64_t limit);

} // namespace plumbline
