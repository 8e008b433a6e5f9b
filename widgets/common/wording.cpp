#include "widgets/common/wording.h"

#include "core/base/escape.h"
#include "core/base/surface.h"
#include "core/diagnosis/comparison.h"
#include "widgets/common/fonts.h"

#include <QLocale>
#include <QStringList>
#include <QTextDocument>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace plumbline {

QString toQString(std::string_view text) { return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())); }

QString shapeText(const Shape& shape) { return toQString(shape.text()); }

QString shapesText(const std::vector<Shape>& shapes) {
    QStringList parts;
    for (const auto& shape : shapes)
        parts << shapeText(shape);
    return parts.join(", ");
}

QString dimsTextQ(const Dims& dims) { return toQString(dimsText(dims)); }
QString dtypeText(DType dtype) { return toQString(shortName(dtype)); }
QString countTextQ(std::int64_t count) { return toQString(countText(count)); }

QString valueText(double value) {
    if (std::isnan(value))
        return "NaN";
    if (std::isinf(value))
        return value > 0 ? "+Inf" : "-Inf";
    if (value == 0)
        return "0";
    return QString::number(value, 'g', 4);
}

QString finiteText(const Statistics& statistics, double value) {
    return statistics.finite() > 0 ? valueText(value) : QStringLiteral("–");
}

QString htmlTextQ(const QString& text) { return toQString(htmlText(text.toStdString())); }

QString literalText(const QString& text) {
    return Qt::mightBeRichText(text) ? "<span style=\"white-space:pre-wrap\">" + htmlTextQ(text) + "</span>" : text;
}

QString isolated(const QString& name) {
    // Unicode's Bidirectional Algorithm (UAX 9): FIRST STRONG ISOLATE, the name, and an end for all that it may have
    // begun.
    qsizetype embeddings = 0, isolates = 0;
    bool isLeftToRight = true;
    for (const QChar letter : name) {
        const auto direction = letter.direction();
        embeddings += direction == QChar::DirLRE || direction == QChar::DirRLE || direction == QChar::DirLRO ||
                      direction == QChar::DirRLO;
        isolates += direction == QChar::DirLRI || direction == QChar::DirRLI || direction == QChar::DirFSI;
        isLeftToRight &= direction != QChar::DirR && direction != QChar::DirAL;
    }
    if (isLeftToRight && embeddings + isolates == 0)
        return name;
    return QChar(0x2068) + name + QString(embeddings, QChar(0x202C)) + QString(isolates + 1, QChar(0x2069));
}

QString oneLine(QString name) {
    for (QChar& letter : name)
        if (letter == '\n' || letter == '\r' || letter == QChar::LineSeparator || letter == QChar::ParagraphSeparator)
            letter = ' ';
    return name;
}

QString withoutMnemonic(QString text) { return text.replace('&', "&&"); }

QString breakable(const QString& name) {
    constexpr qsizetype longest = 28; ///< what fits everywhere stays as it is, also for who copies it
    constexpr qsizetype longestPart = 24;
    if (name.size() <= longest)
        return name;
    QString text;
    qsizetype since = 0;
    for (qsizetype at = 0; at < name.size(); ++at) {
        text += name[at];
        const bool isJoint = QStringLiteral("_/-.:").contains(name[at]);
        since = isJoint || name[at].isSpace() ? 0 : since + 1;
        if (isJoint || (since >= longestPart && !name[at].isHighSurrogate())) {
            text += QChar(0x200B); // a zero-width space
            since = 0;
        }
    }
    return text;
}

QString timesText(double multiple) {
    if (std::isnan(multiple))
        return "?";
    if (std::isinf(multiple))
        return QStringLiteral("∞×");
    if (multiple >= 1e5)
        return QString::number(multiple, 'g', 2).replace("e+0", "e").replace("e+", "e") + QStringLiteral("×");
    if (multiple >= 9.95)
        return countTextQ(std::llround(multiple)) + QStringLiteral("×");
    return QString::number(multiple, 'f', multiple >= 1 ? 1 : 2) + QStringLiteral("×");
}

QString rangeText(double from, double to) { return QStringLiteral("%1 … %2").arg(valueText(from), valueText(to)); }

QString rangeText(const Statistics& statistics) {
    return statistics.finite() > 0 ? rangeText(statistics.min, statistics.max) : QStringLiteral("nothing finite");
}

