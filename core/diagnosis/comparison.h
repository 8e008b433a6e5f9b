#pragma once
// What a prediction was held against, so that no answer claims more than was compared.

#include "core/diagnosis/diagnosis.h"
#include "core/profile/profile.h"

namespace plumbline {

/// The model alone, or a training reference too: one whose rows the model takes, or nothing was held against it.
enum class Against { model, training };
std::string_view name(Against against); ///< "model", "training"
Against against(const Diagnosis& diagnosis);

/// What stands beside the verdict, a sentence each: that there was no reference, or what of the model had none to be
/// held against. Empty where all of it was compared, and where the prediction cannot run.
std::vector<Message> notCompared(const Diagnosis& diagnosis);

/// Nothing is left out: a run that goes through, now or with a fix, is held against training at every input and layer.
bool isWhollyCompared(const Diagnosis& diagnosis);

/// How many rows of the reference its statistics are of: all of a file's, as many as were drawn of a law.
std::int64_t rowsBehind(const SourceSummary& training);
/// What `rows` rows of a reference are, for a figure that is taken of them: "all 4,000 training rows", "2,048 of 4,000
/// training rows", "2,048 rows drawn from the law". Empty where they are not known.
Message rowsText(const SourceSummary& training, std::int64_t rows);
/// The rows that an input's own statistics are of.
Message rowsText(const InputProfile& training);

} // namespace plumbline
