#include "core/formats/model/keras/layers/layers.h"

namespace plumbline::keras {

Result<Values> lowerEmbedding(Lowering& l) {
    auto indices = l.input();
    const auto dtype = l.type(indices)->dtype;
    if (dtype != DType::int32 && dtype != DType::int64)
        indices = l.cast(indices, DType::int32); // floats too: Keras truncates them
    const Dim words(l.settings().size("input_dim")), width(l.settings().size("output_dim"));
    l.settings().flag("mask_zero", false); // masks.cpp reads it, and has nobody to tell of a wrong one
    PLUMBLINE_TRY(const auto table, l.weightValue("embeddings", {words, width}));
    return Values{l.add("Gather", {table, indices})};
}

} // namespace plumbline::keras
