#pragma once
// Small random networks on rows of several kinds: real activations, without files or an engine. For rates that need
// thousands of rows.

#include "core/formats/data/random.h"
#include "core/profile/envelope.h"

#include <cmath>
#include <string>

namespace plumbline::test {

enum class RowKind { normal, uniform, heavy, clustered, sparse };

class SyntheticNet {
public:
    explicit SyntheticNet(std::uint64_t seed, std::size_t width = 48, std::size_t depth = 8, std::size_t inputs = 16)
        : m_inputs(inputs), m_random(seed) {
        std::size_t from = inputs;
        for (std::size_t layer = 0; layer < depth; ++layer) {
            const std::size_t to = layer + 1 == depth ? 1 : width;
            std::vector<double> weights(from * to);
            for (double& w : weights)
                w = m_random.normal() / std::sqrt(static_cast<double>(from)) * 1.3;
            m_weights.push_back(std::move(weights));
            from = to;
        }
        for (int c = 0; c < 10; ++c) {
            std::vector<double> centre(inputs);
            for (double& x : centre)
                x = 2 * m_random.normal();
            m_centres.push_back(std::move(centre));
        }
    }

    std::vector<double> row(RowKind kind) {
        std::vector<double> x(m_inputs);
        const double size = std::exp(0.5 * m_random.normal());
        const auto& centre = m_centres[m_random.below(10)];
        for (std::size_t i = 0; i < x.size(); ++i)
            switch (kind) {
            case RowKind::normal: x[i] = m_random.normal(); break;
            case RowKind::uniform: x[i] = 2 * m_random.uniform() - 1; break;
            case RowKind::heavy: x[i] = size * std::exp(m_random.normal()); break;
            case RowKind::clustered: x[i] = centre[i] + 0.3 * m_random.normal(); break;
            case RowKind::sparse: x[i] = m_random.uniform() < 0.1 ? m_random.normal() : 0; break;
            }
        return x;
    }

    /// The elements of every layer, in turn ReLU, tanh and linear.
    std::vector<std::vector<double>> run(const std::vector<double>& input) const {
        std::vector<std::vector<double>> out;
        std::vector<double> x = input;
        for (std::size_t layer = 0; layer < m_weights.size(); ++layer) {
            const auto& weights = m_weights[layer];
            std::vector<double> y(weights.size() / x.size());
            for (std::size_t o = 0; o < y.size(); ++o) {
                double sum = 0.1;
                for (std::size_t i = 0; i < x.size(); ++i)
                    sum += weights[o * x.size() + i] * x[i];
                y[o] = layer % 3 == 0 ? std::max(0.0, sum) : layer % 3 == 1 ? std::tanh(sum) : sum;
            }
            out.push_back(y);
            x = std::move(y);
        }
        return out;
    }

    static Statistics statistics(const std::vector<double>& elements) {
        return statisticsOf(Tensor::of<double>({static_cast<std::int64_t>(elements.size())}, elements),
                            HistogramWanted::no);
    }
    static LayerFigures figures(const Statistics& s) {
        return {s.mean, s.standardDeviation(), s.min, s.max,
                static_cast<double>(s.zero) / static_cast<double>(s.count)};
    }

    /// Every layer's statistics of one batch of rows.
    std::vector<Statistics> batch(const std::vector<std::vector<double>>& rows) const {
        std::vector<Statistics> out(m_weights.size());
        for (const auto& input : rows) {
            const auto layers = run(input);
            for (std::size_t i = 0; i < layers.size(); ++i)
                out[i].merge(statistics(layers[i]));
        }
        return out;
    }

    Profile profile(const std::vector<std::vector<double>>& rows) const {
        Profile out;
        out.layers.resize(m_weights.size());
        for (const auto& input : rows) {
            const auto layers = run(input);
            for (std::size_t i = 0; i < layers.size(); ++i) {
                const auto s = statistics(layers[i]);
                out.layers[i].layer = LayerId(i);
                out.layers[i].rows.push_back(figures(s));
                out.layers[i].statistics.merge(s);
            }
        }
        return out;
    }

    std::vector<std::vector<double>> rows(RowKind kind, std::int64_t count) {
        std::vector<std::vector<double>> out;
        for (std::int64_t i = 0; i < count; ++i)
            out.push_back(row(kind));
        return out;
    }

    static double worst(const Envelope& envelope, const std::vector<Statistics>& layers) {
        double out = 0;
        for (std::size_t i = 0; i < layers.size(); ++i)
            out = std::max(out, divergenceOf(envelope.layers[i], layers[i]).multiple);
        return out;
    }

private:
    std::size_t m_inputs;
    Random m_random;
    std::vector<std::vector<double>> m_weights;
    std::vector<std::vector<double>> m_centres;
};

} // namespace plumbline::test
