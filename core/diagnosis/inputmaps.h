#pragma once
// The maps that people apply to inputs, or forget to: each is tried on the prediction, and held against training.

#include "core/diagnosis/rule.h"

#include <vector>

namespace plumbline {

struct InputMap {
    std::string name;          ///< its usual name: "x/127.5-1", "z-score", "imagenet"
    std::string text;          ///< in x, where it is one line for all columns: "x / 127.5 - 1"
    std::vector<double> scale; ///< one number, or one for each index of the last axis
    std::vector<double> offset;
    bool isFitted = false; ///< its numbers are the prediction's own: believed only where many rows agree in shape
};

/// All candidates for this input, the most usual first.
std::vector<InputMap> usualMaps(const InputView& input);

/// How well an array agrees with training's inputs: both at or below 1 is agreement.
struct Agreement {
    double figures = 0;      ///< the envelope's multiple of the input's own row
    double distribution = 0; ///< Kolmogorov-Smirnov distance in multiples of what training's own batches reach
    bool holds() const { return figures <= 1 && distribution <= 1; }
};

/// Holds arrays against one input's training reference, for batches of one size.
class TrainingAgreement {
public:
    TrainingAgreement(const InputProfile& training, const Envelope::LayerBands& bands, std::int64_t batch);
    /// `step`: the array's values stand on a grid so wide (bytes divided by 255); training's may lie between.
    Agreement of(const Tensor& array, double step = 0) const;
    /// The same for one column of the last axis by its distribution alone. `worth`: how many independent values it has,
    /// where that is less than their number (steps of a series).
    static double ofColumn(std::vector<double> values, const Statistics& training, std::optional<double> worth = {});

private:
    /// The largest gap of the two distributions, each value anywhere within `slack` of where it stands.
    double distance(std::vector<double> values, double slack = 0) const;

    const Envelope::LayerBands& m_bands;
    std::vector<double> m_below; ///< by a histogram's key: the fraction of training below its bin
    double m_limit = 0;
};

/// A map with the prediction's own numbers always fits in place and width: its columns must agree in shape as well.
bool columnsHold(const InputProfile& training, const Tensor& mappedInput);
/// The table as a whole lacks the scaler that training went through.
bool lacksScaler(const InputView& input);

/// Every finite element is a whole number.
bool isWhole(const std::vector<double>& values);
/// Rank 3 or 4, 1, 3 or 4 channels or none, and whole numbers within 0..255: pictures as they are stored.
bool isRawImages(const InputView& input, const std::vector<double>& values, bool channelsLast);

} // namespace plumbline
