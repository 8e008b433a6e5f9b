#pragma once
// Small graphs for the engine's tests, built as a front end builds them.

#include "core/engine/trace.h"

#include <cmath>
#include <limits>
#include <random>

namespace plumbline::test {

inline constexpr float notANumber = std::numeric_limits<float>::quiet_NaN();
inline constexpr float infinity = std::numeric_limits<float>::infinity();

inline Tensor normal(Shape shape, unsigned seed, float deviation = 1) {
    std::mt19937 generator(seed);
    std::normal_distribution<float> law(0, deviation);
    std::vector<float> v(static_cast<std::size_t>(shape.elements()));
    for (auto& x : v)
        x = law(generator);
    return Tensor::of<float>(std::move(shape), std::span<const float>(v));
}

/// A model in the making; each step is a layer of its own.
class Builder {
public:
    Graph graph;

    ValueId input(std::string name, Dims shape, DType dtype = DType::float32) {
        const auto layer = addLayer(name, "InputLayer");
        graph.layer(layer).isInput = true;
        const auto value = graph.addInput(std::move(name), {dtype, std::move(shape)}, layer);
        graph.layer(layer).outputs = {value};
        return value;
    }
    ValueId constant(Tensor tensor) {
        return graph.addConstant(std::to_string(graph.values().size()), std::move(tensor), m_last);
    }
    template<class T> ValueId list(std::initializer_list<T> v) {
        return constant(Tensor::of<T>({static_cast<std::int64_t>(v.size())}, v));
    }
    LayerId addLayer(std::string name, std::string type) {
        Layer layer;
        layer.name = std::move(name);
        layer.type = std::move(type);
        return m_last = graph.addLayer(std::move(layer));
    }
    /// One op in a layer of its own, named after it.
    ValueId op(std::string op, std::vector<ValueId> inputs, Attributes attributes = {}) {
        const auto layer = addLayer(op + "_" + std::to_string(graph.layers().size()), op);
        const auto value = graph.add(layer, std::move(op), inputs, std::move(attributes));
        for (const auto in : inputs)
            if (in.isValid() && !graph.value(in).isConstant())
                graph.layer(layer).inputs.push_back(in);
        graph.layer(layer).outputs = {value};
        return value;
    }
    ValueId dense(ValueId x, std::int64_t in, std::int64_t out, unsigned seed) {
        return op("Gemm", {x, constant(normal({in, out}, seed, 1 / std::sqrt(static_cast<float>(in)))),
                           constant(normal({out}, seed + 1))});
    }
    ValueId convolution(ValueId x, std::int64_t in, std::int64_t out, unsigned seed) {
        Attributes attributes;
        attributes.set("pads", std::vector<std::int64_t>{1, 1, 1, 1});
        attributes.set("kernel_shape", std::vector<std::int64_t>{3, 3});
        attributes.set("channels_last", std::int64_t{1});
        return op("Conv",
                  {x, constant(normal({out, in, 3, 3}, seed, 1 / std::sqrt(9.0f * static_cast<float>(in)))),
                   constant(normal({out}, seed + 1))},
                  std::move(attributes));
    }
    ValueId batchNormalization(ValueId x, std::int64_t channels, unsigned seed) {
        Attributes attributes;
        attributes.set("epsilon", 1e-3);
        attributes.set("channels_last", std::int64_t{1});
        std::vector<float> variance(static_cast<std::size_t>(channels), 0.7f);
        return op("BatchNormalization",
                  {x, constant(normal({channels}, seed)), constant(normal({channels}, seed + 1)),
                   constant(normal({channels}, seed + 2)),
                   constant(Tensor::of<float>({channels}, std::span<const float>(variance)))},
                  std::move(attributes));
    }
    std::shared_ptr<const Model> finish(std::vector<ValueId> outputs) {
        std::vector<std::string> names;
        for (const auto output : outputs)
            names.push_back(graph.value(output).name);
        graph.setOutputs(std::move(outputs), std::move(names));
        inferDeclaredTypes(graph);
        auto model = std::make_shared<Model>();
        model->graph = std::move(graph);
        return model;
    }

private:
    LayerId m_last;
};

inline Dims dims(std::initializer_list<std::int64_t> rest) {
    Dims out{Dim::symbol("batch")};
    out.insert(out.end(), rest.begin(), rest.end());
    return out;
}

/// Equal where both are finite to `relative` of the largest magnitude, and the same NaN or infinity elsewhere. Empty,
/// or what differs.
inline std::string difference(const Tensor& a, const Tensor& b, double relative = 1e-5) {
    if (a.isNull() || b.isNull() || a.shape() != b.shape())
        return "shapes differ";
    double largest = 1e-30;
    for (std::int64_t i = 0; i < b.elements(); ++i)
        if (std::isfinite(b.flat(i)))
            largest = std::max(largest, std::fabs(b.flat(i)));
    for (std::int64_t i = 0; i < a.elements(); ++i) {
        const double x = a.flat(i);
        const double y = b.flat(i);
        const bool same = std::isnan(x)                          ? std::isnan(y)
                          : std::isfinite(x) && std::isfinite(y) ? std::fabs(x - y) <= relative * largest
                                                                 : x == y;
        if (!same)
            return "element " + indexText(unflatten(i, a.shape())) + ": " + std::to_string(x) + " against " +
                   std::to_string(y);
    }
    return {};
}

#define COMPARE_TENSORS(a, b, ...)                                                                                     \
    QVERIFY2(difference(a, b __VA_OPT__(, ) __VA_ARGS__).empty(), difference(a, b __VA_OPT__(, ) __VA_ARGS__).c_str())

} // namespace plumbline::test
