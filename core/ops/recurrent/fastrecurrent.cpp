#include "core/ops/recurrent/fastrecurrent.h"

#include "core/ops/onednn/kernels.h"
#include "core/ops/recurrent/packedmatrix.h"
#include "core/ops/recurrent/recurrentcell.h"
#include "core/ops/simd/activation.h"
#include "core/ops/simd/clones.h"

#include <algorithm>
#include <array>
#include <optional>

namespace plumbline {

namespace {

enum class Cell { lstm, gru, rnn };

std::int64_t gatesOf(Cell cell) { return cell == Cell::lstm ? 4 : cell == Cell::gru ? 3 : 1; }

/// C = f * C + i * candidate. `gates` holds i, o, f, candidate.
PLUMBLINE_CLONES void lstmState(float* state, const float* gates, std::int64_t hidden) {
    for (std::int64_t h = 0; h < hidden; ++h)
        state[h] = gates[2 * hidden + h] * state[h] + gates[h] * gates[3 * hidden + h];
}

PLUMBLINE_CLONES void multiply(float* to, const float* a, const float* b, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i)
        to[i] = a[i] * b[i];
}

PLUMBLINE_CLONES void add(float* to, const float* from, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i)
        to[i] += from[i];
}

/// H = (1 - z) * candidate + z * H
PLUMBLINE_CLONES void gruState(float* hidden, const float* z, const float* candidate, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i)
        hidden[i] = (1.0f - z[i]) * candidate[i] + z[i] * hidden[i];
}

struct Direction {
    std::unique_ptr<FastKernel> projection; ///< (steps x batch, inputs) -> (steps x batch, gates x hidden), bias added
    PackedMatrix recurrent;                 ///< all gates; GRU without linear_before_reset: z and r alone
    PackedMatrix candidate;                 ///< of a GRU: its third gate
    std::vector<float> candidateBias;       ///< GRU with linear_before_reset: added before the reset gate multiplies
    std::array<simd::VectorActivation, 3> activations; ///< ONNX's f, g, h
    bool reverse = false;
};

class RecurrentKernel final : public FastKernel {
public:
    static std::unique_ptr<FastKernel> make(Cell cell, const FastKernelRequest& request);

    std::size_t scratchBytes() const override {
        return m_projectionScratch + aligned(m_steps * m_batch * m_gates * m_hidden) + m_batch * rowBytes();
    }
    std::string implementation() const override { return "matmul + packed steps"; }
    void run(std::span<const std::byte* const> inputs, std::span<std::byte* const> outputs,
             std::byte* scratch) override;

private:
    static std::size_t aligned(std::int64_t floats) {
        return (static_cast<std::size_t>(floats) * sizeof(float) + 63) / 64 * 64;
    }
    // Each packed product has columns of its own, its padding included: what a padded column sums is never read.
    static std::int64_t padded(std::int64_t columns) { return (columns + 63) / 64 * 64; }
    std::int64_t hiddenStride() const { return padded(m_hidden); }
    std::int64_t candidateOffset() const { return padded(2 * m_hidden); } ///< of a GRU's third gate in its row
    std::int64_t gateStride() const {
        return m_cell == Cell::gru ? candidateOffset() + hiddenStride() : padded(m_gates * m_hidden);
    }
    std::size_t rowBytes() const { return aligned(gateStride() + (m_masked ? 5 : 3) * hiddenStride()); }

    /// Rows [first, last) of the batch, all steps of one direction. Rows lie one after another in `scratch`.
    void walk(const Direction& direction, std::size_t index, const float* projected,
              std::span<const std::byte* const> inputs, std::span<std::byte* const> outputs, std::byte* scratch,
              std::int64_t first, std::int64_t last) const;
    void step(const Direction& direction, float* gates, float* candidate, float* hidden, float* state,
              std::int64_t rows) const;

    Cell m_cell = Cell::lstm;
    std::int64_t m_steps = 0, m_batch = 0, m_hidden = 0, m_gates = 0;
    bool m_batchFirst = false, m_linearBeforeReset = false;
    /// What a step passed over shows: zeros, the state, or else what the one before gave.
    bool m_masked = false, m_masksToZero = false, m_masksToState = false;
    std::vector<Direction> m_directions;
    std::size_t m_projectionScratch = 0;
    int m_threads = 1;
};

