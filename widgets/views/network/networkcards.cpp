#include "widgets/views/network/networkcards.h"

#include "widgets/common/fonts.h"
#include "widgets/common/wording.h"

#include <QFontMetricsF>
#include <QObject>

#include <algorithm>

namespace plumbline {

namespace {

bool fits(const Dims& expected, const Shape& shape) {
    if (expected.size() != shape.rank())
        return false;
    for (std::size_t axis = 0; axis < expected.size(); ++axis)
        if (expected[axis].isKnown() && expected[axis].extent() != shape[axis])
            return false;
    return true;
}

const Finding* findingAt(const NetworkScene& scene, const NetworkCard& card) {
    for (const auto& finding : scene.diagnosis->findings)
        if (!finding.where.name.empty() && rowOf(*scene.diagnosis, finding.where) == card.row)
            return &finding;
    return nullptr;
}

/// What Keras casts without harm, or a table that has no type of its own, is no divergence: a finding says where it is.
bool hasWrongType(const NetworkScene& scene, const NetworkCard& card) {
    return std::ranges::any_of(scene.diagnosis->findings, [&](const Finding& finding) {
        return finding.code == "dtype" && finding.severity != Severity::note &&
               rowOf(*scene.diagnosis, finding.where) == card.row;
    });
}

void describeInput(NetworkCard& card, const NetworkScene& scene, const QString& expected) {
    const auto& layer = scene.layer(card);
    const auto* source = predictionOf(*scene.diagnosis, layer.name);
    DType wanted = DType::float32;
    for (const auto& input : scene.diagnosis->model->inputs)
        if (input.name == layer.name)
            wanted = input.dtype;
    QString got;
    if (source && (!fits(layer.expectedShapes.front(), source->shape) || hasWrongType(scene, card))) {
        got = shapeText(source->shape) + ' ' + dtypeText(source->dtype);
    } else if (!source) {
        const auto* finding = findingAt(scene, card);
        if (!finding)
            return;
        got = finding->code == "missing-input" ? QObject::tr("no array") : QObject::tr("nothing that can be read");
    } else {
        return;
    }
    card.lines = {QObject::tr("expected %1 %2").arg(expected, dtypeText(wanted)), QObject::tr("got      %1").arg(got)};
    card.gotIsOff = true;
}

// What it takes over what it met says more than the name of the fault. Both are of its operands: the shape it would
// have given out is no measure for them.
QStringList linesOfFailed(const NetworkScene& scene, const NetworkCard& card, const QString& expected) {
    const auto* finding = findingAt(scene, card);
    if (!finding)
        return {QObject::tr("expected %1").arg(expected), QObject::tr("could not run")};
    const auto accepted = finding->expected.find("accepted"), found = finding->actual.find("found");
    if (finding->code == "shape-conflict" && accepted != finding->expected.end() && accepted->is_string() &&
        found != finding->actual.end() && found->is_string()) {
        const auto met = toQString(found->get<std::string>());
        const auto second = met.indexOf(QStringLiteral(" and "));
        if (second > 0) // shapes that do not go together are told by both
            return {QObject::tr("got      %1").arg(met.left(second)),
                    QObject::tr("and      %1").arg(met.mid(second + 5))};
        return {QObject::tr("expected %1").arg(toQString(accepted->get<std::string>())),
                QObject::tr("got      %1").arg(met)};
    }
    return {QObject::tr("expected %1").arg(expected), toQString(finding->code)};
}

} // namespace

const SourceSummary* predictionOf(const Diagnosis& diagnosis, const std::string& input) {
    for (const auto& source : diagnosis.prediction)
        if (source.input == input)
            return &source;
    return nullptr;
}

QString cardTitle(const NetworkScene& scene, const NetworkCard& card) {
    const auto& layer = scene.layer(card);
    if (layer.parent < 0)
        return toQString(layer.name);
    const auto lead = scene.diagnosis->model->layers[static_cast<std::size_t>(layer.parent)].name + '/';
    return toQString(layer.name.starts_with(lead) ? layer.name.substr(lead.size()) : layer.name);
}

QString cardSubtitle(const NetworkScene& scene, const NetworkCard& card) {
    const auto type = toQString(scene.layer(card).type);
    return card.isFolded
               ? type + countedText(card.foldedLayers, QObject::tr(" · %1 layer"), QObject::tr(" · %1 layers"))
               : type;
}

QString cardActivation(const NetworkScene& scene, const NetworkCard& card) {
    for (const auto& [name, value] : scene.layer(card).attributes)
        if (name == "activation" && value != "linear")
            return toQString(value);
    return {};
}

QString cardShape(const NetworkScene& scene, const NetworkCard& card) {
    const auto* run = scene.result(card);
    if (run && !run->shapes.empty())
        return shapesText(run->shapes) + ' ' + dtypeText(run->dtype);
    const auto& layer = scene.layer(card);
    return layer.expectedShapes.empty() ? QString() : dimsTextQ(layer.expectedShapes.front());
}

double neededWidth(const NetworkCard& card, const NetworkScene& scene) {
    static const QFontMetricsF title(interfaceFont(13, QFont::DemiBold)), text(interfaceFont(12)), mono(monoFont());
    const auto activation = cardActivation(scene, card);
    double width = title.horizontalAdvance(cardTitle(scene, card)) + cardmetrics::titleGap +
                   text.horizontalAdvance(cardSubtitle(scene, card));
    const double shape = mono.horizontalAdvance(cardShape(scene, card));
    if (!activation.isEmpty()) // beside the type, or at the end of the line of the shape
        width = std::max(width, std::min(width + text.horizontalAdvance(QStringLiteral(" · ") + activation),
                                         shape + cardmetrics::titleGap + text.horizontalAdvance(activation)));
    width = std::max(width, shape);
    for (const auto& line : card.lines)
        width = std::max(width, mono.horizontalAdvance(line));
    return width + cardmetrics::padding + cardmetrics::rightPadding + 2;
}

QRectF calloutBox(const NetworkScene& scene) {
    static const QFontMetricsF metrics(interfaceFont(12, QFont::DemiBold));
    constexpr double line = 27, below = 8, side = 10;
    const double widest = scene.cards.size() > 6 ? 450 : 560;
    const double width = metrics.horizontalAdvance(scene.callout) + 1;
    const QSizeF text =
        width <= widest
            ? QSizeF(width, line)
            : metrics.boundingRect(QRectF(0, 0, widest, 200), Qt::TextWordWrap, scene.callout).size() + QSizeF(2, 10);
    const auto& frame = scene.cards[static_cast<std::size_t>(scene.calloutCard)].frame;
    return QRectF(frame.left(), frame.top() - below - calloutTail - text.height(), text.width() + 2 * side,
                  text.height());
}

void describeCard(NetworkCard& card, const NetworkScene& scene) {
    const auto& layer = scene.layer(card);
    const auto status = scene.status(card);
    const auto* run = scene.result(card);
    const auto expected = layer.expectedShapes.empty() ? QString() : dimsTextQ(layer.expectedShapes.front());
    if (!scene.ran || expected.isEmpty())
        return;
    if (layer.isInput) {
        describeInput(card, scene, expected);
        return;
    }
    QString got;
    if (status == LayerStatus::failed) {
        card.lines = linesOfFailed(scene, card, expected);
        card.gotIsOff = true;
        return;
    } else if (status == LayerStatus::notReached) {
        got = scene.isRunning ? QStringLiteral("…") : QObject::tr("not reached");
    } else if (run && !run->shapes.empty() && !fits(layer.expectedShapes.front(), run->shapes.front())) {
        got = QObject::tr("got      %1 %2").arg(shapeText(run->shapes.front()), dtypeText(run->dtype));
        card.gotIsOff = true;
    } else {
        return;
    }
    card.lines = {QObject::tr("expected %1").arg(expected), got};
}

} // namespace plumbline
