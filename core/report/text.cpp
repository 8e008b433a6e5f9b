#include "core/report/text.h"

#include "core/base/escape.h"
#include "core/base/surface.h"
#include "core/diagnosis/comparison.h"
#include "core/diagnosis/fix.h"
#include "core/report/texttable.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace plumbline {

namespace {

using Align = TextTable::Align;

std::string coloured(const std::string& text, const char* code, Colour colour) {
    return colour == Colour::yes ? fmt::format("\033[{}m{}\033[0m", code, text) : text;
}

const char* colourOf(Severity severity) {
    switch (severity) {
    case Severity::error: return "1;31";
    case Severity::warning: return "1;33";
    case Severity::note: break;
    }
    return "1;36";
}

std::string sourcesText(const Diagnosis& diagnosis) {
    TextTable table({{}, {}, {}, {}, {}, {}});
    const auto add = [&](const std::vector<SourceSummary>& sources, const char* role) {
        for (const auto& source : sources) {
            std::string bad;
            if (source.statistics.nan > 0)
                bad += countText(source.statistics.nan) + " NaN ";
            if (source.statistics.infinite() > 0)
                bad += countText(source.statistics.infinite()) + " Inf";
            table.addRow({role, visibleText(source.input), visibleText(source.source), source.shapeText(),
                          std::string(name(source.dtype)), bad});
        }
    };
    add(diagnosis.training, "training");
    add(diagnosis.prediction, "prediction");
    return table.text("  ");
}

std::string findingText(const Finding& finding, const Diagnosis& diagnosis, Colour colour) {
    std::string out =
        coloured(fmt::format("{}[{}]", name(finding.severity), finding.code), colourOf(finding.severity), colour);
    out += ": " + visibleText(finding.message.text()) + "\n";
    TextTable facts({{}, {}});
    facts.addRow({"at", visibleText(placeText(finding.where))});
    if (const auto text = factsText(finding.expected); !text.empty())
        facts.addRow({"expected", visibleText(text)});
    if (const auto text = factsText(finding.actual); !text.empty())
        facts.addRow({"found", visibleText(text)});
    if (finding.fix)
        facts.addRow({"fix", visibleText(finding.fix->numpy) +
                                 (finding.fix->verified ? "   (" + verifiedText(*finding.fix) + ")" : "")});
    for (const auto index : finding.explains)
        facts.addRow({"explains",
                      visibleText(diagnosis.findings[index].code + ", " + placeText(diagnosis.findings[index].where))});
    return out + facts.text("  ");
}

std::string counted(std::int64_t count, const char* one, const char* many) {
    return countText(count) + " " + (count == 1 ? one : many);
}

} // namespace

std::string modelLine(const ModelSummary& model) {
    auto out = visibleText(model.path);
    if (!model.producer.empty())
        out += " · " + visibleText(model.producer);
    return out + " · " + counted(model.layerCount, "layer", "layers") + " · " +
           counted(model.parameters, "parameter", "parameters") + (model.hasWeights ? "" : " · no weights");
}

/// What the load found odd or worth knowing, a line each.
static std::string notesText(const ModelSummary& model) {
    std::string out;
    for (const auto& note : model.notes)
        out += "note: " + visibleText(note) + "\n";
    return out;
}

std::string placeText(const Place& place) {
    std::string out(name(place.kind));
    if (place.kind == PlaceKind::weight && place.weight)
        out += " " + *place.weight + " of layer";
    out += " " + place.name;
    if (place.axis)
        out += fmt::format(", axis {}", *place.axis);
    if (!place.features.empty()) {
        constexpr std::size_t shown = 8;
        const auto first = std::vector<std::int64_t>(
            place.features.begin(),
            place.features.begin() + static_cast<std::ptrdiff_t>(std::min(shown, place.features.size())));
        out += fmt::format(", {} {}{}", place.features.size() == 1 ? "feature" : "features", fmt::join(first, ", "),
                           place.features.size() > shown ? ", …" : "");
    }
    if (place.element)
        out += ", element " + indexText(*place.element);
    return out;
}

