#include "core/diagnosis/inputmaps.h"

#include "core/diagnosis/arrays.h"
#include "core/diagnosis/columnlikelihood.h"
#include "core/diagnosis/figures.h"
#include "core/diagnosis/inputs.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace plumbline {

namespace {

constexpr std::int64_t fewestElements = 30; // a handful of numbers is met by some map by chance
constexpr double fittedValues = 30; // independent ones; fewer say nothing of a distribution once it is stretched to fit
constexpr std::size_t fewestColumns = 4;
constexpr std::int64_t severalRows = 8;    // of the prediction, for a factor that is none of pictures
constexpr std::int64_t fewestRows = 20;    // of training, for figures of its own that a map is made of
constexpr std::int64_t picturePixels = 64; // of a flattened row: 8 x 8, the smallest that people train on

/// What a scaler makes of columns.
enum class Prepared { no, standardised, unit, symmetric };

Prepared preparedBy(const Statistics& s) {
    const auto near = [](double value, double wanted, double slack) { return std::abs(value - wanted) < slack; };
    if (near(s.mean, 0, 0.25) && near(s.standardDeviation(), 1, 0.25))
        return Prepared::standardised;
    if (near(s.min, 0, 0.05) && near(s.max, 1, 0.05))
        return Prepared::unit;
    if (near(s.min, -1, 0.1) && near(s.max, 1, 0.1))
        return Prepared::symmetric;
    return Prepared::no;
}

/// Training's columns went through one scaler: all of them, or nearly (a column of zeros stands still).
Prepared preparedBy(const std::vector<Statistics>& columns) {
    std::array<std::size_t, 4> counts{};
    std::size_t moving = 0;
    for (const auto& column : columns) {
        moving += column.max > column.min ? 1 : 0;
        if (column.max > column.min)
            ++counts[static_cast<std::size_t>(preparedBy(column))];
    }
    for (const auto kind : {Prepared::standardised, Prepared::unit, Prepared::symmetric})
        if (moving > 0 && counts[static_cast<std::size_t>(kind)] * 10 >= moving * 9)
            return kind;
    return Prepared::no;
}

const char* scalerName(Prepared prepared) { return prepared == Prepared::standardised ? "z-score" : "min-max"; }

using Affine = std::pair<double, double>;

Affine throughTwo(double fromLow, double fromHigh, double toLow, double toHigh) {
    const double scale = fromHigh > fromLow ? (toHigh - toLow) / (fromHigh - fromLow) : 1;
    return {scale, toLow - scale * fromLow};
}

/// Brings the prediction's figures to training's.
std::vector<Affine> fits(const Figures& here, const Figures& there) {
    const double scale = here.deviation > 0 ? there.deviation / here.deviation : 1;
    auto quantiles = throughTwo(here.low, here.high, there.low, there.high);
    quantiles.second = there.middle - quantiles.first * here.middle;
    return {{scale, there.mean - scale * here.mean}, quantiles, throughTwo(here.min, here.max, there.min, there.max)};
}

/// A map that hardly moves anything is no forgotten scaler: a reference of few rows does not know its own range.
bool isFar(const Affine& map, const Figures& there) {
    constexpr double apart = 2;
    const double moved = std::abs(map.first * there.mean + map.second - there.mean);
    return map.first > apart || map.first * apart < 1 || moved > apart * there.deviation;
}

/// Undoes a scaler that training did not have: training's own constants, none of the prediction's.
std::vector<Affine> backs(const Figures& there) {
    const double half = (there.max - there.min) / 2;
    return {{there.deviation, there.mean}, {there.max - there.min, there.min}, {half, there.min + half}};
}
constexpr std::array<const char*, 3> backNames{"z-score", "min-max", "min-max"};

/// Training's numbers are far from any that a scaler gives: of another size, or around another middle.
bool isRaw(const Statistics& s) {
    constexpr double far = 3;
    const double deviation = s.standardDeviation();
    return deviation > far || deviation * far < 0.29 || std::abs(s.mean) > far * std::max(1.0, deviation);
}

bool isRaw(const std::vector<Statistics>& columns) {
    const auto raw = std::ranges::count_if(columns, [](const Statistics& s) { return isRaw(s); });
    return raw * 2 > std::ssize(columns);
}

/// The prediction's numbers are such as a scaler gives.
bool looksScaled(const Statistics& s) {
    constexpr double most = 8; // deviations
    return s.min >= -most && s.max <= most && s.max - s.min > 0.2;
}

/// Training lies in place of the prediction's map of its own: one or several constants.
void scalerMaps(const InputView& input, const std::vector<double>& values, TriedMaps& out) {
    const auto& training = *input.training;
    const bool known = training.sample.shape()[0] >= fewestRows;
    // Draws of another law are not mended by stretching them; few do not tell a normal law from a uniform one.
    constexpr std::int64_t toTellLaws = 1500;
    const bool mayBeLaw =
        !training.law || training.law->kind == Law::Kind::normal || input.tensor.elements() > toTellLaws;
    const bool outside = known && input.standing == Standing::outside && mayBeLaw;
    const auto finite = [](std::vector<double> list) {
        std::erase_if(list, [](double x) { return !std::isfinite(x); });
        return list;
    };
    const auto whole = finite(values);
    std::vector<double> worths;
    for (const auto& column : columnsOf(input.tensor))
        worths.push_back(column.worth);
    double pooledWorth = 0;
    for (const auto worth : worths)
        pooledWorth += worth;
    out.fittedToo = pooledWorth >= fittedValues;
    // One scaler of all values, as a series of one quantity has it.
    const auto pooled = preparedBy(training.statistics);
    const bool mayBeUndone = known && looksScaled(input.statistics);
    if (pooled == Prepared::no && mayBeUndone && isRaw(training.statistics))
        for (std::size_t k = 0; const auto& [scale, offset] : backs(figuresOf(training.statistics)))
            out.maps.push_back({backNames[k++], "", {scale}, {offset}, 0, {}});
    else if (pooled != Prepared::no && outside && out.fittedToo)
        for (const auto& map : fits(figuresOf(whole), figuresOf(training.statistics)))
            if (isFar(map, figuresOf(training.statistics)))
                out.maps.push_back({scalerName(pooled), "", {map.first}, {map.second}, 2, {}});
    // One scaler a column.
    const auto count = training.perColumn.size();
    if (count < 2 || input.shape().rank() < 2 || static_cast<std::size_t>(input.shape().back()) != count)
        return;
    const auto columns = preparedBy(training.perColumn);
    if (columns == Prepared::no) {
        if (!mayBeUndone || !isRaw(training.perColumn))
            return;
        std::array<InputMap, 3> maps;
        for (std::size_t c = 0; c < count; ++c)
            for (std::size_t k = 0; const auto& [scale, offset] : backs(figuresOf(training.perColumn[c]))) {
                maps[k].name = backNames[k];
                maps[k].scale.push_back(scale);
                maps[k++].offset.push_back(offset);
            }
        std::ranges::move(maps, std::back_inserter(out.maps));
        return;
    }
    out.fittedToo = worths.size() == count && std::ranges::min(worths) >= fittedValues;
    if (!outside || !out.fittedToo)
        return;
    std::array<InputMap, 3> maps;
    std::array<std::size_t, 3> far{};
    for (std::size_t c = 0; c < count; ++c) {
        const auto there = figuresOf(training.perColumn[c]);
        std::vector<double> column;
        for (auto i = c; i < values.size(); i += count)
            column.push_back(values[i]);
        for (std::size_t k = 0; const auto& map : fits(figuresOf(finite(std::move(column))), there)) {
            far[k] += isFar(map, there) ? 1 : 0;
            maps[k].name = scalerName(columns);
            maps[k].fitted = 2 * count;
            maps[k].scale.push_back(map.first);
            maps[k++].offset.push_back(map.second);
        }
    }
    for (std::size_t k = 0; k < maps.size(); ++k)
        if (far[k] * 2 > count)
            out.maps.push_back(std::move(maps[k]));
}

constexpr std::pair bytes{0.0, 255.0}, unit{0.0, 1.0}, symmetric{-1.0, 1.0};
constexpr std::pair doubled{0.0, 2.0}; // bytes / 127.5, the - 1 forgotten

constexpr std::pair imageNet{-2.2, 2.7}; // what its normalisation leaves of 0..1

/// ImageNet's channel means and deviations, as torchvision and as Caffe's models have them (RGB): applied where they
/// were forgotten, undone where they are too many. `scale` and `offset` lead from what the pictures are to 0..1.
void imageNetMaps(const InputView& input, std::vector<InputMap>& out) {
    if (input.shape().rank() < 4 || input.shape().back() != 3)
        return;
    const double mean[] = {0.485, 0.456, 0.406}, deviation[] = {0.229, 0.224, 0.225};
    const auto forward = [&](double scale, double offset, std::pair<double, double> domain) {
        InputMap map{"imagenet", "", {}, {}, 0, domain};
        for (int c = 0; c < 3; ++c) {
            map.scale.push_back(scale / deviation[c]);
            map.offset.push_back((offset - mean[c]) / deviation[c]);
        }
        out.push_back(std::move(map));
    };
    const auto back = [&](double scale, double offset) {
        InputMap map{"imagenet", "", {}, {}, 0, imageNet};
        for (int c = 0; c < 3; ++c) {
            map.scale.push_back(scale * deviation[c]);
            map.offset.push_back(scale * mean[c] + offset);
        }
        out.push_back(std::move(map));
    };
    forward(1 / 255.0, 0, bytes);
    forward(1, 0, unit);
    forward(0.5, 0.5, symmetric);
    back(1, 0);
    back(2, -1);
    back(255, 0);
    out.push_back({"imagenet", "", {1, 1, 1}, {-123.68, -116.779, -103.939}, 0, bytes});
}

/// The input lies in what it is a map of, and training in what comes of that.
bool isPlausible(const InputView& input, const InputMap& map) {
    if (!map.domain)
        return true;
    const auto [low, high] = *map.domain;
    const auto within = [](const Statistics& s, double from, double to) {
        const double slack = 0.05 * (to - from);
        return s.min >= from - slack && s.max <= to + slack;
    };
    if (!within(input.statistics, low, high))
        return false;
    double from = INFINITY, to = -INFINITY;
    for (std::size_t c = 0; c < map.scale.size(); ++c)
        for (const double edge : {low, high}) {
            from = std::min(from, edge * map.scale[c] + map.offset[c]);
            to = std::max(to, edge * map.scale[c] + map.offset[c]);
        }
    return within(input.training->statistics, from, to);
}

/// Bytes divided by 127.5: every value is a whole number of those steps, which of bytes divided by 255 every second is.
bool isByHalves(const std::vector<double>& values) {
    return std::ranges::all_of(values, [](double x) {
        const double step = x * 127.5;
        return !std::isfinite(x) || std::abs(step - std::round(step)) < 1e-2;
    });
}

std::vector<InputMap> namedMaps(const InputView& input, bool isPicture, bool rawBytes, bool rawReference) {
    const InputMap inverted{"255-x", "255 - x", {-1}, {255}, 0, bytes};
    const std::vector<InputMap> toBytes{{"255*x", "x * 255", {255}, {0}, 0, unit},
                                        {"127.5*x+127.5", "x * 127.5 + 127.5", {127.5}, {127.5}, 0, symmetric},
                                        {"127.5*x", "x * 127.5", {127.5}, {0}, 0, doubled},
                                        {"255-255*x", "255 - x * 255", {-255}, {255}, 0, unit}};
    if (rawBytes && rawReference)
        return {inverted};
    if (rawReference) {
        auto out = toBytes;
        imageNetMaps(input, out);
        return out;
    }
    std::vector<InputMap> out{{"x/255", "x / 255", {1 / 255.0}, {0}, 0, bytes},
                              {"x/127.5-1", "x / 127.5 - 1", {1 / 127.5}, {-1}, 0, bytes},
                              {"1-x/255", "1 - x / 255", {-1 / 255.0}, {1}, 0, bytes},
                              {"1-x/127.5", "1 - x / 127.5", {-1 / 127.5}, {1}, 0, bytes}};
    imageNetMaps(input, out);
    if (rawBytes)
        return out;
    out.insert(out.end(), {{"2*x-1", "x * 2 - 1", {2}, {-1}, 0, unit},
                           {"(x+1)/2", "(x + 1) / 2", {0.5}, {0.5}, 0, symmetric},
                           {"x/65535", "x / 65535", {1 / 65535.0}, {0}, 0, std::pair(0.0, 65535.0)},
                           {"1-x", "1 - x", {-1}, {1}, 0, unit},
                           {"x-1", "x - 1", {1}, {-1}, 0, doubled},
                           {"x/2", "x / 2", {0.5}, {0}, 0, doubled},
                           inverted});
    out.insert(out.end(), toBytes.begin(), toBytes.end());
    if (isPicture || input.independentRows < severalRows) // pictures have no unit, and few rows do not tell one
        return out;
    for (const double factor : {100.0, 1000.0}) {
        const auto text = numberText(factor);
        out.push_back({"x/" + text, "x / " + text, {1 / factor}, {0}, 0, {}});
        out.push_back({text + "*x", "x * " + text, {factor}, {0}, 0, {}});
    }
    return out;
}

/// Whole numbers where the model takes them: what does not go into its type is no picture's byte.
Result<Tensor> asDeclared(const InputView& input, Tensor applied) {
    if (!isInteger(input.declared.dtype) || !isFloat(applied.dtype()))
        return applied;
    PLUMBLINE_TRY(auto whole, rounded(applied, input.declared.dtype));
    const auto before = statisticsOf(applied, HistogramWanted::no), after = statisticsOf(whole, HistogramWanted::no);
    const bool inside = std::abs(before.min - after.min) <= 0.5 && std::abs(before.max - after.max) <= 0.5;
    return inside ? whole : applied;
}

bool isPictureShape(const Shape& shape, bool channelsLast) {
    if (looksLikeImages(shape, channelsLast))
        return true;
    if (shape.rank() != 5) // pictures of a clip
        return false;
    const auto channels = channelsLast ? shape.back() : shape[1];
    return channels == 1 || channels == 3 || channels == 4;
}

bool channelsLastOf(const Context& context, const InputView& input) {
    return !input.layer.isValid() || context.graph().layer(input.layer).channelsLast;
}

} // namespace

