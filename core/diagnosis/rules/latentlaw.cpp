// latent-law: training's rows are draws of a law that generators are fed by, and the prediction's are draws of another
// that lies inside it: uniform numbers for normal ones, or normal ones around another middle or a small part as wide.
// Latents that are no draws at all (a line, a grid, means, truncated ones) have no law, and no fault.
#include "core/diagnosis/arrays.h"
#include "core/diagnosis/figures.h"
#include "core/diagnosis/rules/rules.h"
#include "core/profile/lawrecognition.h"

#include <algorithm>
#include <cmath>

namespace plumbline::rules {

namespace {

constexpr std::size_t fewestValues = 64;
constexpr double dependent = 0.5; // of the spread that drawn rows have
constexpr double narrow = 8;      // times narrower than training: nobody truncates so far

/// Kolmogorov & Smirnov's distance times sqrt(n).
double distance(const std::vector<double>& sorted, const Law& law) {
    const auto n = static_cast<double>(sorted.size());
    double gap = 0;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        const double at = cumulative(law, sorted[i]);
        gap = std::max({gap, static_cast<double>(i + 1) / n - at, at - static_cast<double>(i) / n});
    }
    return gap * std::sqrt(n);
}

/// The law of the values, as far as it may be another than `training`.
std::optional<Law> lawOf(const std::vector<double>& sorted, const Law& training) {
    constexpr double known = 1.63, fitted = 1.04; // at 1 %: of a law given, of one with its own mean and deviation
    constexpr std::size_t toTellFromTruncated = 1500;
    const auto n = static_cast<double>(sorted.size());
    const auto isUniform = [&](double low, double high) {
        const double edge = 4 / n * (high - low); // draws come so near to their ends
        return training.kind == Law::Kind::normal && sorted.front() >= low && sorted.back() <= high &&
               sorted.front() < low + edge && sorted.back() > high - edge &&
               distance(sorted, {Law::Kind::uniform, low, high}) < known;
    };
    if (isUniform(0, 1))
        return Law{Law::Kind::uniform, 0, 1};
    if (sorted.size() >= toTellFromTruncated && isUniform(-1, 1))
        return Law{Law::Kind::uniform, -1, 1};
    const auto figures = figuresOfSorted(sorted);
    const double mean = figures.mean, deviation = figures.deviation;
    const bool isNormal = training.kind == Law::Kind::normal;
    const double middle = isNormal ? training.a : (training.a + training.b) / 2;
    const double width = isNormal ? training.b : (training.b - training.a) / std::sqrt(12.0);
    const Law law{Law::Kind::normal, mean, deviation};
    const bool moved = std::abs(mean - middle) > std::max(0.3, 4 / std::sqrt(n)) * width;
    const bool narrowed = deviation * narrow < width;
    return deviation > 0 && (moved || narrowed) && distance(sorted, law) < fitted ? std::optional(law) : std::nullopt;
}

void judge(const InputView& input, Candidates& out) {
    const auto values = toDoubles(input.tensor);
    if (!values || values->size() < fewestValues)
        return;
    auto sorted = *values;
    std::erase_if(sorted, [](double x) { return !std::isfinite(x); });
    std::ranges::sort(sorted);
    if (sorted.size() < fewestValues || sorted.front() == sorted.back())
        return;
    if (const auto spread = input.agreement->spread(input.tensor, true); spread && *spread < dependent)
        return;
    const auto& there = *input.training->law;
    const auto here = lawOf(sorted, there);
    if (!here)
        return;
    Finding finding;
    finding.code = "latent-law";
    finding.severity = Severity::warning;
    finding.where = input.place();
    finding.expected = {{"law", there.text()}};
    finding.actual = {{"law", here->text()}};
    finding.evidence = {{"laws", {{"training", there.text()}, {"prediction", here->text()}}}};
    finding.message = Message("latent-law", "Input {input} is drawn as {here}, training as {there}.",
                              {{"input", input.name}, {"here", here->text()}, {"there", there.text()}});
    out.push_back({std::move(finding), {}});
}

} // namespace

void latentLaw(const Context& context, Candidates& out) {
    for (const auto& input : context.inputs)
        if (!input.isMissing() && input.agreement && input.standing == Standing::inside && !input.isCodes() &&
            input.training->law && input.training->law->kind != Law::Kind::integers &&
            std::ranges::none_of(out, [&](const Candidate& c) {
                return c.finding.where.name == input.name && c.finding.severity == Severity::warning;
            }))
            judge(input, out);
}

} // namespace plumbline::rules
