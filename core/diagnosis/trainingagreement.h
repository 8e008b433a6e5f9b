#pragma once
// How well an array agrees with an input's training reference, by what batches drawn from the reference itself reach.
//
//   figures       mean, deviation, extremes and zeros of the whole, in multiples of the envelope
//   distribution  the distance of Kolmogorov and Smirnov of all values
//   columns       the same for each index of the last axis
//   joint         how far rows lie from training's nearest rows: what single columns do not show
//
// Each is a multiple of what drawn batches reach: at or below 1 is agreement.

#include "core/diagnosis/sampledrows.h"
#include "core/profile/envelope.h"

#include <optional>

namespace plumbline {

struct Agreement {
    double figures = 0, distribution = 0, columns = 0;
    bool holds() const { return figures <= 1 && distribution <= 1 && columns <= 1; }
    double worst() const;
};

/// Holds arrays against one input's training reference, for batches of one size.
class TrainingAgreement {
public:
    /// `bands` of the input's own row, for batches of `batch` rows.
    TrainingAgreement(const InputProfile& training, const Envelope::LayerBands& bands, std::int64_t batch);

    /// `step`: the array's values stand on a grid so wide (bytes divided by 255); training's may lie between.
    /// `fit`: the array came there by a scaler fitted to its own rows, which leaves each column off by as much of its
    /// deviation: columns of few different values would else be no column of training's.
    Agreement of(const Tensor& array, double step = 0, double fit = 0) const;

    /// Half of the rows lie no farther from their nearest row of training than nearly all of training's own do from
    /// rows elsewhere in the file. In multiples of that distance; nothing where training has too few rows to say.
    std::optional<double> joint(const Tensor& array) const;

    /// How many directions the rows spread over, as a share of what as many drawn rows do: 1 for draws, near 0 for one
    /// row repeated or a line between two points. Nothing for fewer than 4 rows. `centred`: around the rows' own
    /// middle, for rows that may all have moved.
    std::optional<double> spread(const Tensor& array, bool centred = false) const;

private:
    double pooledDistance(std::vector<double> values, double slack = 0) const;
    void drawLimits(const InputProfile& training, std::int64_t batch);
    double columnsOf(const SampledRows& rows, double fit) const;
    std::vector<float> standardised(const SampledRows& rows) const;

    Envelope::LayerBands m_bands;
    std::vector<double> m_below; ///< by a histogram's key: the fraction of training below its bin
    double m_limit = 0;          ///< of the pooled distance
    double m_deviation = 0;      ///< of all of training's values
    SampledRows m_sample;
    std::vector<std::vector<float>> m_columns; ///< of the sample, sorted; empty where there is but one
    std::vector<double> m_columnLimits;
    double m_meanLimit = 0; ///< of the mean distance over all columns
    std::vector<float> m_centre, m_width;
    std::vector<float> m_points; ///< the sample, standardised
    double m_nearest = 0;        ///< squared distance of a row from its nearest, as training's own have it; 0: unknown
};

} // namespace plumbline