// Rows are kept as arrays of one kind (all gates, then all hidden states …) so that a packed product takes several at
// once.
void RecurrentKernel::step(const Direction& d, float* gates, float* candidate, float* hidden, float* state,
                           std::int64_t rows) const {
    const auto gs = gateStride();
    const auto hs = hiddenStride();
    const auto h = m_hidden;
    const auto apply = [](const simd::VectorActivation& f, float* data, std::int64_t count) {
        f.apply(data, static_cast<std::size_t>(count), f.alpha, f.beta);
    };
    d.recurrent.multiplyAdd(hidden, hs, gates, gs, rows);
    if (m_cell == Cell::gru && m_linearBeforeReset) {
        for (std::int64_t r = 0; r < rows; ++r)
            std::copy(d.candidateBias.begin(), d.candidateBias.end(), candidate + r * hs);
        d.candidate.multiplyAdd(hidden, hs, candidate, hs, rows);
    }
    for (std::int64_t r = 0; r < rows; ++r) {
        float* g = gates + r * gs;
        float* own = hidden + r * hs;
        float* other = state + r * hs;
        switch (m_cell) {
        case Cell::rnn:
            apply(d.activations[0], g, h);
            std::copy_n(g, h, own);
            break;
        case Cell::lstm:
            apply(d.activations[0], g, 3 * h);
            apply(d.activations[1], g + 3 * h, h);
            lstmState(other, g, h);
            std::copy_n(other, h, own);
            apply(d.activations[2], own, h);
            multiply(own, own, g + h, h);
            break;
        case Cell::gru:
            // `g` holds z, r and the projected candidate; `other` is room for r * H.
            apply(d.activations[0], g, 2 * h);
            if (m_linearBeforeReset) {
                multiply(other, g + h, candidate + r * hs, h);
                add(g + candidateOffset(), other, h);
            } else {
                multiply(other, g + h, own, h);
            }
            break;
        }
    }
    if (m_cell != Cell::gru)
        return;
    for (std::int64_t r = 0; r < rows; ++r) {
        float* g = gates + r * gs;
        if (!m_linearBeforeReset) {
            float* product = candidate + r * hs;
            std::copy_n(g + candidateOffset(), h, product);
            d.candidate.multiplyAdd(state + r * hs, hs, product, hs, 1);
            std::copy_n(product, h, g + candidateOffset());
        }
        apply(d.activations[1], g + candidateOffset(), h);
        gruState(hidden + r * hs, g, g + candidateOffset(), h);
    }
}

void RecurrentKernel::walk(const Direction& d, std::size_t index, const float* projected,
                           std::span<const std::byte* const> inputs, std::span<std::byte* const> outputs,
                           std::byte* scratch, std::int64_t first, std::int64_t last) const {
    const auto rows = last - first;
    const auto hs = hiddenStride();
    const auto directions = static_cast<std::int64_t>(m_directions.size());
    auto* base = reinterpret_cast<float*>(scratch + static_cast<std::size_t>(first) * rowBytes());
    float* gates = base;
    float* candidate = gates + rows * gateStride();
    float* hidden = candidate + rows * hs;
    float* state = hidden + rows * hs;
    float* kept = state + rows * hs; ///< both, from before a step that a row passes over
    const auto* mask = m_masked ? reinterpret_cast<const bool*>(inputs[recurrent::maskInput]) : nullptr;
    const auto isPassedOver = [&](std::int64_t t, std::int64_t row) {
        return mask && !mask[m_batchFirst ? row * m_steps + t : t * m_batch + row];
    };

    const auto stateAt = [&](std::int64_t row) { // of Y_h, Y_c and the initial states
        return m_batchFirst ? (row * directions + static_cast<std::int64_t>(index)) * m_hidden
                            : (static_cast<std::int64_t>(index) * m_batch + row) * m_hidden;
    };
    const auto given = [&](std::size_t i) {
        return i < inputs.size() ? reinterpret_cast<const float*>(inputs[i]) : nullptr;
    };
    const auto load = [&](float* to, const float* from) {
        for (std::int64_t r = 0; r < rows; ++r)
            if (from)
                std::copy_n(from + stateAt(first + r), m_hidden, to + r * hs);
            else
                std::fill_n(to + r * hs, m_hidden, 0.0f);
    };
    load(hidden, given(5));
    load(state, m_cell == Cell::lstm ? given(6) : nullptr);

    const auto width = m_gates * m_hidden;
    auto* sequence = outputs.empty() ? nullptr : reinterpret_cast<float*>(outputs[0]);
    for (std::int64_t s = 0; s < m_steps; ++s) {
        const auto t = d.reverse ? m_steps - 1 - s : s;
        for (std::int64_t r = 0; r < rows; ++r) {
            const auto at = m_batchFirst ? (first + r) * m_steps + t : t * m_batch + first + r;
            const auto* from = projected + at * width;
            auto* to = gates + r * gateStride();
            const auto head = m_cell == Cell::gru ? 2 * m_hidden : width;
            std::copy_n(from, head, to);
            if (m_cell == Cell::gru)
                std::copy_n(from + head, m_hidden, to + candidateOffset());
        }
        if (mask)
            std::copy_n(hidden, 2 * rows * hs, kept);
        step(d, gates, candidate, hidden, state, rows);
        for (std::int64_t r = 0; mask && r < rows; ++r)
            if (isPassedOver(t, first + r)) {
                std::copy_n(kept + r * hs, hs, hidden + r * hs);
                std::copy_n(kept + (rows + r) * hs, hs, state + r * hs);
            }
        if (!sequence)
            continue;
        const auto shownAt = [&](std::int64_t r, std::int64_t when) {
            const auto at = m_batchFirst
                                ? (((first + r) * m_steps + when) * directions + static_cast<std::int64_t>(index))
                                : ((when * directions + static_cast<std::int64_t>(index)) * m_batch + first + r);
            return sequence + at * m_hidden;
        };
        for (std::int64_t r = 0; r < rows; ++r)
            if (m_masksToState || !isPassedOver(t, first + r)) // the state is back to what it was
                std::copy_n(hidden + r * hs, m_hidden, shownAt(r, t));
            else if (s == 0 || m_masksToZero)
                std::fill_n(shownAt(r, t), m_hidden, 0.0f);
            else
                std::copy_n(shownAt(r, d.reverse ? t + 1 : t - 1), m_hidden, shownAt(r, t));
    }
    const auto store = [&](std::size_t output, const float* from) {
        if (output >= outputs.size() || !outputs[output])
            return;
        auto* to = reinterpret_cast<float*>(outputs[output]);
        for (std::int64_t r = 0; r < rows; ++r)
            std::copy_n(from + r * hs, m_hidden, to + stateAt(first + r));
    };
    store(1, hidden);
    if (m_cell == Cell::lstm)
        store(2, state);
}

