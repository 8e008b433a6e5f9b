#include "core/diagnosis/comparison.h"
#include "widgets/common/wording.h"

#include <optional>

namespace plumbline {

namespace {

const SourceSummary* sourceOf(const std::vector<SourceSummary>& sources, const std::string& input) {
    for (const auto& source : sources)
        if (source.input == input)
            return &source;
    return sources.size() == 1 ? &sources.front() : nullptr;
}

QString pair(const Finding& finding, const char* member) {
    const auto actual = finding.actual.find(member);
    const auto expected = finding.expected.find(member);
    if (actual == finding.actual.end() || expected == finding.expected.end())
        return {};
    return QStringLiteral("%1, expected %2").arg(jsonText(*actual), jsonText(*expected));
}

/// With a minus, not a hyphen.
QString inProse(QString numbers) { return numbers.replace('-', QChar(0x2212)); }

/// "column 3", "2 columns are off; column volume": the first, by its name where the file has one.
QString columnsOf(const Finding& finding, const SourceSummary& source) {
    const auto& columns = finding.where.features;
    const auto first = columns.front();
    const bool isNamed = first >= 0 && first < std::ssize(source.columns);
    const auto name =
        QStringLiteral("column %1")
            .arg(isNamed ? toQString(source.columns[static_cast<std::size_t>(first)]) : QString::number(first));
    return columns.size() == 1 ? name : QStringLiteral("%1 columns are off; %2").arg(columns.size()).arg(name);
}

/// The range of that column, on either side of the finding.
std::optional<QString> columnRange(const nlohmann::json& side) {
    const auto least = side.find("min"), most = side.find("max");
    if (least == side.end() || most == side.end() || !least->is_number() || !most->is_number())
        return std::nullopt;
    return inProse(rangeText(least->get<double>(), most->get<double>()));
}

/// Whose range it is that stands beside the prediction's.
QString trainedRows(const Diagnosis& diagnosis, const SourceSummary& training) {
    const auto rows = trainingRowsText(diagnosis, training.input, rowsBehind(training));
    return rows.isEmpty() ? QStringLiteral("training") : rows;
}

QString firstSentence(const QString& text) {
    for (qsizetype at = 0; at + 1 < text.size(); ++at)
        if ((text[at] == '.' || text[at] == ';') && text[at + 1].isSpace())
            return text.left(at);
    return text.endsWith('.') ? text.chopped(1) : text;
}

} // namespace

QString calloutText(const Diagnosis& diagnosis, const Finding& finding) {
    const auto* here = sourceOf(diagnosis.prediction, finding.where.name);
    const auto* training = sourceOf(diagnosis.training, finding.where.name);
    if ((finding.code == "scale" || finding.code == "latent-law") && here && training &&
        training->statistics.finite() > 0 && here->statistics.finite() > 0 && finding.where.features.empty())
        return QStringLiteral("values %1, %2 had %3")
            .arg(inProse(rangeText(here->statistics)), trainedRows(diagnosis, *training),
                 inProse(rangeText(training->statistics)));
    if ((finding.code == "scale" || finding.code == "shift" || finding.code == "layer-drift") && here &&
        !finding.where.features.empty()) {
        const auto range = columnRange(finding.actual), trained = columnRange(finding.expected);
        if (range && trained)
            return QStringLiteral("%1: values %2, %3 had %4")
                .arg(columnsOf(finding, *here), *range,
                     training ? trainedRows(diagnosis, *training) : QStringLiteral("training"), *trained);
    }
    if (finding.code == "dtype")
        if (const auto text = pair(finding, "dtype"); !text.isEmpty())
            return text;
    if (finding.code == "missing-input")
        return QStringLiteral("no array is given to this input");
    if (finding.code == "spatial-size" && finding.evidence.contains("layer") && finding.evidence.contains("operands"))
        return QStringLiteral("size %1 does not go through: layer %2 meets %3")
            .arg(jsonText(finding.actual.value("size", nlohmann::json())), jsonText(finding.evidence["layer"]),
                 jsonText(finding.evidence["operands"]).replace("), (", ") and ("));
    if (finding.code == "not-numeric" && finding.evidence.value("count", 1) > 1 && finding.evidence.contains("line"))
        return QStringLiteral("%1 cells are text, the first “%2” in column %3, line %4")
            .arg(jsonText(finding.evidence["count"]), jsonText(finding.evidence.value("value", nlohmann::json())),
                 jsonText(finding.evidence["column"]), jsonText(finding.evidence["line"]));
    if (finding.code == "not-numeric" && finding.evidence.contains("column") && finding.evidence.contains("line"))
        return QStringLiteral("“%1” in column %2, line %3, is no number")
            .arg(jsonText(finding.evidence.value("value", nlohmann::json())), jsonText(finding.evidence["column"]),
                 jsonText(finding.evidence["line"]));
    if (finding.code == "missing-batch-axis" || finding.code == "missing-axis" || finding.code == "extra-axis" ||
        finding.code == "axis-order" || finding.code == "spatial-size")
        if (const auto text = pair(finding, "shape"); !text.isEmpty())
            return "shape " + text;
    auto text = firstSentence(messageText(finding.message));
    if (const auto place = QStringLiteral(" in layer %1").arg(toQString(finding.where.name)); text.endsWith(place))
        text.chop(place.size());
    // The callout points at the place already: its name needs no repeating.
    const auto lead = QStringLiteral("Input %1 ").arg(toQString(finding.where.name));
    if (text.startsWith(lead))
        text = text.mid(lead.size());
    text.replace(QStringLiteral(" of layer %1 ").arg(toQString(finding.where.name)), QStringLiteral(" "));
    text.replace(QLatin1String("The process that ran the model "), QLatin1String("the process "));
    for (const auto* filler : {"has ", "is "})
        if (text.startsWith(QLatin1String(filler)))
            text = text.mid(static_cast<qsizetype>(qstrlen(filler)));
    return text;
}

} // namespace plumbline
