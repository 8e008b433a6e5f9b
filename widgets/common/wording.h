#pragma once
// Values of core as a reader sees them in the window.

#include "core/diagnosis/diagnosis.h"

#include <QString>

namespace plumbline {

QString toQString(std::string_view text);
QString shapeText(const Shape& shape);
QString shapesText(const std::vector<Shape>& shapes);
QString dimsTextQ(const Dims& dims);
QString dtypeText(DType dtype); ///< "f32"
/// A number in a narrow column: four significant digits.
QString valueText(double value);
/// A number over the finite elements; a dash where there are none to take it of.
QString finiteText(const Statistics& statistics, double value);
/// Text of a file within rich text, which it cannot leave.
QString htmlTextQ(const QString& text);
/// Text of a file for a widget that guesses whether it is given rich text (a tooltip, the label of a dialog): shown as
/// it is, markup and all.
QString literalText(const QString& text);
/// A name within a sentence: where it is written from right to left, or turns what follows around, it does so by
/// itself.
QString isolated(const QString& name);
/// A name where there is one line for it: its own ends of lines are spaces, as a table has them.
QString oneLine(QString name);
/// Text of a file on a button or in a menu, where "&" would underline what follows.
QString withoutMnemonic(QString text);
/// A name that a label may break over lines at its joints, and where it has none for long.
QString breakable(const QString& name);
/// A multiple of the envelope: "118×", "9.2×", "0.80×".
QString timesText(double multiple);
/// "0 … 255"
QString rangeText(const Statistics& statistics);
QString rangeText(double from, double to);
QString durationText(double microseconds); ///< "1.9 ms"
QString countTextQ(std::int64_t count);
/// "9.3 %"
QString percentText(std::int64_t part, std::int64_t whole);

/// A sentence of core as the window says it: what to do is named by its cards and buttons, never by an option.
QString messageText(const Message& message);
QString errorText(const Error& error);
/// "1 layer", "2 layers": `one` and `many` hold the number's place, %1.
QString countedText(std::int64_t count, const QString& one, const QString& many);
/// Why a layer cannot run, in as few words as its card has room for.
QString problemText(const LayerSummary& layer);
/// The rows of an input's reference that a figure is of: "all 4,000 training rows". Empty without a reference. A
/// layer's figures are of rows of all references, which keep the same.
QString trainingRowsText(const Diagnosis& diagnosis, const std::string& input, std::int64_t rows);
/// The message with the places it names in bold and its code in the monospaced family.
QString messageHtml(const Message& message);
/// One line below the message: both sides, the threshold, the evidence in numbers.
QString evidenceHtml(const Finding& finding);
/// What the callout on the network says: short, both numbers in it.
QString calloutText(const Diagnosis& diagnosis, const Finding& finding);
/// A member of expected, actual or evidence in words: a shape as a tuple, a list shortened.
QString jsonText(const nlohmann::json& value);

/// Row in the layers a place speaks of, or -1. An input is found by its InputLayer's name.
int rowOf(const Diagnosis& diagnosis, const Place& place);

} // namespace plumbline