TriedMaps mapsFor(const Context& context, const InputView& input, const std::vector<double>& values) {
    TriedMaps out;
    // A reference that stands still is met by any map that forgets its input; a handful of numbers, by chance.
    if (input.isCodes() || input.training->statistics.standardDeviation() == 0 ||
        input.statistics.min == input.statistics.max)
        return out;
    // But a few columns, each far from its own range, are brought back by training's figures or by nothing.
    if (input.tensor.elements() < fewestElements) {
        if (input.training->perColumn.size() >= fewestColumns)
            scalerMaps(input, values, out);
        std::erase_if(out.maps, [](const InputMap& map) { return map.scale.size() == 1 || map.isFitted(); });
        return out;
    }
    const bool channelsLast = channelsLastOf(context, input);
    const bool rawReference = isRawReference(*input.training, channelsLast);
    const bool rawBytes = isRawBytes(input, values, channelsLast);
    const bool isPicture = isPictureShape(input.shape(), channelsLast);
    out.maps = namedMaps(input, isPicture, rawBytes, rawReference);
    if (!rawReference && !rawBytes && !isPicture)
        scalerMaps(input, values, out);
    const bool byHalves = isByHalves(values);
    std::erase_if(out.maps, [&](const InputMap& map) {
        return !isPlausible(input, map) || (byHalves && map.domain && *map.domain == unit);
    });
    std::ranges::stable_sort(out.maps, {}, &InputMap::fitted);
    return out;
}

