#include "core/report/html.h"

#include "core/base/escape.h"
#include "core/diagnosis/comparison.h"
#include "core/diagnosis/fix.h"
#include "core/report/text.h"

#include <fmt/format.h>

namespace plumbline {

namespace {

constexpr std::string_view style = R"(
:root { color-scheme: light dark; --text: #1d2430; --back: #ffffff; --soft: #f3f5f8; --line: #d9dee6; --dim: #5d6878;
        --error: #b3261e; --warning: #8a5a00; --note: #0b63a5; --good: #1c7a3d; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6eaf0; --back: #14181f; --soft: #1d232c; --line: #333c49; --dim: #9aa6b6;
          --error: #ff8a80; --warning: #ffc266; --note: #80c4ff; --good: #7bd99a; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); margin: 0 auto; padding: 2rem 1.5rem; max-width: 78rem; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .75rem; }
.dim { color: var(--dim); } .error { color: var(--error); } .warning { color: var(--warning); } .note { color: var(--note); } .matches { color: var(--good); }
.diverges, .cannot-run { color: var(--error); }
.finding { border: 1px solid var(--line); border-left-width: 4px; border-radius: 6px; padding: .75rem 1rem; margin: 0 0 .75rem; background: var(--soft); }
.finding.error { border-left-color: var(--error); } .finding.warning { border-left-color: var(--warning); } .finding.note { border-left-color: var(--note); }
.finding > * { color: var(--text); } .finding p { margin: .25rem 0; } .finding .code { font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .5rem 0 0; } dt { color: var(--dim); } dd { margin: 0; }
code, pre { font: 13px/1.5 ui-monospace, monospace; } pre { background: var(--soft); padding: .75rem 1rem; border-radius: 6px; overflow-x: auto; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; white-space: nowrap; }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); } th { color: var(--dim); font-weight: 500; }
td.n, th.n { text-align: right; } tr.diverges td, tr.failed td { color: var(--error); } tr.not-reached td { color: var(--dim); }
)";

/// Text of a file on the page. What cannot be seen there, or would turn what follows around, is shown as on a terminal.
std::string escaped(std::string_view text) { return htmlText(visibleText(text)); }

std::string cell(std::string_view text, bool number = false) {
    return fmt::format("<td{}>{}</td>", number ? " class=\"n\"" : "", escaped(text));
}

std::string sourceTable(const Diagnosis& diagnosis) {
    if (diagnosis.training.empty() && diagnosis.prediction.empty())
        return {};
    std::string out =
        "<h2>Sources</h2><div class=\"wide\"><table><tr><th></th><th>input</th><th>source</th><th>shape</th>"
        "<th>dtype</th><th class=\"n\">NaN</th><th class=\"n\">Inf</th></tr>\n";
    const auto add = [&](const std::vector<SourceSummary>& sources, const char* role) {
        for (const auto& source : sources)
            out += "<tr>" + cell(role) + cell(source.input) + cell(source.source) + cell(source.shapeText()) +
                   cell(name(source.dtype)) + cell(countText(source.statistics.nan), true) +
                   cell(countText(source.statistics.infinite()), true) + "</tr>\n";
    };
    add(diagnosis.training, "training");
    add(diagnosis.prediction, "prediction");
    return out + "</table></div>\n";
}

/// "a divergence of 1, over batches of the prediction's size"; else its members as they stand.
std::string thresholdText(const nlohmann::json& threshold) {
    const auto multiple = threshold.find("multiple"), rule = threshold.find("rule");
    if (multiple == threshold.end() || !multiple->is_number())
        return factsText(threshold);
    auto out = "a divergence of " + numberText(multiple->get<double>());
    return rule != threshold.end() && rule->is_string() ? out + ", over " + rule->get<std::string>() : out;
}

