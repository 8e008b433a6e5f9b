#include "core/diagnosis/comparison.h"

#include <algorithm>

namespace plumbline {

namespace {

const SourceSummary* referenceOf(const Diagnosis& diagnosis, const std::string& input) {
    const auto at = std::ranges::find(diagnosis.training, input, &SourceSummary::input);
    return at == diagnosis.training.end() ? nullptr : &*at;
}

bool isCompared(const Diagnosis& diagnosis, const std::string& input) {
    const auto* reference = referenceOf(diagnosis, input);
    return reference && reference->fits;
}

bool isEveryInputCompared(const Diagnosis& diagnosis) {
    return std::ranges::all_of(diagnosis.model->inputs,
                               [&](const InputSummary& input) { return isCompared(diagnosis, input.name); });
}

std::string listed(const std::vector<std::string>& names) {
    constexpr std::size_t most = 8;
    std::string out;
    for (std::size_t i = 0; i < std::min(names.size(), most); ++i)
        out += (out.empty() ? "" : ", ") + names[i];
    return names.size() > most ? out + ", …" : out;
}

struct Uncompared {
    std::vector<std::string> layers; ///< that ran and have no distance from training
    bool isAll = true;               ///< no other layer ran
    bool wereReached = false;        ///< training's own run came to one of them
};

Uncompared uncomparedLayers(const Diagnosis& diagnosis) {
    Uncompared out;
    const auto& rows = diagnosis.model->layers;
    for (std::size_t i = 0; i < std::min(rows.size(), diagnosis.layers.size()); ++i) {
        const auto& result = diagnosis.layers[i];
        if (rows[i].isInput || rows[i].isContainer || result.shapes.empty())
            continue;
        if (result.divergence || result.status != LayerStatus::ok) {
            out.isAll = false;
            continue;
        }
        out.layers.push_back(rows[i].name);
        out.wereReached = out.wereReached || result.trainingRows > 0;
    }
    return out;
}

void addLayers(const Diagnosis& diagnosis, std::vector<Message>& out) {
    const auto [names, isAll, wereReached] = uncomparedLayers(diagnosis);
    if (names.empty())
        return;
    const bool oneRow =
        std::ranges::any_of(diagnosis.training, [](const SourceSummary& source) { return rowsBehind(source) == 1; });
    if (isAll && oneRow)
        out.emplace_back("not-compared.one-row",
                         "No layer was compared: the training reference has one row, which does not say how far "
                         "layers move.");
    else if (isAll && !wereReached)
        out.emplace_back("not-compared.layers",
                         "No layer was compared: the model does not run on the training reference.");
    else
        out.emplace_back(
            "not-compared.some-layers",
            "{count} {count|layer was|layers were} not compared, training's rows do not say what is "
            "normal there: {names}.",
            Message::Arguments{{"count", static_cast<std::int64_t>(names.size())}, {"names", listed(names)}});
}

Message rowsText(bool isLaw, std::int64_t all, std::int64_t rows) {
    if (rows <= 0 || all <= 0)
        return {};
    const Message::Arguments arguments{{"rows", countText(rows)}, {"all", countText(all)}};
    if (isLaw)
        return {"rows.law", "{rows} {rows|row|rows} drawn from the law", arguments};
    if (rows >= all)
        return {"rows.all", all == 1 ? "the one training row" : "all {rows} training rows", arguments};
    return {"rows.some", "{rows} of {all} training rows", arguments};
}

} // namespace

std::string_view name(Against against) { return against == Against::training ? "training" : "model"; }

Against against(const Diagnosis& diagnosis) {
    return std::ranges::any_of(diagnosis.training, &SourceSummary::fits) ? Against::training : Against::model;
}

std::vector<Message> notCompared(const Diagnosis& diagnosis) {
    std::vector<Message> out;
    if (!diagnosis.model || diagnosis.layers.empty() || diagnosis.verdict == Verdict::cannotRun)
        return out;
    if (diagnosis.training.empty()) {
        if (diagnosis.verdict == Verdict::matches)
            out.emplace_back("not-compared.nothing-wrong",
                             "Nothing wrong in the files, the shapes and the numbers themselves; no training "
                             "reference was given.");
        else
            out.emplace_back("not-compared.no-reference",
                             "No training reference was given: whether the values are normal was not asked.");
        return out;
    }
    std::vector<std::string> without;
    for (const auto& input : diagnosis.model->inputs) {
        const auto* reference = referenceOf(diagnosis, input.name);
        if (!reference)
            without.push_back(input.name);
        else if (!reference->fits)
            out.emplace_back("not-compared.misfit",
                             "Input {input} was not compared: its training reference {source} does not fit the model.",
                             Message::Arguments{{"input", input.name}, {"source", reference->source}});
    }
    if (!without.empty())
        out.emplace_back(
            "not-compared.inputs",
            "{count|Input|Inputs} {names} {count|was|were} not compared: no training reference was given "
            "for {count|it|them}.",
            Message::Arguments{{"count", static_cast<std::int64_t>(without.size())}, {"names", listed(without)}});
    if (isEveryInputCompared(diagnosis))
        addLayers(diagnosis, out);
    else
        out.emplace_back("not-compared.layers-of-some",
                         "No layer was compared: that takes a reference that fits for every input.");
    return out;
}

bool isWhollyCompared(const Diagnosis& diagnosis) {
    // Training's figures of a layer stand there whether the prediction came to it or not.
    return diagnosis.model && against(diagnosis) == Against::training && isEveryInputCompared(diagnosis) &&
           notCompared(diagnosis).empty() &&
           std::ranges::any_of(diagnosis.layers, [](const LayerResult& layer) { return layer.trainingRows > 1; });
}

std::int64_t rowsBehind(const SourceSummary& training) {
    if (training.kind != "law")
        return training.rows;
    std::int64_t each = 1; // elements of a row
    for (std::size_t axis = 1; axis < training.shape.rank(); ++axis)
        each *= training.shape[axis];
    return each > 0 ? training.statistics.count / each : 0;
}

Message rowsText(const SourceSummary& training, std::int64_t rows) {
    return rowsText(training.kind == "law", rowsBehind(training), rows);
}

Message rowsText(const InputProfile& training) {
    const bool isLaw = training.kind == ReferenceKind::law;
    const auto rows = isLaw && !training.sample.isNull() ? training.sample.shape()[0] : training.rows;
    return rowsText(isLaw, rows, rows);
}

} // namespace plumbline
