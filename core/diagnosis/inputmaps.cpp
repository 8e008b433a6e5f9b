#include "core/diagnosis/inputmaps.h"

#include "core/diagnosis/arrays.h"
#include "core/diagnosis/columnlikelihood.h"
#include "core/diagnosis/inputs.h"

#include <algorithm>
#include <cmath>

namespace plumbline {

namespace {

constexpr int drawnBatches = 128;
constexpr std::size_t mostValues = 1 << 14; // of a batch, for its distribution: gaps of 1 % show
constexpr std::int64_t fewestElements = 30;
constexpr std::size_t fittedRows = 30;  // fewer say nothing of a distribution's shape once it is stretched to fit
constexpr std::size_t standardRows = 8; // where training's own figures say that a scaler was fitted to it

/// At most mostValues, evenly spread.
std::vector<double> thinned(const std::vector<double>& values) {
    const auto step = std::max<std::size_t>(1, (values.size() + mostValues - 1) / mostValues);
    std::vector<double> out;
    for (std::size_t i = 0; i < values.size(); i += step)
        if (std::isfinite(values[i]))
            out.push_back(values[i]);
    return out;
}

struct Moments {
    double mean = 0, deviation = 0, min = 0, max = 0;
};

Moments momentsOf(const std::vector<double>& sorted) {
    Moments out;
    if (sorted.empty())
        return out;
    const auto n = static_cast<double>(sorted.size());
    for (const auto x : sorted)
        out.mean += x / n;
    for (const auto x : sorted)
        out.deviation += (x - out.mean) * (x - out.mean) / n;
    out.deviation = std::sqrt(out.deviation);
    out.min = sorted.front();
    out.max = sorted.back();
    return out;
}

void columnMaps(const InputView& input, std::vector<InputMap>& out) {
    const auto& training = input.training->perColumn;
    const auto columns = static_cast<std::size_t>(input.shape().rank() == 2 ? input.shape()[1] : 0);
    if (columns == 0 || training.size() != columns)
        return;
    const auto here = columnsOf(input.tensor);
    InputMap standard{"z-score", "", {}, {}, true}, range{"min-max", "", {}, {}, true};
    InputMap back{"z-score", "", {}, {}, false}, rangeBack{"min-max", "", {}, {}, false};
    double gap = 0, unit = 0;
    for (std::size_t i = 0; i < columns; ++i) {
        const auto own = momentsOf(here[i].sorted);
        const auto& there = training[i];
        const double deviation = there.standardDeviation();
        gap = std::max({gap, std::abs(there.mean), std::abs(deviation - 1)});
        unit = std::max({unit, std::abs(there.min), std::abs(there.max - 1)});
        const auto add = [](InputMap& map, double scale, double offset) {
            map.scale.push_back(scale);
            map.offset.push_back(offset);
        };
        const double wide = own.deviation > 0 ? own.deviation : 1, length = own.max > own.min ? own.max - own.min : 1;
        add(standard, 1 / wide, -own.mean / wide);
        add(range, 1 / length, -own.min / length);
        add(back, deviation, there.mean);
        add(rangeBack, there.max - there.min, there.min);
    }
    // Training that is itself standardised, or scaled to 0..1, says which step the prediction lacks; training that is
    // raw, which one it has too much.
    const auto rows = static_cast<std::size_t>(input.independentRows);
    if (rows >= (gap < 0.25 ? standardRows : fittedRows))
        out.push_back(gap < 0.25 ? std::move(standard) : std::move(back));
    if (rows >= fittedRows)
        out.push_back(unit < 0.05 ? std::move(range) : std::move(rangeBack));
}

} // namespace

std::vector<InputMap> usualMaps(const InputView& input) {
    // A reference that stands still is met by any map that forgets its input; a handful of numbers, by chance.
    if (input.training->statistics.standardDeviation() == 0 || input.statistics.min == input.statistics.max ||
        input.tensor.elements() < fewestElements)
        return {};
    std::vector<InputMap> out{
        {"x/255", "x / 255", {1 / 255.0}, {0}},
        {"x/127.5-1", "x / 127.5 - 1", {1 / 127.5}, {-1}},
        {"2*x-1", "x * 2 - 1", {2}, {-1}},
        {"(x+1)/2", "(x + 1) / 2", {0.5}, {0.5}},
        {"255*x", "x * 255", {255}, {0}},
        {"127.5*x+127.5", "x * 127.5 + 127.5", {127.5}, {127.5}},
        {"x/65535", "x / 65535", {1 / 65535.0}, {0}},
        {"1-x", "1 - x", {-1}, {1}},
        {"-x", "-x", {-1}, {0}},
    };
    if (input.shape().rank() == 4 && input.shape().back() == 3) {
        // ImageNet's channel means and deviations, as torchvision and as Caffe's models have them (RGB).
        const double mean[] = {0.485, 0.456, 0.406}, deviation[] = {0.229, 0.224, 0.225};
        InputMap torch{"imagenet", "", {}, {}};
        for (int c = 0; c < 3; ++c) {
            torch.scale.push_back(1 / (255 * deviation[c]));
            torch.offset.push_back(-mean[c] / deviation[c]);
        }
        out.push_back(std::move(torch));
        out.push_back({"imagenet", "", {1, 1, 1}, {-123.68, -116.779, -103.939}});
    }
    columnMaps(input, out);
    for (const double factor : {100.0, 1000.0}) {
        const auto text = numberText(factor);
        out.push_back({"x/" + text, "x / " + text, {1 / factor}, {0}});
        out.push_back({text + "*x", "x * " + text, {factor}, {0}});
    }
    return out;
}

TrainingAgreement::TrainingAgreement(const InputProfile& training, const Envelope::LayerBands& bands,
                                     std::int64_t batch)
    : m_bands(bands) {
    m_below.assign(65537, 0.0);
    const auto total = static_cast<double>(std::max<std::int64_t>(1, training.statistics.histogram.total()));
    for (const auto& [key, count] : training.statistics.histogram.bins())
        m_below[std::size_t{key} + 1] = static_cast<double>(count) / total;
    for (std::size_t key = 1; key < m_below.size(); ++key)
        m_below[key] += m_below[key - 1];
    const auto values = toDoubles(training.sample);
    const auto rows = training.sample.rank() ? training.sample.shape()[0] : 0;
    if (!values || rows == 0)
        return;
    const auto rowSize = values->size() / static_cast<std::size_t>(rows);
    // A fixed walk over the sample's rows: the same reference gives the same limit.
    std::uint64_t state = 0x9e3779b97f4a7c15u;
    const auto batchRows = static_cast<std::size_t>(std::min<std::int64_t>(batch, 256));
    const auto step = std::max<std::size_t>(1, batchRows * rowSize / 4096);
    std::vector<double> drawn;
    for (int b = 0; b < drawnBatches; ++b) {
        drawn.clear();
        for (std::size_t k = 0; k < batchRows; ++k) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            const auto row = static_cast<std::size_t>((state >> 33) % static_cast<std::uint64_t>(rows));
            for (std::size_t i = k % step; i < rowSize; i += step)
                if (const auto x = (*values)[row * rowSize + i]; std::isfinite(x))
                    drawn.push_back(x);
        }
        m_limit = std::max(m_limit, distance(drawn));
    }
    m_limit = std::max(0.02, m_limit * 1.15);
}

