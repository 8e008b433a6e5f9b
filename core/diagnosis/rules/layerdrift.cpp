// layer-drift: values leave what training did. At the input, where it is off and no usual map explains it; else at the
// first layer whose own inputs are still within the envelope.
#include "core/diagnosis/arrays.h"
#include "core/diagnosis/comparison.h"
#include "core/diagnosis/inputmaps.h"
#include "core/diagnosis/rules/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace plumbline::rules {

namespace {

/// NaN and infinities are findings of their own, where they are born or given.
bool isNonFinite(const std::optional<Divergence>& divergence) {
    return divergence && (divergence->figure == "nan" || divergence->figure == "inf");
}

std::string figureText(const std::string& figure) {
    return figure == "std"    ? "standard deviation"
           : figure == "min"  ? "minimum"
           : figure == "max"  ? "maximum"
           : figure == "zero" ? "share of zeros"
                              : figure;
}

std::string rounded(double value, int digits) {
    return std::isfinite(value) ? fmt::format("{:.{}g}", value + 0.0, digits) : numberText(value);
}

/// The figure in words, and between which ends batches of training keep it: in as few digits as tell the prediction's
/// from the end that it passes. By how many times it does so is no help to who reads a sentence.
Message::Arguments figureArguments(const Divergence& divergence, std::int64_t batch) {
    const bool isShare = divergence.figure == "zero";
    const bool hasFloor = isShare || divergence.figure == "std";
    const double low = hasFloor ? std::max(0.0, divergence.low) : divergence.low;
    const double high = isShare ? std::min(1.0, divergence.high) : divergence.high;
    const double end = divergence.actual < low ? low : high;
    int digits = 3;
    while (digits < 15 && rounded(divergence.actual, digits) == rounded(end, digits))
        ++digits;
    const auto least = rounded(low, digits), most = rounded(high, digits);
    return {{"figure", figureText(divergence.figure)},
            {"actual", divergence.figure == "inf" ? countText(std::llround(divergence.actual))
                                                  : rounded(divergence.actual, digits)},
            {"batches", batch == 1 ? "single training rows" : "batches of " + countText(batch) + " training rows"},
            {"range", !std::isfinite(low)    ? "have at most " + most // only what leaves training's range is judged
                      : !std::isfinite(high) ? "have at least " + least
                      : least == most        ? "have " + least
                                             : "stay within " + least + " … " + most}};
}

Finding drift(Place where, const Divergence& divergence, std::int64_t batch, std::string text) {
    Finding finding;
    finding.code = "layer-drift";
    finding.severity = Severity::warning;
    finding.where = std::move(where);
    finding.expected = {{divergence.figure, toJson(divergence.expected)}};
    finding.actual = {{divergence.figure, toJson(divergence.actual)}};
    finding.evidence = {{"figure", divergence.figure}};
    if (std::isfinite(divergence.multiple)) { // a band of no width has no multiple
        finding.evidence["multiple"] = divergence.multiple;
        finding.threshold = {{"multiple", 1},
                             {"rule", "batches of the prediction's size, drawn from the training reference"}};
    }
    auto arguments = figureArguments(divergence, batch);
    arguments.emplace_back("name", finding.where.name);
    finding.message =
        Message("layer-drift." + std::string(name(finding.where.kind)), std::move(text), std::move(arguments));
    return finding;
}

/// What was tried to bring the input to training: the end of the sentence says no more than that.
std::string triedText(const Context& context, const InputView& input) {
    const auto values = toDoubles(input.tensor);
    const auto tried = values && input.agreement ? mapsFor(context, input, *values) : TriedMaps{};
    if (tried.maps.empty())
        return ".";
    return tried.fittedToo ? ", and no usual map brings it there."
                           : ", and no usual map brings it there; to fit a scaler to it there are too few values.";
}

/// An input is known by its range.
Finding ofInput(const Context& context, const InputView& input, const Divergence& divergence) {
    const auto &here = input.statistics, &there = input.training->statistics;
    auto finding = drift(input.place(), divergence, context.envelope->batch, "");
    finding.actual["min"] = toJson(here.min);
    finding.actual["max"] = toJson(here.max);
    finding.expected["min"] = toJson(there.min);
    finding.expected["max"] = toJson(there.max);
    auto arguments = finding.message.arguments();
    for (const auto& [name, value] : {std::pair("low", here.min), std::pair("high", here.max),
                                      std::pair("from", there.min), std::pair("to", there.max)})
        arguments.emplace_back(name, value);
    arguments.emplace_back("tried", triedText(context, input));
    finding.expected["of"] = rowsText(*input.training).text();
    const bool isBeyond = here.min < there.min || here.max > there.max;
    finding.message =
        isBeyond ? Message("layer-drift.range",
                           "Input {name} ranges over {low} … {high}, training over {from} … {to}{tried}",
                           std::move(arguments))
                 : Message("layer-drift.input",
                           "Input {name} ranges over {low} … {high}, training over {from} … {to}; its {figure} is "
                           "{actual}, {batches} {range}{tried}",
                           std::move(arguments));
    return finding;
}

/// Codes that training never had say what an index's minimum cannot.
std::optional<Finding> ofCodes(const InputView& input) {
    const auto codes = codesOf(input.tensor, *input.form);
    const CodeFrequencies frequencies(*input.training, *input.form);
    if (codes.empty() || input.standing != Standing::outside)
        return std::nullopt;
    const auto share = frequencies.unseen(codes), expected = frequencies.expectedUnseen(codes.size());
    Finding finding;
    finding.code = "layer-drift";
    finding.severity = Severity::warning;
    finding.where = input.place();
    finding.expected = {{"unseen", expected}};
    finding.actual = {{"unseen", share}};
    finding.evidence = {{"figure", "unseen"}};
    finding.message =
        Message("layer-drift.codes", "Of the {count} codes in input {name}, {unseen} never occur in training.",
                {{"name", input.name},
                 {"count", static_cast<std::int64_t>(codes.size())},
                 {"unseen", static_cast<std::int64_t>(std::llround(share * static_cast<double>(codes.size())))}});
    return finding;
}

} // namespace

