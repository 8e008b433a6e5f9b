#include "tests/core/ops/kernelcheck.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace plumbline::test {

namespace {

struct Types {
    std::vector<ValueType> owned;
    std::vector<const ValueType*> inputs;
    std::vector<const Tensor*> constants;

    Types(const OpCase& c, bool all) {
        owned.reserve(c.inputs.size());
        for (std::size_t i = 0; i < c.inputs.size(); ++i) {
            const auto& tensor = c.inputs[i];
            owned.push_back(
                {tensor.isNull() ? DType::float32 : tensor.dtype(), tensor.isNull() ? Dims() : toDims(tensor.shape())});
            inputs.push_back(tensor.isNull() ? nullptr : &owned[i]);
            const bool constant = all || (i < c.constant.size() && c.constant[i]);
            constants.push_back(constant && !tensor.isNull() ? &c.inputs[i] : nullptr);
        }
    }
};

Result<std::vector<Tensor>> applyPostOp(const PostOp& postOp, const Tensor& tensor) {
    if (postOp.op == "ScaleShift") {
        PLUMBLINE_TRY(auto out, TensorBuilder::allocate(DType::float32, tensor.shape()));
        const auto scale = postOp.attributes.tensor("scale");
        const auto shift = postOp.attributes.tensor("shift");
        const auto channels = scale.isNull() ? shift.elements() : scale.elements();
        for (std::int64_t i = 0; i < tensor.elements(); ++i) {
            const auto c = static_cast<std::size_t>(i % channels);
            const float x = tensor.span<float>()[static_cast<std::size_t>(i)];
            out.span<float>()[static_cast<std::size_t>(i)] =
                x * (scale.isNull() ? 1 : scale.span<float>()[c]) + (shift.isNull() ? -0.0f : shift.span<float>()[c]);
        }
        return std::vector<Tensor>{std::move(out).build()};
    }
    OpCase next;
    next.op = postOp.op;
    next.attributes = postOp.attributes;
    next.inputs = {tensor};
    PLUMBLINE_TRY(auto run, runReference(next));
    return run.outputs;
}

} // namespace

Result<std::vector<ValueType>> inferCase(const OpCase& c) {
    const auto* definition = findOp(c.op);
    if (!definition)
        return failure(ErrorCode::unsupported, "test.op", "No op {op}.", {{"op", c.op}});
    const Types types(c, true);
    return definition->shape({c.attributes, types.inputs, types.constants});
}

Result<OpRun> runReference(const OpCase& c) {
    PLUMBLINE_TRY(const auto outputs, inferCase(c));
    PLUMBLINE_TRY(auto tensors, findOp(c.op)->reference({c.attributes, c.inputs, outputs}));
    for (const auto& postOp : c.postOps) {
        PLUMBLINE_TRY(auto next, applyPostOp(postOp, tensors[0]));
        tensors[0] = next[0];
    }
    return OpRun{std::move(tensors), "reference"};
}

Result<std::optional<OpRun>> runFast(const OpCase& c) {
    PLUMBLINE_TRY(auto outputs, inferCase(c));
    outputs.resize(std::min(outputs.size(), c.outputs));
    const auto* definition = findOp(c.op);
    if (!definition->fast)
        return std::optional<OpRun>();
    const Types types(c, false);
    const auto kernel = definition->fast({c.attributes, types.inputs, types.constants, outputs, c.postOps, c.threads});
    if (!kernel)
        return std::optional<OpRun>();
    std::vector<const std::byte*> from;
    for (const auto& input : c.inputs)
        from.push_back(input.isNull() ? nullptr : input.data());
    std::vector<TensorBuilder> builders;
    std::vector<std::byte*> to;
    for (const auto& output : outputs) {
        PLUMBLINE_TRY(auto builder, TensorBuilder::allocate(output.dtype, *toShape(output.shape)));
        std::ranges::fill(
            std::span(builder.data(), static_cast<std::size_t>(builder.elements()) * itemSize(output.dtype)),
            std::byte{0x7f}); // what a kernel forgets to write is seen
        builders.push_back(std::move(builder));
        to.push_back(builders.back().data());
    }
    PLUMBLINE_TRY(auto scratch, Storage::allocate(kernel->scratchBytes() + 64));
    kernel->run(from, to, scratch->mutableData());
    kernel->run(from, to, scratch->mutableData()); // a second run finds nothing left over from the first
    OpRun run;
    run.implementation = kernel->implementation();
    for (auto& builder : builders)
        run.outputs.push_back(std::move(builder).build());
    return std::optional(std::move(run));
}

std::string differenceOf(const OpCase& c, double tolerance) {
    const auto reference = runReference(c);
    if (!reference)
        return "reference: " + reference.error().text();
    const auto fast = runFast(c);
    if (!fast)
        return "fast: " + fast.error().text();
    if (!*fast)
        return "no fast kernel";
    for (std::size_t o = 0; o < (*fast)->outputs.size(); ++o) {
        const auto& a = reference->outputs[o];
        const auto& b = (*fast)->outputs[o];
        if (a.shape() != b.shape())
            return fmt::format("output {}: {} against {}", o, a.shape().text(), b.shape().text());
        double largest = 0;
        for (std::int64_t i = 0; i < a.elements(); ++i)
            if (const double x = std::abs(a.flat(i)); std::isfinite(x))
                largest = std::max(largest, x);
        for (std::int64_t i = 0; i < a.elements(); ++i) {
            const double x = a.flat(i);
            const double y = b.flat(i);
            const bool same = std::isnan(x)   ? std::isnan(y)
                              : std::isinf(x) ? x == y
                                              : std::abs(x - y) <= tolerance * largest;
            if (!same)
                return fmt::format("output {} {}: reference {}, fast {} ({})", o, indexText(unflatten(i, a.shape())), x,
                                   y, (*fast)->implementation);
        }
    }
    return {};
}

Tensor randomTensor(const Shape& shape, unsigned seed, float scale) {
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal(0.0f, scale);
    auto builder = TensorBuilder::allocate(DType::float32, shape).value();
    for (auto& x : builder.span<float>())
        x = normal(generator);
    return std::move(builder).build();
}

Tensor withBadNumbers(const Tensor& tensor, unsigned seed) {
    static constexpr float bad[] = {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                                    -std::numeric_limits<float>::infinity(), -0.0f, 1e-41f};
    auto builder = TensorBuilder::allocate(DType::float32, tensor.shape()).value();
    std::ranges::copy(tensor.span<float>(), builder.span<float>().begin());
    std::mt19937 generator(seed);
    for (int i = 0; i < 7; ++i)
        builder.span<float>()[generator() % static_cast<std::size_t>(tensor.elements())] = bad[i % 5];
    return std::move(builder).build();
}

} // namespace plumbline::test
