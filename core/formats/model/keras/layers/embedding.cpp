#include "core/formats/model/keras/layers/layers.h"

namespace plumbline::keras {

Result<Values> lowerEmbedding(Lowering& l) {
    auto indices = l.input();
    const auto dtype = l.type(indices)->dtype;
    if (dtype != DType::int32 && dtype != DType::int64)
        indices = l.cast(indices, DType::int32); // floats too: Keras truncates them
    PLUMBLINE_TRY(const auto table, l.weightValue("embeddings", {Dim(l.settings().integer("input_dim", 0)),
                                                                 Dim(l.settings().integer("output_dim", 0))}));
    return Values{l.add("Gather", {table, indices})};
}

} // namespace plumbline::keras