void RecurrentKernel::run(std::span<const std::byte* const> inputs, std::span<std::byte* const> outputs,
                          std::byte* scratch) {
    auto* projected = reinterpret_cast<float*>(scratch + m_projectionScratch);
    auto* rowScratch = scratch + m_projectionScratch + aligned(m_steps * m_batch * m_gates * m_hidden);
    for (std::size_t i = 0; i < m_directions.size(); ++i) {
        const auto& direction = m_directions[i];
        const std::byte* const source[] = {inputs[0]};
        std::byte* const target[] = {reinterpret_cast<std::byte*>(projected)};
        direction.projection->run(source, target, scratch);
        // A team pays where each member has rows of its own and enough to do.
        const auto work = m_steps * m_batch * m_gates * m_hidden * m_hidden;
        const auto team = work < 200'000 ? 1 : std::min<std::int64_t>(m_threads, m_batch);
#pragma omp parallel for num_threads(static_cast <int>(team)) if (team > 1) schedule(static)
        for (std::int64_t member = 0; member < team; ++member) {
            const auto first = m_batch * member / team;
            const auto last = m_batch * (member + 1) / team;
            constexpr std::int64_t together = 16; // rows that share one pass over the weights
            for (auto row = first; row < last; row += together)
                walk(direction, i, projected, inputs, outputs, rowScratch, row, std::min(last, row + together));
        }
    }
}

std::optional<std::array<simd::VectorActivation, 3>> activationsOf(const FastKernelRequest& request, Cell cell,
                                                                   std::size_t direction) {
    const auto& kind = cell == Cell::lstm ? recurrent::lstm() : cell == Cell::gru ? recurrent::gru() : recurrent::rnn();
    const auto wanted = recurrent::activationsOf(kind, request.attributes, static_cast<std::int64_t>(direction));
    if (!wanted)
        return std::nullopt;
    std::array<simd::VectorActivation, 3> out{};
    for (std::size_t i = 0; i < wanted->size(); ++i) {
        const auto& each = (*wanted)[i];
        const auto* function = findUnaryFunction(each.name);
        if (!function)
            return std::nullopt; // one that only the reference kernel has
        Attributes attributes;
        if (!function->alphaName.empty())
            attributes.set(std::string(function->alphaName), each.alpha);
        if (!function->betaName.empty())
            attributes.set(std::string(function->betaName), each.beta);
        const auto activation = simd::vectorActivation(each.name, attributes);
        if (!activation)
            return std::nullopt;
        out[i] = *activation;
    }
    return out;
}

