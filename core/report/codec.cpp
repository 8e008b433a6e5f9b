#include "core/report/codec.h"

#include "core/report/codecvalues.h"

namespace plumbline {

using namespace codec;

namespace {

constexpr EnumName<Verdict> verdicts[] = {
    {Verdict::matches, "matches"}, {Verdict::diverges, "diverges"}, {Verdict::cannotRun, "cannot-run"}};
constexpr EnumName<LayerStatus> layerStatuses[] = {{LayerStatus::ok, "ok"},
                                                   {LayerStatus::diverges, "diverges"},
                                                   {LayerStatus::notReached, "not-reached"},
                                                   {LayerStatus::failed, "failed"}};
constexpr EnumName<Severity> severities[] = {
    {Severity::error, "error"}, {Severity::warning, "warning"}, {Severity::note, "note"}};
constexpr EnumName<PlaceKind> placeKinds[] = {{PlaceKind::input, "input"},
                                              {PlaceKind::layer, "layer"},
                                              {PlaceKind::weight, "weight"},
                                              {PlaceKind::output, "output"},
                                              {PlaceKind::process, "process"}};
constexpr EnumName<Death::Kind> deathKinds[] = {{Death::Kind::signal, "signal"},
                                                {Death::Kind::exit, "exit"},
                                                {Death::Kind::timeout, "timeout"},
                                                {Death::Kind::outOfMemory, "out-of-memory"}};

Json putInput(const InputSummary& input) {
    return {{"name", input.name}, {"shape", put(input.shape)}, {"dtype", put(input.dtype)}, {"known", input.isKnown}};
}

InputSummary takeInput(const Json& json) {
    return {json.at("name"), takeDims(json.at("shape")), takeDType(json.at("dtype")), json.value("known", true)};
}

Json putWeight(const LayerWeightSummary& weight) {
    return {
        {"name", weight.name}, {"shape", put(weight.shape)}, {"dtype", put(weight.dtype)}, {"present", weight.present}};
}

LayerWeightSummary takeWeight(const Json& json) {
    return {json.at("name"), takeShape(json.at("shape")), takeDType(json.at("dtype")), json.at("present")};
}

Json putLayer(const LayerSummary& layer) {
    return {{"name", layer.name},
            {"type", layer.type},
            {"parent", layer.parent},
            {"is_input", layer.isInput},
            {"is_container", layer.isContainer},
            {"sources", layer.sources},
            {"expected_shapes", putList(layer.expectedShapes, [](const Dims& dims) { return put(dims); })},
            {"dtype", layer.dtype ? put(*layer.dtype) : Json()},
            {"attributes", layer.attributes},
            {"weights", putList(layer.weights, putWeight)},
            {"ops", layer.ops},
            {"parameters", layer.parameters},
            {"channels_last", layer.channelsLast},
            {"problem", layer.problem.isEmpty() ? Json() : put(layer.problem)}};
}

LayerSummary takeLayer(const Json& json) {
    LayerSummary layer;
    layer.name = json.at("name");
    layer.type = json.at("type");
    layer.parent = takeRow(json.at("parent"));
    layer.isInput = json.at("is_input");
    layer.isContainer = json.at("is_container");
    layer.sources = takeList(json.at("sources"), takeRow);
    layer.expectedShapes = takeList(json.at("expected_shapes"), takeDims);
    if (const auto& dtype = member(json, "dtype"); !dtype.is_null())
        layer.dtype = takeDType(dtype);
    layer.attributes = json.at("attributes").get<std::vector<std::pair<std::string, std::string>>>();
    layer.weights = takeList(json.at("weights"), takeWeight);
    layer.ops = takeList(json.at("ops"), takeText);
    layer.parameters = takeInteger(json.at("parameters"));
    layer.channelsLast = json.at("channels_last");
    if (const auto& problem = json.at("problem"); !problem.is_null())
        layer.problem = takeMessage(problem);
    return layer;
}

ModelSummary takeModel(const Json& json) {
    ModelSummary model;
    model.path = json.at("path");
    model.format = json.at("format");
    model.producer = json.at("producer");
    model.layerCount = takeInteger(json.at("layer_count"));
    model.parameters = takeInteger(json.at("parameters"));
    model.hasWeights = json.at("has_weights");
    model.inputs = takeList(json.at("inputs"), takeInput);
    model.outputs = takeList(json.at("outputs"), takeInput);
    model.layers = takeList(json.at("layers"), takeLayer);
    model.notes = takeList(json.at("notes"), takeText);
    const auto rows = static_cast<std::int64_t>(model.layers.size());
    for (const auto& layer : model.layers) {
        if (layer.parent >= rows)
            throw DecodeError("layer " + layer.name + " stands in a row that is not there");
        for (const auto source : layer.sources)
            if (source < 0 || source >= rows)
                throw DecodeError("layer " + layer.name + " reads a row that is not there");
    }
    return model;
}

SourceSummary takeSource(const Json& json) {
    SourceSummary source;
    source.input = json.at("input");
    source.source = json.at("source");
    source.kind = json.at("kind");
    source.rows = takeInteger(json.at("rows"));
    source.shape = takeShape(json.at("shape"));
    source.dtype = takeDType(json.at("dtype"));
    source.columns = takeList(json.at("columns"), takeText);
    source.statistics = takeStatistics(json.at("statistics"));
    source.isImage = json.at("is_image");
    source.fits = json.at("fits");
    source.batches = takeInteger(json.at("batches"));
    return source;
}

LayerResult takeLayerResult(const Json& json) {
    LayerResult layer;
    layer.status = takeEnum(json.at("status"), layerStatuses);
    layer.shapes = takeList(json.at("shapes"), takeShape);
    layer.dtype = takeDType(json.at("dtype"));
    layer.statistics = takeStatistics(json.at("statistics"));
    if (const auto& training = json.at("training"); !training.is_null())
        layer.training = takeStatistics(training);
    layer.trainingRows = takeInteger(json.at("training_rows"));
    if (const auto& divergence = json.at("divergence"); !divergence.is_null())
        layer.divergence = takeNumber(divergence);
    layer.channelDivergence = takeList(json.at("channel_divergence"), takeNumber);
    layer.microseconds = takeNumber(json.at("microseconds"));
    return layer;
}

Json putPlace(const Place& place) {
    return {{"kind", putEnum(place.kind, placeKinds)},
            {"name", place.name},
            {"axis", place.axis ? Json(*place.axis) : Json()},
            {"features", place.features},
            {"element", place.element ? Json(*place.element) : Json()},
            {"weight", place.weight ? Json(*place.weight) : Json()},
            {"index", place.index}};
}

Place takePlace(const Json& json) {
    Place place;
    place.kind = takeEnum(json.at("kind"), placeKinds);
    place.name = json.at("name");
    if (const auto& axis = json.at("axis"); !axis.is_null())
        place.axis = takeInteger(axis);
    place.features = takeList(json.at("features"), takeInteger);
    if (const auto& element = json.at("element"); !element.is_null())
        place.element = takeList(element, takeInteger);
    if (const auto& weight = json.at("weight"); !weight.is_null())
        place.weight = weight.get<std::string>();
    place.index = takeInteger(json.at("index"));
    return place;
}

Finding takeFinding(const Json& json) {
    Finding finding;
    finding.code = json.at("code");
    finding.severity = takeEnum(json.at("severity"), severities);
    finding.where = takePlace(json.at("where"));
    finding.expected = json.at("expected");
    finding.actual = json.at("actual");
    finding.evidence = json.at("evidence");
    finding.threshold = json.at("threshold");
    finding.message = takeMessage(json.at("message"));
    for (const auto& index : json.at("explains"))
        finding.explains.push_back(static_cast<std::size_t>(takeInteger(index)));
    if (const auto& fix = json.at("fix"); !fix.is_null())
        finding.fix = takeFix(fix);
    return finding;
}

Diagnosis takeDiagnosis(const Json& json) {
    Diagnosis diagnosis;
    diagnosis.verdict = takeEnum(json.at("verdict"), verdicts);
    if (const auto& model = json.at("model"); !model.is_null())
        diagnosis.model = takeModel(model);
    diagnosis.training = takeList(json.at("training"), takeSource);
    diagnosis.prediction = takeList(json.at("prediction"), takeSource);
    diagnosis.findings = takeList(json.at("findings"), takeFinding);
    diagnosis.layers = takeList(json.at("layers"), takeLayerResult);
    if (const auto& error = json.at("error"); !error.is_null())
        diagnosis.error = takeError(error);
    if (const auto& further = member(json, "further_errors"); further.is_array())
        diagnosis.furtherErrors = takeList(further, takeError);
    diagnosis.microseconds = takeNumber(json.at("microseconds"));
    diagnosis.statisticsMicroseconds = takeNumber(json.at("statistics_microseconds"));
    diagnosis.preparationMicroseconds = takeNumber(json.at("preparation_microseconds"));
    diagnosis.engine = json.at("engine");
    for (const auto& finding : diagnosis.findings)
        for (const auto index : finding.explains)
            if (index >= diagnosis.findings.size())
                throw DecodeError("finding " + finding.code + " explains one that is not there");
    if (!diagnosis.layers.empty() && (!diagnosis.model || diagnosis.layers.size() != diagnosis.model->layers.size()))
        throw DecodeError("the layers' results do not match the model's rows");
    return diagnosis;
}

} // namespace

Json encode(const ModelSummary& model) {
    return {{"path", model.path},
            {"format", model.format},
            {"producer", model.producer},
            {"layer_count", model.layerCount},
            {"parameters", model.parameters},
            {"has_weights", model.hasWeights},
            {"inputs", putList(model.inputs, putInput)},
            {"outputs", putList(model.outputs, putInput)},
            {"layers", putList(model.layers, putLayer)},
            {"notes", model.notes}};
}

Json encode(const SourceSummary& source) {
    return {{"input", source.input},      {"source", source.source},
            {"kind", source.kind},        {"rows", source.rows},
            {"shape", put(source.shape)}, {"dtype", put(source.dtype)},
            {"columns", source.columns},  {"statistics", put(source.statistics)},
            {"is_image", source.isImage}, {"fits", source.fits},
            {"batches", source.batches}};
}

Json encode(const LayerResult& layer) {
    return {{"status", putEnum(layer.status, layerStatuses)},
            {"shapes", putList(layer.shapes, [](const Shape& shape) { return put(shape); })},
            {"dtype", put(layer.dtype)},
            {"statistics", put(layer.statistics)},
            {"training", layer.training ? put(*layer.training) : Json()},
            {"training_rows", layer.trainingRows},
            {"divergence", layer.divergence ? putNumber(*layer.divergence) : Json()},
            {"channel_divergence", putList(layer.channelDivergence, putNumber)},
            {"microseconds", putNumber(layer.microseconds)}};
}

Json encode(const Finding& finding) {
    return {{"code", finding.code},
            {"severity", putEnum(finding.severity, severities)},
            {"where", putPlace(finding.where)},
            {"expected", finding.expected},
            {"actual", finding.actual},
            {"evidence", finding.evidence},
            {"threshold", finding.threshold},
            {"message", put(finding.message)},
            {"explains", finding.explains},
            {"fix", finding.fix ? put(*finding.fix) : Json()}};
}

Json encode(const Diagnosis& diagnosis) {
    return {{"verdict", putEnum(diagnosis.verdict, verdicts)},
            {"model", diagnosis.model ? encode(*diagnosis.model) : Json()},
            {"training", putList(diagnosis.training, [](const auto& source) { return encode(source); })},
            {"prediction", putList(diagnosis.prediction, [](const auto& source) { return encode(source); })},
            {"findings", putList(diagnosis.findings, [](const auto& finding) { return encode(finding); })},
            {"layers", putList(diagnosis.layers, [](const auto& layer) { return encode(layer); })},
            {"error", diagnosis.error ? put(*diagnosis.error) : Json()},
            {"further_errors", putList(diagnosis.furtherErrors, [](const Error& error) { return put(error); })},
            {"microseconds", putNumber(diagnosis.microseconds)},
            {"statistics_microseconds", putNumber(diagnosis.statisticsMicroseconds)},
            {"preparation_microseconds", putNumber(diagnosis.preparationMicroseconds)},
            {"engine", diagnosis.engine}};
}

Json encode(const Death& death) {
    return {{"kind", putEnum(death.kind, deathKinds)},
            {"code", death.code},
            {"name", death.name},
            {"phase", death.phase},
            {"layer", death.layer},
            {"layer_index", death.layerIndex},
            {"limit", death.limit}};
}

Json encode(const Fix& fix) { return put(fix); }
Json encode(const Error& error) { return put(error); }

Result<Diagnosis> decodeDiagnosis(const Json& json) {
    return guarded("diagnosis", [&] { return takeDiagnosis(json); });
}
Result<ModelSummary> decodeModelSummary(const Json& json) {
    return guarded("summary of a model", [&] { return takeModel(json); });
}
Result<SourceSummary> decodeSourceSummary(const Json& json) {
    return guarded("summary of a source", [&] { return takeSource(json); });
}
Result<LayerResult> decodeLayerResult(const Json& json) {
    return guarded("layer's result", [&] { return takeLayerResult(json); });
}
Result<Finding> decodeFinding(const Json& json) {
    return guarded("finding", [&] { return takeFinding(json); });
}
Result<Fix> decodeFix(const Json& json) {
    return guarded("fix", [&] { return takeFix(json); });
}
Result<Error> decodeError(const Json& json) {
    return guarded("error", [&] { return takeError(json); });
}

Result<Death> decodeDeath(const Json& json) {
    return guarded("death of a process", [&] {
        Death death;
        death.kind = takeEnum(json.at("kind"), deathKinds);
        death.code = takeRow(json.at("code"));
        death.name = json.at("name");
        death.phase = json.at("phase");
        death.layer = json.at("layer");
        death.layerIndex = takeInteger(json.at("layer_index"));
        death.limit = takeInteger(json.at("limit"));
        return death;
    });
}

} // namespace plumbline
