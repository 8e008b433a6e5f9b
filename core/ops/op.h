#pragma once
// What the engine knows of one op: ONNX's operator of the same name, one file an op, one row in registry.cpp.
// A shape rule works on Dims and serves inference before a run, the check of a concrete run, and the size solver.
// The reference kernel is plain C++ on row-major tensors: the oracle of tests, and the fallback where nothing
// faster is right. The fast kernel (oneDNN, or our own vector code) is prepared once for concrete shapes.
//
// Every op passes NaN and infinities through as IEEE 754 says, in both kernels.

#include "core/graph/graph.h"

#include <functional>
#include <memory>
#include <span>

namespace plumbline {

/// What a shape rule sees. `inputs[i]` is null for an optional input left out; `constants[i]` is null unless the
/// input's elements are known (Reshape's shape, Pad's pads).
struct ShapeContext {
    const Attributes& attributes;
    std::span<const ValueType* const> inputs;
    std::span<const Tensor* const> constants;

    const ValueType& input(std::size_t i) const { return *inputs[i]; }
    bool has(std::size_t i) const { return i < inputs.size() && inputs[i]; }
};
/// One type an output. Errors: ErrorCode::shape with expected and actual; ErrorCode::value where a size comes out
/// as zero or negative ("zero-size" in the message id).
using ShapeRule = Result<std::vector<ValueType>> (*)(const ShapeContext&);

/// What a reference kernel sees. Inputs are contiguous; types were checked by the shape rule, and `outputs`
/// gives the concrete types it computed.
struct KernelContext {
    const Attributes& attributes;
    std::span<const Tensor> inputs; ///< null tensor: an optional input left out
    std::span<const ValueType> outputs;

    const Tensor& input(std::size_t i) const { return inputs[i]; }
    bool has(std::size_t i) const { return i < inputs.size() && !inputs[i].isNull(); }
};
using ReferenceKernel = Result<std::vector<Tensor>> (*)(const KernelContext&);

/// A kernel prepared for concrete shapes, its weights reordered. Runs any number of times, one run at a time, without
/// allocating: `inputs` and `outputs` are dense buffers in row-major order of the types it was prepared for.
class FastKernel {
public:
    virtual ~FastKernel() = default;
    virtual std::size_t scratchBytes() const { return 0; } ///< lent by the memory plan at each run, 64-byte aligned
    virtual void run(std::span<const std::byte* const> inputs, std::span<std::byte* const> outputs,
                     std::byte* scratch) = 0;
    /// An element-wise kernel may run in parts: elements [begin, end) of its output, both multiples of the granule (end
    /// may be the output's own), on the calling thread, at the same time as other parts. 0: only as a whole.
    virtual std::int64_t granule() const { return 0; }
    virtual void runPart(std::span<const std::byte* const> /*inputs*/, std::span<std::byte* const> /*outputs*/,
                         std::int64_t /*begin*/, std::int64_t /*end*/) {}
    /// What ran, for the window: "jit_avx512_core deconvolution".
    virtual std::string implementation() const { return {}; }
};

/// An element-wise op that the previous op may do in its own store, where nobody watches the value between them.
/// Beside the registry's fusable ops there is one more: "ScaleShift" computes x * scale[c] + shift[c], where c is the
/// index along the attribute "axis" (counted from 0); "scale" and "shift" are float32 tensors of that axis' length, all
/// finite, and either may be missing. BatchNormalization and adding a bias become it.
struct PostOp {
    std::string op; ///< "Relu", "LeakyRelu", "Tanh", …, "ScaleShift"
    Attributes attributes;
};

struct FastKernelRequest {
    const Attributes& attributes;
    std::span<const ValueType* const> inputs; ///< concrete; null: left out
    std::span<const Tensor* const> constants; ///< weights and other constants; null: an activation
    std::span<const ValueType> outputs;       ///< concrete
    std::span<const PostOp> postOps;          ///< to be fused; a factory may refuse by returning null
    int threads = 1;
};
/// Null where this op has no fast kernel for the request: the reference kernel then runs.
using FastKernelFactory = std::unique_ptr<FastKernel> (*)(const FastKernelRequest&);

/// How non-finite operands reach the result; also what `nan-born` may say of an op.
enum class NanRule {
    elementwise, ///< NaN in gives NaN at the same place
    reduces,     ///< NaN in reaches all outputs that read it (convolution, matmul, normalisation)
    selects,     ///< moves elements unchanged (Reshape, Concat, Pad)
    bounded,     ///< an infinity may become finite (Tanh, Sigmoid), NaN stays
};

/// The arithmetic that makes an output element of its operands, for the history of an element.
struct ElementOrigin {
    std::size_t input = 0;    ///< which input of the node
    std::int64_t element = 0; ///< row-major index in it
};
/// What a dependency rule sees: concrete types, and the elements of inputs that steer (Gather's indices, Pad's pads,
/// Slice's starts) where they are known. Without them a rule names only what it can.
struct DependencyContext {
    const Attributes& attributes;
    std::span<const ValueType* const> inputs;
    std::span<const Tensor* const> constants; ///< any input whose elements are at hand, not only true constants
    std::span<const ValueType> outputs;
    std::size_t output = 0;   ///< which output the element stands in
    std::int64_t element = 0; ///< row-major index in it
    std::size_t limit = 64;   ///< at most so many origins

    const ValueType& input(std::size_t i) const { return *inputs[i]; }
    bool has(std::size_t i) const { return i < inputs.size() && inputs[i]; }
};
/// In the order in which the arithmetic takes them; cut at the limit.
using DependencyRule = std::vector<ElementOrigin> (*)(const DependencyContext&);

struct OpDefinition {
    std::string_view name;
    ShapeRule shape;
    ReferenceKernel reference;
    FastKernelFactory fast = nullptr;
    NanRule nan = NanRule::elementwise;
    DependencyRule dependency = nullptr; ///< null: the same element of every input, broadcast
    bool fusable = false;                ///< may become another op's PostOp
};

/// The origins of one output element, by the op's rule or, where it has none, the broadcast one.
std::vector<ElementOrigin> originsOf(const OpDefinition& op, const DependencyContext& context);

/// The table of all ops. Null where the engine has no such op.
const OpDefinition* findOp(std::string_view name);
std::span<const OpDefinition> allOps();

} // namespace plumbline