QString durationText(double microseconds) {
    if (microseconds < 1000)
        return QStringLiteral("%1 µs").arg(std::lround(microseconds));
    if (microseconds < 1e6)
        return QStringLiteral("%1 ms").arg(microseconds / 1e3, 0, 'f', microseconds < 1e5 ? 1 : 0);
    return QStringLiteral("%1 s").arg(microseconds / 1e6, 0, 'f', 1);
}

QString percentText(std::int64_t part, std::int64_t whole) {
    if (whole <= 0)
        return QStringLiteral("–");
    return QStringLiteral("%1 %").arg(100.0 * static_cast<double>(part) / static_cast<double>(whole), 0, 'f', 1);
}

namespace {

QString mono(const QString& text) {
    return QStringLiteral("<span style=\"font-family:'%1'\">%2</span>").arg(monoFamily(), htmlTextQ(text));
}

// Names of places are bold; what could be typed (a shape, a map) is monospaced; a size is typeset.
QString argumentHtml(const std::string& name, const QString& whole) {
    static const std::set<std::string> places{"input", "layer", "column", "weight", "output", "name", "missing"};
    static const std::set<std::string> code{"map", "numpy", "fix", "op", "kernel", "operation"};
    static const std::set<std::string> sizes{"given", "nearest"};
    constexpr qsizetype widest = 60;
    auto text = whole.size() > widest ? breakable(whole) : whole;
    if (sizes.contains(name))
        text.replace(" x ", QStringLiteral(" × "));
    text = isolated(text);
    if (places.contains(name))
        return "<b>" + htmlTextQ(text) + "</b>";
    if (code.contains(name) || text.startsWith('(') || text.startsWith('['))
        return mono(text);
    return htmlTextQ(text);
}

bool isNumberList(const nlohmann::json& value) {
    if (!value.is_array())
        return false;
    for (const auto& item : value)
        if (!item.is_number_integer() && !item.is_null())
            return false;
    return true;
}

QString label(const std::string& key) { return toQString(key).replace('_', ' '); }

/// What a piece of evidence is called. The members are those of the JSON: one that has no words here is for scripts.
QString evidenceLabel(const std::string& key) {
    static const std::map<std::string, const char*> words{
        {"batch_that_fits", "rows that fit"},
        {"becomes", "becomes"},
        {"cause", "cause"},
        {"columns", "columns"},
        {"counted_from", "counted from"},
        {"distance", "distance"},
        {"infinity_from", "the infinity is from"},
        {"layer", "layer"},
        {"layers", "layers"},
        {"line", "line"},
        {"names", "names"},
        {"op", "operation"},
        {"operands", "operands"},
        {"permutation", "order of the axes"},
        {"row_count", "rows with it"},
        {"rows", "rows"},
        {"sizes", "sizes"},
        {"value", "value"},
        {"values", "values"},
    };
    const auto at = words.find(key);
    return at == words.end() ? QString() : QString::fromLatin1(at->second);
}

/// How far beyond training, in its own measure.
QString divergenceText(const nlohmann::json& multiple) {
    return QStringLiteral("divergence %1 (up to 1× is within training)").arg(mono(timesText(multiple.get<double>())));
}

} // namespace

QString messageText(const Message& message) { return toQString(textOn(Surface::window, message)); }
QString errorText(const Error& error) { return messageText(error.message); }

QString countedText(std::int64_t count, const QString& one, const QString& many) {
    return (count == 1 ? one : many).arg(countTextQ(count));
}

QString problemText(const LayerSummary& layer) {
    const auto& id = layer.problem.id();
    return id.starts_with("weights-missing") ? QStringLiteral("no weights")
           : id.starts_with("weights-shape") ? QStringLiteral("weights do not fit")
                                             : QStringLiteral("not supported");
}

QString trainingRowsText(const Diagnosis& diagnosis, const std::string& input, std::int64_t rows) {
    const auto& all = diagnosis.training;
    auto source = std::ranges::find(all, input, &SourceSummary::input);
    if (source == all.end()) // of a layer: laws give way to files, whose rows belong together
        source = std::ranges::find_if(all, [](const SourceSummary& one) { return one.kind != "law"; });
    if (source == all.end())
        source = all.begin();
    return source == all.end() ? QString() : messageText(rowsText(*source, rows));
}

QString messageHtml(const Message& message) {
    QString html;
    for (const auto& [text, argument] : piecesOn(Surface::window, message))
        html += argument.empty() ? htmlTextQ(toQString(text)) : argumentHtml(argument, toQString(text));
    return html;
}

