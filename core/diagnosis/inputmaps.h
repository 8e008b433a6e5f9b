#pragma once
// The maps that people apply to inputs, or forget to: each is tried on the prediction, and held against training.
//
// A map has fewer constants than the data can decide, or it is not tried. Named ones (x/255) have none of their own;
// those with training's own figures neither; one fitted to the prediction has two, or two a column, and needs thirty
// independent values for them, as well as data that training never had: what lies within training is in no need of it.

#include "core/diagnosis/rule.h"

#include <vector>

namespace plumbline {

struct InputMap {
    std::string name;          ///< its usual name: "x/127.5-1", "z-score", "imagenet"
    std::string text;          ///< in x, where it is one line for all columns: "x / 127.5 - 1"
    std::vector<double> scale; ///< one number, or one for each index of the last axis
    std::vector<double> offset;
    std::size_t fitted = 0;                          ///< how many of its numbers are the prediction's own
    std::optional<std::pair<double, double>> domain; ///< what it is a map of; 2 x - 1 is one of 0..1

    bool isFitted() const { return fitted > 0; }
    bool isReflection() const { return scale.size() == 1 && scale[0] < 0; }
};

struct TriedMaps {
    std::vector<InputMap> maps; ///< the simplest first, among equals the most usual
    bool fittedToo = false;     ///< the input has enough rows for maps with its own numbers
};

/// All candidates for this input.
TriedMaps mapsFor(const Context& context, const InputView& input, const std::vector<double>& values);

/// How well the input agrees with training under `map`, given as the model takes it.
struct MappedInput {
    Tensor array; ///< null where the map cannot be applied
    Agreement agreement;
    Standing standing = Standing::unknown;
};
MappedInput under(const InputMap& map, const Context& context, const InputView& input,
                  const std::vector<double>& values);

/// The table as a whole lacks the scaler that training went through.
bool lacksScaler(const Context& context, const InputView& input);

/// Every finite element is a whole number.
bool isWhole(const std::vector<double>& values);
/// Whole numbers within 0..255 as pictures are stored, in any rank: by the shape, or, of flattened and higher ranks, by
/// their number and their range.
bool isRawBytes(const InputView& input, const std::vector<double>& values, bool channelsLast);
/// Training is of the bytes of pictures.
bool isRawReference(const InputProfile& training, bool channelsLast);

} // namespace plumbline
