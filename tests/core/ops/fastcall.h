#pragma once
// A fast kernel beside its reference: what it must agree with on every element that is not finite, and closely
// elsewhere.

#include "tests/core/ops/opcall.h"

#include <cmath>
#include <cstring>
#include <random>

namespace plumbline::test {

/// Empty where the op has no fast kernel for these inputs. All inputs but the first count as constants.
inline Result<std::vector<Tensor>> fast(const char* op, const std::vector<Tensor>& inputs,
                                        const Attributes& attributes = {}, int threads = 2) {
    PLUMBLINE_TRY(auto call, prepared(op, inputs, attributes));
    call.constants[0] = nullptr;
    if (!findOp(op)->fast)
        return std::vector<Tensor>{};
    const auto kernel = findOp(op)->fast({attributes, call.in, call.constants, call.outputs, {}, threads});
    if (!kernel)
        return std::vector<Tensor>{};
    std::vector<TensorBuilder> builders;
    std::vector<const std::byte*> in;
    std::vector<std::byte*> out;
    for (const auto& input : inputs)
        in.push_back(input.isNull() ? nullptr : input.data());
    for (const auto& type : call.outputs) {
        PLUMBLINE_TRY(auto builder, TensorBuilder::allocate(type.dtype, *toShape(type.shape)));
        std::memset(builder.data(), 0xFF,
                    static_cast<std::size_t>(builder.elements()) * itemSize(type.dtype)); // NaN where not written
        builders.push_back(std::move(builder));
        out.push_back(builders.back().data());
    }
    PLUMBLINE_TRY(const auto scratch, Storage::allocate(kernel->scratchBytes()));
    kernel->run(in, out, scratch->mutableData());
    kernel->run(in, out, scratch->mutableData()); // a second run must find nothing left over
    std::vector<Tensor> results;
    for (auto& builder : builders)
        results.push_back(std::move(builder).build());
    return results;
}

inline std::vector<float> normals(std::size_t count, unsigned seed) {
    std::mt19937 generator(seed);
    std::normal_distribution<float> law;
    std::vector<float> out(count);
    for (auto& x : out)
        x = law(generator);
    return out;
}
inline Tensor normalTensor(const Shape& shape, unsigned seed) {
    return Tensor::of<float>(shape, std::span<const float>(normals(static_cast<std::size_t>(shape.elements()), seed)));
}
/// The same with one element replaced.
inline Tensor planted(const Tensor& tensor, std::int64_t at, float value) {
    std::vector<float> v(tensor.span<float>().begin(), tensor.span<float>().end());
    v[static_cast<std::size_t>(at)] = value;
    return Tensor::of<float>(tensor.shape(), std::span<const float>(v));
}

/// Empty where both agree: the same NaN and infinities, finite elements within `relative` of the largest.
inline std::string disagreement(const Tensor& a, const Tensor& b, double relative = 2e-6) {
    if (a.isNull() || b.isNull() || a.shape() != b.shape() || a.dtype() != b.dtype() || a.dtype() != DType::float32)
        return "types differ";
    double largest = 1e-30;
    for (const float y : b.span<float>())
        if (std::isfinite(y))
            largest = std::max(largest, static_cast<double>(std::fabs(y)));
    const auto left = a.span<float>(), right = b.span<float>();
    for (std::int64_t i = 0; i < a.elements(); ++i) {
        const auto x = static_cast<double>(left[static_cast<std::size_t>(i)]),
                   y = static_cast<double>(right[static_cast<std::size_t>(i)]);
        const bool close = std::isfinite(x) && std::isfinite(y) && std::fabs(x - y) <= relative * largest;
        if (!close && x != y && !(std::isnan(x) && std::isnan(y)))
            return "element " + indexText(unflatten(i, a.shape())) + ": " + std::to_string(x) +
                   " against the reference's " + std::to_string(y);
    }
    return {};
}

/// Clean, and with each kind of bad number planted in the first input. Returns the first disagreement.
inline std::string fastDisagrees(const char* op, const std::vector<Tensor>& inputs, const Attributes& attributes = {},
                                 double relative = 2e-6) {
    const auto clean = inputs[0];
    for (const float bad : {0.0f, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                            -std::numeric_limits<float>::infinity(), 1e-42f, -0.0f}) {
        auto given = inputs;
        if (clean.elements() > 0)
            given[0] = planted(clean, clean.elements() * 2 / 3, bad);
        const auto expected = reference(op, given, attributes);
        const auto actual = fast(op, given, attributes);
        if (!expected || !actual)
            return (expected ? actual : expected).error().text();
        if (actual->empty())
            return "no fast kernel";
        for (std::size_t i = 0; i < expected->size(); ++i)
            if (const auto text = disagreement((*actual)[i], (*expected)[i], relative); !text.empty())
                return "with " + std::to_string(bad) + ": " + text;
    }
    return {};
}

#define VERIFY_FAST(...)                                                                                               \
    do {                                                                                                               \
        const auto text_ = fastDisagrees(__VA_ARGS__);                                                                 \
        QVERIFY2(text_.empty(), text_.c_str());                                                                        \
    } while (false)

} // namespace plumbline::test
