#pragma once
// Several batches to an observer as one run of all their rows: each value is kept until the last batch has made it.

#include "core/engine/observer.h"

namespace plumbline {

/// Tensors of one shape, one after the other along axis 0 of one array; numbers without axes become a row of them.
class BatchPile {
public:
    /// Room for `batches` of them. Throws std::bad_alloc.
    BatchPile(const Tensor& first, std::int64_t batches);
    void add(const Tensor& tensor);
    /// What was added; null where the shapes differed.
    Tensor take();

private:
    TensorBuilder m_builder;
    Shape m_shape; ///< of one
    std::int64_t m_count = 0;
    bool m_isEven = true;
};

class BatchObserver final : public Observer {
public:
    BatchObserver(const Graph& graph, Observer& inner, std::int64_t batches);

    Interest interest(const TraceKey& key) override;
    void layerStarted(LayerId layer) override;
    Answer received(ObservedValue value) override;
    std::chrono::nanoseconds now() const override { return m_inner.now(); }
    void nextBatch() { ++m_batch; }
    /// After the last batch, or the one that failed: all values that it has made, in their order.
    Answer deliver();

private:
    struct Kept {
        ObservedValue value; ///< the first batch's, statistics and time of all; without its tensor
        Shape shape;         ///< of one batch
        DType dtype = DType::float32;
        std::int64_t rows = 0; ///< along axis 0, of all batches
        std::int64_t batches = 0;
        std::optional<BatchPile> elements;
    };
    void begin(ObservedValue value);

    Observer& m_inner;
    std::int64_t m_batches, m_batch = 0;
    std::vector<bool> m_varies;           ///< by ValueId: follows from an input or a state
    std::vector<std::ptrdiff_t> m_places; ///< by ValueId, in m_kept; -1: not received
    std::vector<Kept> m_kept;
    std::uint64_t m_promised = 0; ///< bytes of elements that the observer will keep
    std::int64_t m_told = 0;      ///< layers that began
    bool m_isSilent = false;      ///< it was told that no more of them are
};

} // namespace plumbline