std::string findingBlock(const Finding& finding, const Diagnosis& diagnosis) {
    const auto severity = name(finding.severity);
    std::string out =
        fmt::format("<div class=\"finding {}\"><p><span class=\"code {}\">{} · {}</span></p><p>{}</p><dl>", severity,
                    severity, severity, escaped(finding.code), escaped(finding.message.text()));
    const auto fact = [&](const char* term, const std::string& text, bool code = false) {
        if (!text.empty())
            out += code ? fmt::format("<dt>{}</dt><dd><code>{}</code></dd>", term, escaped(text))
                        : fmt::format("<dt>{}</dt><dd>{}</dd>", term, escaped(text));
    };
    fact("place", placeText(finding.where));
    fact("expected", factsText(finding.expected));
    fact("found", factsText(finding.actual));
    fact("threshold", thresholdText(finding.threshold));
    if (finding.fix) {
        fact("fix", finding.fix->numpy, true);
        fact("verified", verifiedText(*finding.fix));
    }
    for (const auto index : finding.explains)
        fact("explains", diagnosis.findings[index].code + ", " + placeText(diagnosis.findings[index].where));
    return out + "</dl></div>\n";
}

std::string layerTable(const Diagnosis& diagnosis) {
    if (!diagnosis.model || diagnosis.model->layers.empty())
        return {};
    std::string out =
        "<h2>Layers</h2><div class=\"wide\"><table><tr><th>layer</th><th>type</th><th>expected</th><th>shape</th>"
        "<th>dtype</th><th class=\"n\">NaN</th><th class=\"n\">Inf</th><th class=\"n\">min</th><th class=\"n\">max</th>"
        "<th class=\"n\">mean</th><th class=\"n\">std</th><th class=\"n\">divergence</th><th class=\"n\">time</th>"
        "<th>status</th></tr>\n";
    const auto& rows = diagnosis.model->layers;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const LayerResult result = i < diagnosis.layers.size() ? diagnosis.layers[i] : LayerResult();
        const auto& s = result.statistics;
        const bool reached = !result.shapes.empty();
        const auto figure = [&](double value) {
            return cell(reached && s.finite() > 0 ? numberText(value) : "", true);
        };
        out += fmt::format("<tr class=\"{}\">", name(result.status)) + cell(rows[i].name) + cell(rows[i].type) +
               cell(shapesText(rows[i].expectedShapes)) + cell(shapesText(result.shapes)) +
               cell(reached ? name(result.dtype) : std::string_view()) + cell(reached ? countText(s.nan) : "", true) +
               cell(reached ? countText(s.infinite()) : "", true) + figure(s.min) + figure(s.max) + figure(s.mean) +
               figure(s.standardDeviation()) + cell(result.divergence ? divergenceText(*result.divergence) : "", true) +
               cell(reached || result.microseconds > 0 ? durationText(result.microseconds) : "", true) +
               cell(name(result.status)) + "</tr>\n";
    }
    return out + "</table></div>\n";
}

} // namespace

std::string htmlReport(const Diagnosis& diagnosis) {
    const std::string title = diagnosis.model ? diagnosis.model->path : diagnosis.error ? diagnosis.error->file : "";
    std::string out = fmt::format("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                                  "<title>{} · Plumbline</title><style>{}</style></head><body>\n",
                                  escaped(title), style);
    out += fmt::format("<h1 class=\"{}\">{}</h1>\n", name(diagnosis.verdict), escaped(verdictText(diagnosis)));
    for (const auto& gap : notCompared(diagnosis))
        out += fmt::format("<p>{}</p>\n", escaped(gap.text()));
    if (diagnosis.model)
        out += fmt::format("<p class=\"dim\">{}</p>\n", escaped(modelLine(*diagnosis.model)));
    if (diagnosis.error)
        out += fmt::format("<div class=\"finding error\"><p>{}</p></div>\n", escaped(diagnosis.error->text()));
    for (const auto& error : diagnosis.furtherErrors)
        out += fmt::format("<div class=\"finding error\"><p>{}</p></div>\n", escaped(error.text()));
    if (!diagnosis.findings.empty())
        out += "<h2>Findings</h2>\n";
    for (const auto& finding : diagnosis.findings)
        out += findingBlock(finding, diagnosis);
    if (!toBeFixed(diagnosis.findings).empty())
        out += fmt::format("<h2>The fixes as NumPy</h2><pre>{}</pre>\n", htmlText(numpyCode(diagnosis.findings)));
    out += sourceTable(diagnosis) + layerTable(diagnosis);
    out += fmt::format("<p class=\"dim\">Plumbline {}{}</p>\n</body></html>\n", PLUMBLINE_VERSION,
                       diagnosis.engine.empty() ? "" : " · " + escaped(diagnosis.engine));
    return out;
}

} // namespace plumbline