QString jsonText(const nlohmann::json& value) {
    if (value.is_string())
        return toQString(value.get<std::string>());
    if (value.is_boolean())
        return value.get<bool>() ? "yes" : "no";
    if (value.is_number_integer())
        return QString::number(value.get<std::int64_t>());
    if (value.is_number())
        return valueText(value.get<double>());
    if (isNumberList(value)) {
        QStringList parts;
        for (const auto& item : value)
            parts << (item.is_null() ? QStringLiteral("None") : QString::number(item.get<std::int64_t>()));
        if (parts.size() > 8)
            parts = parts.mid(0, 7) << QStringLiteral("…");
        return parts.size() == 1 ? "(" + parts[0] + ",)" : "(" + parts.join(", ") + ")";
    }
    if (value.is_array()) {
        QStringList parts;
        for (const auto& item : value) {
            if (parts.size() == 4) {
                parts << QStringLiteral("…");
                break;
            }
            if (item.is_structured() && !isNumberList(item))
                return {}; // entries of their own kind are no words for one line
            parts << jsonText(item);
        }
        return parts.join(", ");
    }
    return {};
}

namespace {
bool saysNothing(const nlohmann::json& value) { return value.is_null() || (value.is_array() && value.empty()); }
} // namespace

QString evidenceHtml(const Finding& finding) {
    QStringList parts;
    const auto said = messageText(finding.message); // what the message says stands there
    for (const auto& [key, actual] : finding.actual.items()) {
        const auto text = jsonText(actual);
        if (saysNothing(actual) || text.isEmpty())
            continue;
        QString part = label(key) + " " + mono(text);
        if (const auto expected = finding.expected.find(key); expected != finding.expected.end())
            if (const auto other = jsonText(*expected); !other.isEmpty())
                part += " against " + mono(other);
        parts << part;
    }
    for (const auto& [key, expected] : finding.expected.items())
        if (!finding.actual.contains(key) && key != "of")
            if (const auto text = jsonText(expected); !text.isEmpty())
                parts << (key == "accepted" ? QString() : QStringLiteral("expected ")) + label(key) + " " + mono(text);
    if (const auto of = finding.expected.find("of"); of != finding.expected.end()) // the figures that stand above
        parts << QStringLiteral("compared with ") + htmlTextQ(jsonText(*of));
    for (const auto* key : {"divergence", "multiple"})
        if (const auto how = finding.evidence.find(key); how != finding.evidence.end() && how->is_number())
            parts << divergenceText(*how);
    // A threshold stands beside the figure it bounds.
    const auto limited = [&](const std::string& key, const QString& part) {
        const auto threshold = finding.threshold.find(key);
        return threshold == finding.threshold.end() ? part : part + " (limit " + mono(jsonText(*threshold)) + ")";
    };
    for (const auto& [key, threshold] : finding.threshold.items())
        if (threshold.is_number() && !finding.evidence.contains(key) && key != "multiple" && key != "divergence")
            parts << "limit of " + label(key) + " " + mono(jsonText(threshold));
    for (const auto& [key, value] : finding.evidence.items()) {
        const auto words = evidenceLabel(key);
        if (words.isEmpty() || saysNothing(value) || (key == "columns" && finding.evidence.contains("names")))
            continue;
        const auto text = jsonText(value);
        if (!text.isEmpty() && parts.size() < 5 && !(text.size() > 12 && said.contains(text)))
            parts << limited(key, words + " " + mono(text));
    }
    return parts.join(QStringLiteral(" &nbsp;·&nbsp; "));
}

int rowOf(const Diagnosis& diagnosis, const Place& place) {
    if (!diagnosis.model || place.kind == PlaceKind::process)
        return -1;
    const auto& layers = diagnosis.model->layers;
    const bool isRow = place.kind == PlaceKind::layer || place.kind == PlaceKind::weight;
    if (isRow && place.index >= 0 && place.index < static_cast<std::int64_t>(layers.size()) &&
        layers[static_cast<std::size_t>(place.index)].name == place.name)
        return static_cast<int>(place.index);
    std::int64_t position = 0;
    int byPosition = -1;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (layers[i].name == place.name)
            return static_cast<int>(i);
        if (place.kind == PlaceKind::input && layers[i].isInput && position++ == place.index)
            byPosition = static_cast<int>(i);
    }
    if (byPosition >= 0 || place.kind != PlaceKind::input)
        return byPosition;
    return layers.empty() ? -1 : 0;
}

} // namespace plumbline
