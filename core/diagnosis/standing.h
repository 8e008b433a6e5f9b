#pragma once
// How an input stands to training's: drawn as training is, inside what training had, or beyond it.
//
// A line between two latents, one class alone, one customer's rows, night pictures are no draws of training, and
// nothing is wrong with them: each of their values is one that training had. Batches drawn from the reference say how
// far a figure moves by itself only for inputs that are drawn so; of the others only what leaves training's range is
// news.

#include "core/diagnosis/codes.h"
#include "core/diagnosis/trainingagreement.h"

namespace plumbline {

enum class Standing {
    unknown, ///< no reference, or not comparable
    drawn,   ///< no figure and no distribution tells it from a batch of training
    inside,  ///< other figures, other frequencies, rows that depend on each other: all within training's range
    outside, ///< values, or codes, that training never had
};

/// `rows`: the independent ones among those of `array`.
Standing standingOf(const Tensor& array, std::int64_t rows, const InputProfile& training,
                    const Envelope::LayerBands& bands, const TrainingAgreement& agreement,
                    std::optional<CodeForm> form);

/// What leaves the range alone counts: a mean, a deviation or a share of zeros may be any.
Envelope::LayerBands rangeAlone(Envelope::LayerBands bands);

/// Every figure may lie `factor` times as far off.
Envelope::LayerBands widened(Envelope::LayerBands bands, double factor);

} // namespace plumbline
