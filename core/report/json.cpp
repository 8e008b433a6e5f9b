#include "core/report/json.h"

#include "core/base/escape.h"
#include "core/diagnosis/comparison.h"

#include <cmath>

namespace plumbline {

namespace {

using Json = nlohmann::ordered_json;

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(numberText(value)); }
/// Nothing where no finite element stands behind the number.
Json numberOf(const Statistics& s, double value) { return s.finite() > 0 ? number(value) : Json(); }

/// The members that rules fill freely: numbers that are not finite become strings wherever they stand.
Json finite(const nlohmann::json& json) {
    if (json.is_number_float())
        return number(json.get<double>());
    if (json.is_object()) {
        Json out = Json::object();
        for (const auto& [name, value] : json.items())
            out[name] = finite(value);
        return out;
    }
    if (json.is_array()) {
        Json out = Json::array();
        for (const auto& value : json)
            out.push_back(finite(value));
        return out;
    }
    return Json(json);
}

Json shapeOf(const Shape& shape) { return Json(shape.extents()); }

Json shapeOf(const Dims& dims) {
    Json out = Json::array();
    for (const auto& dim : dims)
        out.push_back(dim.isKnown() ? Json(dim.extent()) : Json());
    return out;
}

/// A layer with one output has a shape, one with several a list of shapes.
template<class Shapes> Json shapesOf(const Shapes& shapes) {
    if (shapes.empty())
        return nullptr;
    if (shapes.size() == 1)
        return shapeOf(shapes[0]);
    Json out = Json::array();
    for (const auto& shape : shapes)
        out.push_back(shapeOf(shape));
    return out;
}

Json inputsOf(const std::vector<InputSummary>& inputs) {
    Json out = Json::array();
    for (const auto& input : inputs)
        out.push_back({{"name", input.name},
                       {"shape", input.isKnown ? shapeOf(input.shape) : Json()},
                       {"dtype", input.isKnown ? Json(std::string(name(input.dtype))) : Json()}});
    return out;
}

Json modelOf(const std::optional<ModelSummary>& model) {
    if (!model)
        return nullptr;
    return {{"path", model->path},
            {"format", model->format},
            {"producer", model->producer},
            {"layers", model->layerCount},
            {"parameters", model->parameters},
            {"inputs", inputsOf(model->inputs)},
            {"outputs", inputsOf(model->outputs)},
            {"notes", model->notes}};
}

Json trainingOf(const std::vector<SourceSummary>& sources) {
    Json out = Json::array();
    for (const auto& source : sources) {
        Json shape = shapeOf(source.shape);
        if (source.kind == "law" && !shape.empty())
            shape[0] = nullptr; // as many rows as one likes
        out.push_back({{"input", source.input},
                       {"source", source.source},
                       {"kind", source.kind},
                       {"rows", source.rows},
                       {"shape", std::move(shape)},
                       {"dtype", std::string(name(source.dtype))}});
    }
    return out;
}

Json predictionOf(const std::vector<SourceSummary>& sources) {
    Json out = Json::array();
    for (const auto& source : sources) {
        out.push_back({{"input", source.input},
                       {"source", source.source},
                       {"shape", shapeOf(source.shape)},
                       {"dtype", std::string(name(source.dtype))},
                       {"nan", source.statistics.nan},
                       {"inf", source.statistics.infinite()}});
        if (source.batches > 1)
            out.back()["batches"] = source.batches;
    }
    return out;
}

template<class T> Json orNull(const std::optional<T>& value) { return value ? Json(*value) : Json(); }

Json findingOf(const Finding& finding) {
    const auto& where = finding.where;
    Json fix;
    if (finding.fix)
        fix = {{"kind", finding.fix->kind},
               {"arguments", finite(finding.fix->arguments)},
               {"numpy", finding.fix->numpy},
               {"verified", finding.fix->verified}};
    if (finding.fix && finding.fix->alternatives > 0)
        fix["alternatives"] = finding.fix->alternatives;
    return {{"code", finding.code},
            {"severity", std::string(name(finding.severity))},
            {"where",
             {{"kind", std::string(name(where.kind))},
              {"name", where.name},
              {"axis", orNull(where.axis)},
              {"features", where.features},
              {"element", orNull(where.element)},
              {"weight", orNull(where.weight)}}},
            {"expected", finite(finding.expected)},
            {"actual", finite(finding.actual)},
            {"evidence", finite(finding.evidence)},
            {"threshold", finite(finding.threshold)},
            {"message", finding.message.text()},
            {"explains", finding.explains},
            {"fix", std::move(fix)}};
}

Json findingsOf(const Diagnosis& diagnosis) {
    Json out = Json::array();
    for (const auto& finding : diagnosis.findings)
        out.push_back(findingOf(finding));
    return out;
}

Json sentencesOf(const std::vector<Message>& messages) {
    Json out = Json::array();
    for (const auto& message : messages)
        out.push_back(message.text());
    return out;
}

Json layerOf(std::size_t index, const LayerSummary& layer) {
    return {{"index", index},
            {"name", layer.name},
            {"type", layer.type},
            {"expected_shape", shapesOf(layer.expectedShapes)}};
}

Json layerOf(std::size_t index, const LayerSummary& layer, const LayerResult& result) {
    const auto& s = result.statistics;
    const bool reached = !result.shapes.empty();
    Json row = layerOf(index, layer);
    row["shape"] = shapesOf(result.shapes);
    row["dtype"] = reached ? Json(std::string(name(result.dtype))) : Json();
    row["parameters"] = layer.parameters;
    row["elements"] = s.count;
    row["nan"] = s.nan;
    row["inf"] = s.infinite();
    row["zero"] = s.zero;
    row["min"] = numberOf(s, s.min);
    row["max"] = numberOf(s, s.max);
    row["mean"] = numberOf(s, s.mean);
    row["std"] = numberOf(s, s.standardDeviation());
    row["divergence"] = result.divergence ? number(*result.divergence) : Json();
    row["status"] = std::string(name(result.status));
    row["microseconds"] = number(result.microseconds);
    return row;
}

Json layersOf(const Diagnosis& diagnosis) {
    Json out = Json::array();
    if (!diagnosis.model)
        return out;
    const auto& layers = diagnosis.model->layers;
    for (std::size_t i = 0; i < layers.size(); ++i)
        out.push_back(layerOf(i, layers[i], i < diagnosis.layers.size() ? diagnosis.layers[i] : LayerResult{}));
    return out;
}

Json errorOf(const Error& error) {
    return {{"message", error.text()},
            {"file", error.file.empty() ? Json() : Json(error.file)},
            {"offset", orNull(error.offset)}};
}

/// The first file that cannot be read; where others cannot either, all of them.
void addError(Json& document, const Diagnosis& diagnosis) {
    if (!diagnosis.error)
        return;
    document["error"] = errorOf(*diagnosis.error);
    if (diagnosis.furtherErrors.empty())
        return;
    document["errors"] = Json::array({errorOf(*diagnosis.error)});
    for (const auto& error : diagnosis.furtherErrors)
        document["errors"].push_back(errorOf(error));
}

/// Why a trace or a summary did not come to its end.
void addFailure(Json& document, const Diagnosis& diagnosis) {
    if (!diagnosis.findings.empty() || diagnosis.error)
        document["findings"] = findingsOf(diagnosis);
    addError(document, diagnosis);
}

} // namespace