namespace {

double leastWorth(const InputView& input) {
    double least = INFINITY;
    for (const auto& column : columnsOf(input.tensor))
        least = std::min(least, column.worth);
    return std::isfinite(least) ? least : 1;
}

} // namespace

MappedInput under(const InputMap& map, const Context& context, const InputView& input,
                  const std::vector<double>& values) {
    MappedInput out;
    if (!input.accepted || !input.agreement)
        return out;
    const auto shaped = input.tensor.reshaped(*input.accepted);
    auto applied = shaped ? mapped(*shaped, map.scale, map.offset) : Result<Tensor>(Tensor());
    if (applied && !applied->isNull())
        applied = asDeclared(input, std::move(*applied));
    if (!applied || applied->isNull())
        return out;
    out.array = std::move(*applied);
    const bool onGrid = map.scale.size() == 1 && isRawBytes(input, values, channelsLastOf(context, input));
    const double step = onGrid ? std::abs(map.scale[0]) : 0;
    const double fit = map.fitted > 2 ? 2.5 / std::sqrt(std::max(1.0, leastWorth(input))) : 0;
    out.agreement = input.agreement->of(out.array, step, fit);
    out.standing = standingOf(out.array, input.independentRows, *input.training,
                              context.envelope->layers[input.layer.index], *input.agreement, input.form);
    return out;
}

