#include "core/engine/batchobserver.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace plumbline {

namespace {

/// A model with a batch of one takes thousands of batches: not each of them is worth a message a layer.
constexpr std::int64_t mostTold = 4096;

/// `shape` with `rows` along axis 0, a number a row of them.
Shape withRows(Shape shape, std::int64_t rows) {
    if (shape.rank() == 0)
        return Shape{rows};
    shape[0] = rows;
    return shape;
}

TensorBuilder roomFor(const Tensor& first, std::int64_t batches) {
    const auto rows = (first.rank() ? first.shape()[0] : 1) * batches;
    auto room = TensorBuilder::allocate(first.dtype(), withRows(first.shape(), rows));
    if (!room)
        throw std::bad_alloc();
    return std::move(*room);
}

/// An array whose shape alone is of interest: every index leads to one zero.
Tensor withoutElements(const Shape& shape, DType dtype) {
    static const auto zero = Tensor::of<double>({2}, {0, 0}).storage();
    auto view = Tensor::view(zero, dtype, shape, std::vector<std::int64_t>(shape.rank(), 0), 0);
    return view ? std::move(*view) : Tensor();
}

std::vector<bool> varying(const Graph& graph) {
    std::vector<bool> out(graph.values().size(), false);
    for (const auto input : graph.inputs())
        out[input.index] = true;
    for (const auto& state : graph.states())
        out[state.value.index] = true;
    if (const auto order = graph.executionOrder())
        for (const auto id : *order) {
            const auto& node = graph.node(id);
            if (std::ranges::any_of(node.inputs, [&](ValueId v) { return v.isValid() && out[v.index]; }))
                for (const auto output : node.outputs)
                    out[output.index] = true;
        }
    for (const auto output : graph.outputs())
        out[output.index] = true; // predict gives every output a batch
    return out;
}

} // namespace

BatchPile::BatchPile(const Tensor& first, std::int64_t batches)
    : m_builder(roomFor(first, batches)), m_shape(first.shape()) {}

void BatchPile::add(const Tensor& tensor) {
    const auto dense = tensor.contiguous();
    m_isEven = m_isEven && dense && dense->shape() == m_shape && dense->dtype() == m_builder.dtype();
    if (!m_isEven)
        return;
    std::memcpy(m_builder.data() + static_cast<std::size_t>(m_count) * dense->bytes(), dense->data(), dense->bytes());
    ++m_count;
}

Tensor BatchPile::take() {
    if (!m_isEven || m_count == 0)
        return {};
    const auto rows = m_count * (m_shape.rank() ? m_shape[0] : 1);
    const auto whole = std::move(m_builder).build();
    return whole.shape()[0] == rows ? whole : whole.sliced(0, 0, rows);
}

BatchObserver::BatchObserver(const Graph& graph, Observer& inner, std::int64_t batches)
    : m_inner(inner), m_batches(batches), m_varies(varying(graph)), m_places(graph.values().size(), -1) {}

Interest BatchObserver::interest(const TraceKey& key) {
    auto out = m_inner.interest(key);
    // They are read while they are there, and copied to their place among all rows.
    out.tensor = out.tensor || out.elements;
    out.elements = false;
    return out;
}

void BatchObserver::layerStarted(LayerId layer) {
    if (m_batch == 0 || m_told < mostTold) {
        m_inner.layerStarted(layer);
        ++m_told;
    } else if (!std::exchange(m_isSilent, true))
        m_inner.layerStarted(LayerId());
}

void BatchObserver::begin(ObservedValue value) {
    const auto wanted = m_inner.interest(value.key);
    const auto tensor = std::exchange(value.tensor, Tensor());
    const auto batches = m_varies[value.key.value.index] ? m_batches : 1;
    Kept kept;
    kept.shape = tensor.shape();
    kept.dtype = tensor.dtype();
    kept.rows = tensor.rank() ? tensor.shape()[0] : 1;
    kept.batches = 1;
    const auto bytes = tensor.bytes() * static_cast<std::uint64_t>(batches);
    const bool keeps = wanted.elements && m_promised + bytes <= wanted.mostBytes;
    if (keeps)
        m_promised += bytes;
    if (keeps || wanted.tensor) {
        kept.elements.emplace(tensor, batches);
        kept.elements->add(tensor);
    }
    kept.value = std::move(value);
    m_places[kept.value.key.value.index] = static_cast<std::ptrdiff_t>(m_kept.size());
    m_kept.push_back(std::move(kept));
}

Observer::Answer BatchObserver::received(ObservedValue value) {
    const auto place = m_places[value.key.value.index];
    if (place < 0) {
        begin(std::move(value));
        return Answer::goOn;
    }
    auto& kept = m_kept[static_cast<std::size_t>(place)];
    ++kept.batches;
    kept.value.microseconds += value.microseconds;
    if (!m_varies[value.key.value.index])
        return Answer::goOn;
    kept.rows += value.tensor.rank() ? value.tensor.shape()[0] : 1;
    if (kept.value.statistics && value.statistics)
        kept.value.statistics->merge(*value.statistics);
    if (kept.elements)
        kept.elements->add(value.tensor);
    return Answer::goOn;
}

Observer::Answer BatchObserver::deliver() {
    for (auto& kept : m_kept) {
        const bool varies = m_varies[kept.value.key.value.index];
        if (varies && kept.batches <= m_batch) // the batch that failed did not come here
            continue;
        if (kept.elements)
            kept.value.tensor = kept.elements->take();
        if (kept.value.tensor.isNull())
            kept.value.tensor = withoutElements(varies ? withRows(kept.shape, kept.rows) : kept.shape, kept.dtype);
        kept.elements.reset();
        if (m_inner.received(std::move(kept.value)) == Answer::cancel)
            return Answer::cancel;
    }
    return Answer::goOn;
}

} // namespace plumbline