Json checkDocument(const Diagnosis& diagnosis) {
    const auto* first = diagnosis.firstDivergence();
    Json place;
    if (first)
        place = {{"kind", std::string(name(first->kind))}, {"name", first->name}, {"index", first->index}};
    if (first && first->index < 0)
        place["index"] = nullptr;
    Json document = {{"schema", "plumbline.check/1"},
                     {"verdict", std::string(name(diagnosis.verdict))},
                     {"against", std::string(name(against(diagnosis)))},
                     {"not_compared", sentencesOf(notCompared(diagnosis))},
                     {"model", modelOf(diagnosis.model)},
                     {"training", trainingOf(diagnosis.training)},
                     {"prediction", predictionOf(diagnosis.prediction)},
                     {"first_divergence", std::move(place)},
                     {"findings", findingsOf(diagnosis)},
                     {"layers", layersOf(diagnosis)}};
    addError(document, diagnosis);
    return document;
}

Json traceDocument(const Diagnosis& diagnosis) {
    Json document = {{"schema", "plumbline.trace/1"},
                     {"model", modelOf(diagnosis.model)},
                     {"prediction", predictionOf(diagnosis.prediction)},
                     {"layers", layersOf(diagnosis)}};
    addFailure(document, diagnosis);
    return document;
}

Json summaryDocument(const Diagnosis& diagnosis) {
    Json layers = Json::array();
    if (diagnosis.model)
        for (std::size_t i = 0; i < diagnosis.model->layers.size(); ++i) {
            const auto& layer = diagnosis.model->layers[i];
            Json row = layerOf(i, layer);
            row["dtype"] = layer.dtype ? Json(std::string(name(*layer.dtype))) : Json();
            row["parameters"] = layer.parameters;
            layers.push_back(std::move(row));
        }
    Json document = {
        {"schema", "plumbline.summary/1"}, {"model", modelOf(diagnosis.model)}, {"layers", std::move(layers)}};
    addFailure(document, diagnosis);
    return document;
}

static Json timesOf(const BenchResult::Times& times) {
    return {{"min", number(times.min)}, {"median", number(times.median)}, {"p90", number(times.p90)}};
}

Json benchDocument(const BenchResult& result) {
    if (result.untimed) {
        Json document = {{"schema", "plumbline.bench/1"},
                         {"model", modelOf(result.untimed->model)},
                         {"findings", findingsOf(*result.untimed)}};
        addError(document, *result.untimed);
        return document;
    }
    return {{"schema", "plumbline.bench/1"},
            {"model", modelOf(result.model)},
            {"threads", result.threads},
            {"repeat", result.repeat},
            {"load_ms", number(result.loadMilliseconds)},
            {"predict_us", timesOf(result.predict)},
            {"traced_us", timesOf(result.traced)},
            {"peak_bytes", result.peakBytes}};
}

std::string documentText(const Json& document) {
    return jsonText(document.dump(2, ' ', false, Json::error_handler_t::replace)) + "\n";
}

} // namespace plumbline