bool lacksScaler(const Context& context, const InputView& input) {
    const auto values = toDoubles(input.tensor);
    return values && std::ranges::any_of(mapsFor(context, input, *values).maps, [&](const InputMap& map) {
               return map.isFitted() && under(map, context, input, *values).agreement.columns <= 1;
           });
}

bool isWhole(const std::vector<double>& values) {
    return std::ranges::all_of(values, [](double x) { return !std::isfinite(x) || x == std::floor(x); });
}

bool isRawBytes(const InputView& input, const std::vector<double>& values, bool channelsLast) {
    const auto& s = input.statistics;
    if (!isWhole(values) || s.min < 0 || s.max > 255 || s.max <= 1)
        return false;
    if (isPictureShape(input.shape(), channelsLast))
        return true;
    const auto rows = std::max<std::int64_t>(1, input.shape().rank() ? input.shape()[0] : 1);
    return input.tensor.elements() / rows >= picturePixels && (input.tensor.dtype() == DType::uint8 || s.max > 127);
}

bool isRawReference(const InputProfile& training, bool channelsLast) {
    const auto& s = training.statistics;
    if (training.kind != ReferenceKind::dataset || !training.wholeNumbers || s.min < 0 || s.max <= 1 || s.max > 255)
        return false;
    const auto row = training.rowShape();
    return isPictureShape(training.shape, channelsLast) ||
           (row.rank() > 0 && row.elements() >= picturePixels && (training.dtype == DType::uint8 || s.max > 200));
}

} // namespace plumbline
