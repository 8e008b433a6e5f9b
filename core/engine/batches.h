#pragma once
// A model with a fixed batch takes its rows in batches of that size, as Keras's predict does:
//
//   rows 0 … 15 ─▶ run ─┐ states ─▶ rows 16 … 31 ─▶ run ─┐ states ─▶ …
//                       ▼                                ▼
//   outputs, and every value that is watched, one batch after the other along axis 0
//
// What its stateful layers end a batch with the next one begins with. An observer is told of one run of all rows:
// statistics merge exactly, elements stand in one array, and a first NaN is counted from the first row of all.

#include "core/engine/observer.h"

#include <functional>

namespace plumbline {

class Progress;
struct RunResult;

/// What a model asks of the number of rows.
struct RowRule {
    bool any = false;       ///< every number is taken, also where the inputs declare one
    std::int64_t batch = 0; ///< rows of a batch; 0: not fixed, or the inputs declare different ones

    /// Of an input that declares `declared` along axis 0.
    bool takes(const Dim& declared, std::int64_t rows) const;
    /// How many batches inputs of these shapes are: more than 1 only where all have as many rows, a multiple of
    /// `batch`.
    std::int64_t batches(std::span<const Shape> inputs) const;
    /// Rows come in multiples of this.
    std::int64_t unit() const { return isFixed() ? batch : 1; }
    bool isFixed() const { return !any && batch > 0; }
    /// The shape that one batch of such an input has.
    Shape ofBatch(Shape input) const;
};
/// Keras itself asks for no number of rows, whatever an input declares (Functional.input_spec leaves the batch out):
/// its layers do, those that keep states between batches or hold a size that was built in. So of a Keras model `any`
/// is whether inference passes another number.
RowRule rowRuleOf(const Model& model);

/// Runs one batch that begins with these states.
using RunBatch = std::function<Result<RunResult>(std::span<const Tensor> inputs, Observer* observer,
                                                 std::span<const Tensor> states)>;
/// `inputs` in `batches` equal parts along axis 0. Where a batch fails, the result tells of the values that it reached,
/// in all rows so far. An error only for cancellation; throws std::bad_alloc.
Result<RunResult> runInBatches(const Graph& graph, std::span<const Tensor> inputs, std::int64_t batches,
                               std::vector<Tensor> states, Observer* observer, const Progress& progress,
                               const RunBatch& run);

} // namespace plumbline