std::string verdictText(const Diagnosis& diagnosis) {
    std::string counts;
    const auto add = [&](Severity severity, const char* one, const char* many) {
        const auto count = std::ranges::count(diagnosis.findings, severity, &Finding::severity);
        if (count > 0)
            counts += (counts.empty() ? ": " : ", ") + counted(count, one, many);
    };
    add(Severity::error, "error", "errors");
    add(Severity::warning, "warning", "warnings");
    add(Severity::note, "note", "notes");
    return std::string(name(diagnosis.verdict)) + counts;
}

static std::string factText(const nlohmann::json& value) {
    if (value.is_string())
        return value.get<std::string>();
    if (value.is_null())
        return "None";
    if (value.is_number_float())
        return numberText(value.get<double>());
    if (value.is_boolean())
        return value.get<bool>() ? "yes" : "no";
    if (!value.is_array())
        return value.is_object() ? std::string() : value.dump();
    constexpr std::size_t longest = 12;
    std::string out;
    for (std::size_t i = 0; i < std::min(value.size(), longest); ++i)
        out += (i ? ", " : "") + factText(value[i]);
    return "(" + out + (value.size() > longest ? ", …)" : value.size() == 1 ? ",)" : ")");
}

std::string factsText(const nlohmann::json& facts) {
    std::string out;
    for (const auto& [key, value] : facts.items()) {
        const auto text = value.is_null() ? std::string() : factText(value); // what is not known is not said
        if (!text.empty())
            out += (out.empty() ? "" : ", ") + (key == "accepted" || key == "found" ? text : key + " " + text);
    }
    return out;
}

std::string divergenceText(double multiple) {
    if (!std::isfinite(multiple))
        return numberText(multiple);
    if (multiple >= 1e6)
        return fmt::format("{:.2g}", multiple);
    return multiple >= 9.95 ? countText(std::llround(multiple)) : fmt::format("{:.2f}", multiple);
}

std::string durationText(double microseconds) {
    if (microseconds < 1000)
        return fmt::format("{:.{}f} us", microseconds, microseconds < 10 ? 1 : 0);
    if (microseconds < 1e6)
        return fmt::format("{:.1f} ms", microseconds / 1e3);
    return fmt::format("{:.2f} s", microseconds / 1e6);
}

std::string runTimeText(const Diagnosis& diagnosis) {
    return fmt::format("layers {}, their statistics {}, preparation {}", durationText(diagnosis.microseconds),
                       durationText(diagnosis.statisticsMicroseconds), durationText(diagnosis.preparationMicroseconds));
}

template<class Shapes, class F> static std::string joined(const Shapes& shapes, F&& text) {
    std::string out;
    for (const auto& shape : shapes)
        out += (out.empty() ? "" : " ") + text(shape);
    return out;
}

std::string shapesText(const std::vector<Shape>& shapes) {
    return joined(shapes, [](const Shape& shape) { return shape.text(); });
}

std::string shapesText(const std::vector<Dims>& shapes) { return joined(shapes, dimsText); }

std::string diagnosisText(const Diagnosis& diagnosis, Colour colour) {
    std::string out;
    if (diagnosis.model)
        out += modelLine(*diagnosis.model) + "\n" + notesText(*diagnosis.model);
    out += sourcesText(diagnosis);
    for (const auto& finding : diagnosis.findings)
        out += (out.empty() ? "" : "\n") + findingText(finding, diagnosis, colour);
    if (diagnosis.error) // the sentence itself goes to standard error
        return out;
    const auto reached =
        std::ranges::count_if(diagnosis.layers, [](const LayerResult& layer) { return !layer.shapes.empty(); });
    const char* code = diagnosis.verdict == Verdict::matches ? "1;32" : "1;31";
    out += (out.empty() ? "" : "\n") + coloured(verdictText(diagnosis), code, colour);
    if (!diagnosis.layers.empty())
        out += fmt::format("; {} of {} layers ran", reached, diagnosis.layers.size());
    out += "\n";
    for (const auto& gap : notCompared(diagnosis))
        out += visibleText(gap.text()) + "\n";
    return out;
}

