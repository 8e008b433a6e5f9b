#pragma once
// How far a statistic moves by itself between batches of the training reference of one size. The distance of a
// prediction is in multiples of this: at or below 1 is within training.

#include "core/profile/profile.h"

namespace plumbline {

struct Envelope {
    /// Per layer and figure: the median over batches of the prediction's size, and the half width that holds them all
    /// with a margin.
    struct Band {
        double centre = 0;
        double halfWidth = 0;                ///< the larger of the two sides
        double below = 0, above = 0;         ///< how far it reaches to each side: minima and maxima are skewed
        double distance(double value) const; ///< |value - centre| / the side's width
    };
    struct LayerBands {
        Band mean, std, min, max, zeroFraction;
        bool known = false; ///< false where the reference's rows did not reach the layer: nothing is judged there
    };
    std::vector<LayerBands> layers; ///< by LayerId index
    std::int64_t batch = 0;
};

/// Batches of `batch` rows drawn from the profile with a fixed seed. A profile with fewer rows draws with replacement.
Envelope envelopeFor(const Profile& profile, std::int64_t batch, std::uint64_t seed = 0);

/// Reaches as far as either of the two: what one of them holds is within training. The centres are those of `a`; a
/// layer that only one knows has its bands.
Envelope united(const Envelope& a, const Envelope& b);

/// A table scaled to 0..1 by its own columns' extremes has an edge of training's own making: a row in as many as there
/// are lies beyond it. Where columns share their extreme, and few rows reach it, the input's minimum and maximum are
/// bounded by those columns' own tails.
void widenByColumns(Envelope::LayerBands& bands, const InputProfile& input, std::int64_t batch);

/// The largest of a layer's distances, and which figure it is.
struct Divergence {
    double multiple = 0;
    std::string figure;              ///< "mean", "std", "min", "max", "zero"
    double expected = 0, actual = 0; ///< the middle of what batches have, and what the prediction has
    double low = 0, high = 0;        ///< batches stay between these
};
Divergence divergenceOf(const Envelope::LayerBands& bands, const Statistics& actual);

} // namespace plumbline