double TrainingAgreement::distance(std::vector<double> values, double slack) const {
    std::ranges::sort(values);
    const auto n = static_cast<double>(values.size());
    double gap = 0;
    for (std::size_t i = 0; i < values.size();) {
        auto end = i;
        while (end < values.size() && values[end] == values[i])
            ++end;
        // Inside one bin of the histogram values cannot be told apart: the gap is taken at the bin's edges.
        const auto key = Histogram::keyOf(static_cast<float>(values[i]));
        while (end < values.size() && Histogram::keyOf(static_cast<float>(values[end])) == key)
            ++end;
        const auto low = slack > 0 ? Histogram::keyOf(static_cast<float>(values[i] - slack)) : key;
        const auto high = slack > 0 ? Histogram::keyOf(static_cast<float>(values[i] + slack)) : key;
        const double under = m_below[low], upTo = m_below[std::size_t{high} + 1];
        gap = std::max({gap, static_cast<double>(end) / n - upTo, under - static_cast<double>(i) / n});
        i = end;
    }
    return gap;
}

Agreement TrainingAgreement::of(const Tensor& array, double step) const {
    Agreement out;
    auto bands = m_bands;
    if (step > 0) {
        for (auto* band : {&bands.mean, &bands.std, &bands.min, &bands.max}) {
            band->below += step;
            band->above += step;
        }
        // What of training lies within a step of zero is an exact zero on the grid.
        const auto reach = static_cast<float>(step);
        const auto share = [&](std::uint16_t from, std::uint16_t to) {
            return m_below[std::size_t{to} + 1] - m_below[from];
        };
        bands.zeroFraction.above += share(Histogram::keyOf(-reach), Histogram::keyOf(reach)) -
                                    share(Histogram::keyOf(-0.0f), Histogram::keyOf(0.0f));
    }
    out.figures = divergenceOf(bands, statisticsOf(array, HistogramWanted::no)).multiple;
    const auto values = toDoubles(array);
    out.distribution =
        values && m_limit > 0 ? distance(thinned(*values), step / 2 * 1.01) / m_limit : INFINITY; // rounded to the grid
    return out;
}

double TrainingAgreement::ofColumn(std::vector<double> values, const Statistics& training,
                                   std::optional<double> worth) {
    ColumnValues column;
    std::ranges::sort(values);
    column.sorted = std::move(values);
    column.worth = worth.value_or(static_cast<double>(column.sorted.size()));
    return ksMultiple(column, training);
}

bool columnsHold(const InputProfile& training, const Tensor& mappedInput) {
    constexpr double clearly = 1.3; // multiples of the critical distance: of many columns one in a hundred is beyond it
    const auto here = columnsOf(mappedInput);
    if (training.perColumn.size() != here.size())
        return false;
    for (std::size_t c = 0; c < here.size(); ++c)
        if (ksMultiple(here[c], training.perColumn[c]) > clearly)
            return false;
    return true;
}

bool lacksScaler(const InputView& input) {
    return std::ranges::any_of(usualMaps(input), [&](const InputMap& map) {
        const auto applied = map.isFitted ? mapped(input.tensor, map.scale, map.offset) : Result<Tensor>(Tensor());
        return applied && !applied->isNull() && columnsHold(*input.training, *applied);
    });
}

bool isWhole(const std::vector<double>& values) {
    return std::ranges::all_of(values, [](double x) { return !std::isfinite(x) || x == std::floor(x); });
}

bool isRawImages(const InputView& input, const std::vector<double>& values, bool channelsLast) {
    return looksLikeImages(input.shape(), channelsLast) && isWhole(values) && input.statistics.min >= 0 &&
           input.statistics.max <= 255 && input.statistics.max > 1;
}

} // namespace plumbline
