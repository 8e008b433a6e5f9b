#include "core/formats/model/keras/reader.h"

#include "core/formats/bytes/json.h"
#include "core/formats/model/keras/importer.h"
#include "core/formats/model/keras/keras1.h"
#include "core/formats/model/keras/openshape.h"
#include "core/formats/model/keras/weightsfile.h"

#include <filesystem>

namespace plumbline::keras {

using nlohmann::json;

namespace {

struct Document {
    json config; ///< the object with class_name and config
    Writer writer;
    std::string format;
    WeightsFile weights; ///< those that came with it; empty where there are none
};

std::string versionIn(const json& object, const char* key) {
    const auto it = object.find(key);
    return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

std::unexpected<Error> readerFailure(const std::string& path, ErrorCode code, std::string id, std::string pattern,
                                     Message::Arguments arguments = {}) {
    arguments.emplace_back("file", path);
    auto error = failure(code, std::move(id), std::move(pattern), std::move(arguments));
    error.error().file = path;
    return error;
}

std::unexpected<Error> weightsOnly(const std::string& path, const std::vector<std::string>& names) {
    std::string some;
    for (std::size_t i = 0; i < names.size() && i < 6; ++i)
        some += (i ? ", " : "") + names[i];
    if (names.size() > 6)
        some += ", …";
    return readerFailure(
        path, ErrorCode::noGraph, "weights-missing.architecture",
        "{file} holds weights only, no architecture ({count} {count|layer|layers}: {names}). Give the model's JSON "
        "(from model.to_json()) as the model and this file as its weights, {--weights}, or save the whole model with "
        "model.save().",
        {{"count", std::int64_t(names.size())}, {"names", some.empty() ? std::string("none") : some}});
}

Result<Document> readArchive(const std::string& path) {
    PLUMBLINE_TRY(const auto archive, ZipArchive::open(path));
    Document out;
    out.format = "keras-v3";
    PLUMBLINE_TRY(const auto text, archive.readText(*archive.find("config.json")));
    PLUMBLINE_TRY(out.config, parseJson(text, "config.json of " + path));
    if (const auto* metadata = archive.find("metadata.json")) {
        PLUMBLINE_TRY(const auto metadataText, archive.readText(*metadata, 1 << 20));
        PLUMBLINE_TRY(const auto values, parseJson(metadataText, "metadata.json of " + path));
        out.writer = parseWriter(versionIn(values, "keras_version"));
    }
    PLUMBLINE_TRY(out.weights, weightsOfArchive(archive));
    return out;
}

Result<Document> readFolder(const std::string& path) {
    namespace fs = std::filesystem;
    Document out;
    out.format = "keras-v3";
    const auto inside = [&](const char* name) { return (fs::path(path) / name).string(); };
    PLUMBLINE_CHECK(checkFile(inside("config.json")));
    PLUMBLINE_TRY(const auto text, textOf(inside("config.json")));
    PLUMBLINE_TRY(out.config, parseJson(text, inside("config.json")));
    if (fs::exists(inside("metadata.json"))) {
        PLUMBLINE_TRY(const auto metadataText, textOf(inside("metadata.json"), 1 << 20));
        PLUMBLINE_TRY(const auto values, parseJson(metadataText, inside("metadata.json")));
        out.writer = parseWriter(versionIn(values, "keras_version"));
    }
    for (const char* name : {"model.weights.h5", "model.weights.json"})
        if (fs::exists(inside(name))) {
            PLUMBLINE_TRY(out.weights, openWeights(inside(name)));
            break;
        }
    return out;
}

Result<Document> readHdf5(const std::string& path) {
    PLUMBLINE_TRY(const auto file, Hdf5File::open(path));
    Document out;
    out.format = "keras-h5";
    PLUMBLINE_TRY(const auto config, file.root().text("model_config"));
    out.weights = weightsOfHdf5(file);
    if (!config) {
        if (!isEmpty(out.weights))
            return weightsOnly(path, layerNames(out.weights));
        return readerFailure(
            path, ErrorCode::cannotRead, "keras.no-model",
            "{file} is an HDF5 file without a Keras model: it has no attribute model_config and no layers. If it is "
            "data, give it {--train or --input} and the path of a dataset, as in {file}:/path.");
    }
    PLUMBLINE_TRY(out.config, parseJson(*config, "model_config of " + path));
    PLUMBLINE_TRY(const auto version, file.root().text("keras_version"));
    PLUMBLINE_TRY(const auto backend, file.root().text("backend"));
    out.writer = parseWriter(version ? *version : std::string());
    if (!version && !backend)
        out.writer.major = 1;
    return out;
}

Result<Document> readJson(const std::string& path) {
    PLUMBLINE_TRY(const auto text, textOf(path));
    Document out;
    out.format = "keras-json";
    PLUMBLINE_TRY(out.config, parseJson(text, path));
    if (out.config.is_string()) { // json.dump(model.to_json(), file): JSON inside JSON
        const auto inner = out.config.get<std::string>();
        PLUMBLINE_TRY(out.config, parseJson(inner, path));
    }
    if (out.config.is_object() && out.config.contains("weight_map"))
        return weightsOnly(path, {});
    const auto version = out.config.is_object() ? versionIn(out.config, "keras_version") : std::string();
    out.writer = parseWriter(version);
    if (version.empty()) {
        const bool isNew = out.config.is_object() && out.config.contains("module");
        out.writer.major = isNew ? 3 : out.config.is_object() && out.config.contains("backend") ? 2 : 1;
    }
    return out;
}

Result<Document> readDocument(const std::string& path, ModelFileKind kind) {
    switch (kind) {
    case ModelFileKind::kerasArchive: return readArchive(path);
    case ModelFileKind::kerasFolder: return readFolder(path);
    case ModelFileKind::hdf5: return readHdf5(path);
    case ModelFileKind::json: break;
    }
    return readJson(path);
}

/// A subclassed model saves its own arguments, and its layers only as Python code.
std::unexpected<Error> subclassed(const Document& document, const std::string& path) {
    const auto className = document.config.is_object() ? versionIn(document.config, "class_name") : std::string();
    if (className.empty())
        return readerFailure(path, ErrorCode::cannotRead, "keras.no-model",
                             "{file} is JSON without a Keras model: its outermost object has no class_name. Give what "
                             "model.to_json() returned.");
    std::string list;
    std::int64_t elements = 0;
    const auto variables = listVariables(document.weights);
    for (std::size_t i = 0; i < variables.size(); ++i) {
        elements += variables[i].second.checkedElements().value_or(0);
        if (i < 8)
            list += (i ? ", " : "") + variables[i].first + " " + variables[i].second.text();
    }
    if (variables.size() > 8)
        list += ", …";
    return readerFailure(
        path, ErrorCode::noGraph, "keras.subclassed",
        "{file} holds a subclassed model ({class}): its layers are Python code, which is not in the file, so there is "
        "no graph to show. Its weights are {count} {count|variable|variables} with {elements} elements ({list}). Where "
        "its code is, save its graph: x = keras.Input(shape); keras.Model(x, model.call(x)).save('model.keras').",
        {{"class", className},
         {"count", std::int64_t(variables.size())},
         {"elements", countText(elements)},
         {"list", list.empty() ? std::string("none") : list}});
}

/// The whole way from the documents to a graph. `shape`: of the one input whose shape the file leaves open.
Result<Built> makeModel(const Document& document, const std::string& path, const std::optional<Dims>& shape) {
    PLUMBLINE_TRY(auto config, parseModel(document.config, document.writer, path));
    if (shape)
        giveShape(config, *shape);
    Built out;
    PLUMBLINE_TRY(out.instance, makeInstance(std::move(config), document.writer, path));
    auto& model = out.model;
    model.path = path;
    model.format = document.format;
    model.producer = document.writer.text();
    model.hasWeights = !isEmpty(document.weights);
    if (model.hasWeights)
        PLUMBLINE_CHECK(assignWeights(*out.instance, document.weights, document.writer, model.notes));
    PLUMBLINE_CHECK(importGraph(model.graph, *out.instance, document.writer, path, model.notes));
    return out;
}

} // namespace

Result<Model> readModel(const ModelRequest& request, ModelFileKind kind, std::size_t rank) {
    PLUMBLINE_TRY(auto document, readDocument(request.path, kind));
    const auto& path = request.path;
    if (!isModelConfig(document.config))
        return subclassed(document, path);
    if (document.writer.major == 1)
        modernize(document.config);
    if (!request.weights.empty()) {
        PLUMBLINE_TRY(document.weights, openWeights(request.weights));
        if (isEmpty(document.weights))
            return readerFailure(request.weights, ErrorCode::cannotRead, "keras.no-weights",
                                 "{file} holds no weights of a Keras model: neither layer_names nor a tree of layers.");
    }
    const auto make = [&](const std::optional<Dims>& shape) { return makeModel(document, path, shape); };
    PLUMBLINE_TRY(auto config, parseModel(document.config, document.writer, path));
    if (const auto open = inputWithoutShape(config))
        return modelOfOpenShape(*open, rank, path, make);
    PLUMBLINE_TRY(auto built, make({}));
    return std::move(built.model);
}

} // namespace plumbline::keras