std::unique_ptr<FastKernel> RecurrentKernel::make(Cell cell, const FastKernelRequest& request) {
    const auto& attributes = request.attributes;
    const auto constant = [&](std::size_t i) -> const Tensor* {
        return i < request.constants.size() ? request.constants[i] : nullptr;
    };
    const auto present = [&](std::size_t i) { return i < request.inputs.size() && request.inputs[i]; };
    const auto shape = toShape(request.inputs[0]->shape);
    const auto* weights = constant(1);
    const auto* recurrent = constant(2);
    if (!shape || shape->elements() == 0 || !weights || !recurrent || !request.postOps.empty() ||
        request.inputs[0]->dtype != DType::float32 || weights->dtype() != DType::float32 || present(4) || present(7) ||
        (present(3) && !constant(3)) || attributes.contains("clip") || attributes.integer("input_forget") != 0)
        return nullptr;

    auto kernel = std::make_unique<RecurrentKernel>();
    kernel->m_cell = cell;
    kernel->m_batchFirst = attributes.integer("layout") != 0;
    kernel->m_masked = present(recurrent::maskInput);
    const auto shown = attributes.text("masked_output", "previous");
    kernel->m_masksToZero = shown == "zero";
    kernel->m_masksToState = shown == "state";
    kernel->m_linearBeforeReset = attributes.integer("linear_before_reset") != 0;
    kernel->m_steps = (*shape)[kernel->m_batchFirst ? 1 : 0];
    kernel->m_batch = (*shape)[kernel->m_batchFirst ? 0 : 1];
    const auto inputs = (*shape)[2];
    const auto gates = kernel->m_gates = gatesOf(cell);
    const auto hidden = kernel->m_hidden = recurrent->shape()[2];
    kernel->m_threads = std::max(request.threads, 1);
    if (kernel->m_steps == 0 || kernel->m_batch == 0 || hidden == 0)
        return nullptr;

    const auto directionText = attributes.text("direction", "forward");
    const auto directions = static_cast<std::size_t>(weights->shape()[0]);
    for (std::size_t i = 0; i < directions; ++i) {
        const auto activations = activationsOf(request, cell, i);
        if (!activations)
            return nullptr;
        Direction direction;
        direction.activations = *activations;
        direction.reverse = directionText == "reverse" || i == 1;
        const auto at = static_cast<std::int64_t>(i);
        // Both biases go with the projection, but for a GRU's candidate that is reset after its product.
        const auto width = gates * hidden;
        std::vector<float> bias(static_cast<std::size_t>(width), 0.0f);
        if (const auto* stored = constant(3)) {
            const auto* from = stored->span<float>().data() + at * 2 * width;
            for (std::int64_t g = 0; g < width; ++g)
                if (cell == Cell::gru && kernel->m_linearBeforeReset && g >= 2 * hidden)
                    bias[static_cast<std::size_t>(g)] = from[g];
                else
                    bias[static_cast<std::size_t>(g)] = from[g] + from[width + g];
            if (cell == Cell::gru)
                direction.candidateBias.assign(from + width + 2 * hidden, from + 2 * width);
        }
        direction.candidateBias.resize(static_cast<std::size_t>(hidden), 0.0f);

        direction.projection =
            onednn::constantProduct(kernel->m_steps * kernel->m_batch, inputs, width, weights->indexed(0, at), true,
                                    Tensor::of<float>(Shape{width}, bias));
        const auto* r = recurrent->span<float>().data() + at * width * hidden;
        auto steps = PackedMatrix::transposed(r, cell == Cell::gru ? 2 * hidden : width, hidden);
        auto candidate = PackedMatrix::transposed(cell == Cell::gru ? r + 2 * hidden * hidden : r,
                                                  cell == Cell::gru ? hidden : 0, hidden);
        if (!direction.projection || !steps || !candidate)
            return nullptr;
        direction.recurrent = std::move(*steps);
        direction.candidate = std::move(*candidate);
        kernel->m_projectionScratch =
            std::max(kernel->m_projectionScratch, (direction.projection->scratchBytes() + 63) / 64 * 64);
        kernel->m_directions.push_back(std::move(direction));
    }
    return kernel;
}

} // namespace

std::unique_ptr<FastKernel> fastLstm(const FastKernelRequest& request) {
    return RecurrentKernel::make(Cell::lstm, request);
}
std::unique_ptr<FastKernel> fastGru(const FastKernelRequest& request) {
    return RecurrentKernel::make(Cell::gru, request);
}
std::unique_ptr<FastKernel> fastRnn(const FastKernelRequest& request) {
    return RecurrentKernel::make(Cell::rnn, request);
}

} // namespace plumbline