std::string traceText(const Diagnosis& diagnosis, Colour colour) {
    if (!diagnosis.model)
        return {};
    TextTable table({{"layer"},
                     {"type"},
                     {"shape"},
                     {"dtype"},
                     {"NaN", Align::right},
                     {"Inf", Align::right},
                     {"zero", Align::right},
                     {"min", Align::right},
                     {"max", Align::right},
                     {"mean", Align::right},
                     {"std", Align::right},
                     {"divergence", Align::right},
                     {"time", Align::right},
                     {"status"}});
    const auto& rows = diagnosis.model->layers;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const LayerResult result = i < diagnosis.layers.size() ? diagnosis.layers[i] : LayerResult();
        const auto& s = result.statistics;
        std::vector<std::string> cells{visibleText(rows[i].name), visibleText(rows[i].type)};
        if (result.shapes.empty()) {
            cells.push_back(shapesText(rows[i].expectedShapes));
            cells.resize(12);
            cells.push_back(result.microseconds > 0 ? durationText(result.microseconds) : ""); // it failed in its midst
        } else {
            const auto figure = [&](double value) { return s.finite() > 0 ? numberText(value) : std::string("-"); };
            cells.insert(
                cells.end(),
                {shapesText(result.shapes), std::string(name(result.dtype)), countText(s.nan), countText(s.infinite()),
                 s.count > 0
                     ? fmt::format("{:.0f} %", 100.0 * static_cast<double>(s.zero) / static_cast<double>(s.count))
                     : "-",
                 figure(s.min), figure(s.max), figure(s.mean), figure(s.standardDeviation()),
                 result.divergence ? divergenceText(*result.divergence) : "", durationText(result.microseconds)});
        }
        cells.push_back(result.status == LayerStatus::ok ? "" : std::string(name(result.status)));
        table.addRow(std::move(cells));
    }
    auto out =
        modelLine(*diagnosis.model) + "\n" + notesText(*diagnosis.model) + sourcesText(diagnosis) + "\n" + table.text();
    for (const auto& finding : diagnosis.findings)
        out += "\n" + findingText(finding, diagnosis, colour);
    if (!diagnosis.engine.empty())
        out += fmt::format("\n{} · {}\n", diagnosis.engine, runTimeText(diagnosis));
    return out;
}

std::string summaryText(const ModelSummary& model) {
    TextTable table({{"layer"}, {"type"}, {"output shape"}, {"dtype"}, {"parameters", Align::right}, {"reads"}});
    std::string problems;
    for (const auto& layer : model.layers) {
        std::string reads;
        for (const auto source : layer.sources)
            reads += (reads.empty() ? "" : ", ") + model.layers[static_cast<std::size_t>(source)].name;
        table.addRow({visibleText(layer.name), visibleText(layer.type), shapesText(layer.expectedShapes),
                      layer.dtype ? std::string(name(*layer.dtype)) : "", countText(layer.parameters),
                      visibleText(reads)});
        if (!layer.problem.isEmpty() && model.hasWeights)
            problems += "problem: " + visibleText(layer.problem.text()) + "\n";
    }
    auto out = modelLine(model) + "\n\n" + table.text();
    if (!model.hasWeights)
        problems = fmt::format("note: The file holds an architecture without weights; to run it, give them {}.\n",
                               wordsOf("--weights", Surface::commandLine));
    problems += notesText(model);
    return out + (problems.empty() ? "" : "\n" + problems);
}

std::string weightFindingsText(const Diagnosis& diagnosis) {
    std::string out;
    for (const auto& finding : diagnosis.findings)
        if (finding.where.kind == PlaceKind::weight)
            out += "\n" + findingText(finding, diagnosis, Colour::no);
    return out;
}

std::string benchText(const BenchResult& result) {
    TextTable table({{""}, {"min", Align::right}, {"median", Align::right}, {"p90", Align::right}});
    const auto add = [&](const char* what, const BenchResult::Times& times) {
        table.addRow({what, durationText(times.min), durationText(times.median), durationText(times.p90)});
    };
    add("predict", result.predict);
    add("traced", result.traced);
    return modelLine(result.model) + "\n" +
           fmt::format("load {} · {} · {} calls each · peak memory {}\n\n",
                       durationText(result.loadMilliseconds * 1000), counted(result.threads, "thread", "threads"),
                       result.repeat, bytesText(result.peakBytes)) +
           table.text();
}

} // namespace plumbline