void layerDrift(const Context& context, Candidates& out) {
    const auto& graph = context.graph();
    std::vector<bool> off(graph.values().size(), false);
    for (const auto& input : context.inputs) {
        if (!input.layer.isValid())
            continue;
        const bool named = std::ranges::any_of(out, [&](const Candidate& c) {
            const auto& code = c.finding.code;
            return (code == "scale" || code == "double-scale" || code == "refit-scaler" || code == "latent-law" ||
                    code == "shift" || code == "layer-drift" || code == "index-range") &&
                   c.finding.where.kind == PlaceKind::input && c.finding.where.name == input.name;
        });
        const auto divergence = context.divergence(input.layer);
        const bool isOff = divergence && divergence->multiple > 1 && input.training;
        auto codes = input.isCodes() && !input.isMissing() ? ofCodes(input) : std::nullopt;
        off[graph.inputs()[input.position].index] = named || isOff || codes;
        if (named)
            continue;
        if (codes)
            out.push_back({std::move(*codes), {}});
        else if (isOff && !input.isCodes() && !isNonFinite(divergence))
            out.push_back({ofInput(context, input, *divergence), {}});
    }
    std::optional<Finding> first;
    auto layers = nlohmann::json::array();
    for (std::size_t i = 0; i < graph.layers().size(); ++i) {
        const auto& layer = graph.layers()[i];
        if (layer.isInput || layer.isContainer)
            continue;
        const auto divergence = context.divergence(LayerId(i));
        if (!divergence || divergence->multiple <= 1)
            continue;
        for (const auto output : layer.outputs)
            off[output.index] = true;
        if (isNonFinite(divergence))
            continue;
        layers.push_back(layer.name);
        const bool inherited =
            std::ranges::any_of(layer.inputs, [&](ValueId v) { return v.isValid() && off[v.index]; });
        if (!first || (!inherited && first->evidence.value("inherited", false))) {
            first = drift(context.layerPlace(LayerId(i)), *divergence, context.envelope->batch,
                          "Layer {name} leaves training: its {figure} is {actual}, {batches} {range}.");
            first->evidence["inherited"] = inherited;
        }
    }
    if (!first)
        return;
    first->evidence["layers"] = std::move(layers);
    out.push_back({std::move(*first), {}});
}

} // namespace plumbline::rules
