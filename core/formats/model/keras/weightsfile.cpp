#include "core/formats/model/keras/weightsfile.h"

#include "core/formats/bytes/json.h"
#include "core/formats/model/keras/weightstree.h"
#include "core/formats/model/kind.h"

#include <algorithm>
#include <filesystem>
#include <set>

namespace plumbline::keras {

using nlohmann::json;

namespace {

bool isTree(const Hdf5Group& group) {
    const WeightPlace root({group});
    const auto names = root.subgroups();
    for (const auto& name : names)
        if (name == "layers" || name.starts_with("_layer") || name == "_functional" || name == "_operations" ||
            name == "_self_tracked_trackables")
            return true;
    if (root.in("vars"))
        return true;
    // A subclassed model's layers lie under its own attributes.
    return std::ranges::any_of(names, [&](const auto& name) {
        const auto inner = root.in(name);
        return inner && inner->in("vars");
    });
}

/// "base.weights.json": {"weight_map": {"/layers/dense/vars": "base_00000.weights.h5"}}. Shards lie beside it.
Result<std::vector<std::string>> shardNames(const json& index, const std::string& label) {
    std::set<std::string> names;
    const auto map = index.is_object() ? index.value("weight_map", json()) : json();
    if (map.is_object())
        for (const auto& [path, shards] : map.items())
            for (const auto& shard : shards.is_array() ? shards : json::array({shards}))
                if (shard.is_string())
                    names.insert(shard.get<std::string>());
    for (const auto& name : names)
        if (name.find('/') != std::string::npos || name.find('\\') != std::string::npos || name.starts_with("."))
            return failure(ErrorCode::refused, "keras.shard-path",
                           "{file} names the shard {shard}, which is not a file beside it. It is not opened.",
                           {{"file", label}, {"shard", name}});
    if (names.empty() || names.size() > 10'000)
        return failure(ErrorCode::cannotRead, "keras.shards", "{file} names no shards of weights (weight_map).",
                       {{"file", label}});
    return std::vector<std::string>(names.begin(), names.end());
}

} // namespace

WeightsFile weightsOfHdf5(const Hdf5File& file) {
    const auto hasNames = [](const Hdf5Group& group) {
        return group.hasAttribute("layer_names") || group.hasAttribute("layer_names0");
    };
    if (const auto group = file.root().group("model_weights"); group && hasNames(*group))
        return {WeightsFile::Form::byName, {*group}};
    if (hasNames(file.root()))
        return {WeightsFile::Form::byName, {file.root()}};
    if (isTree(file.root()))
        return {WeightsFile::Form::byPath, {file.root()}};
    return {};
}

Result<WeightsFile> weightsOfArchive(const ZipArchive& archive) {
    const auto openMember = [&](const ZipMember& member) -> Result<Hdf5Group> {
        PLUMBLINE_TRY(const auto bytes, archive.read(member));
        PLUMBLINE_TRY(const auto file,
                      Hdf5File::fromMemory({bytes->data(), bytes->bytes()}, member.name + " of " + archive.path()));
        return file.root();
    };
    if (const auto* index = archive.find("model.weights.json")) {
        PLUMBLINE_TRY(const auto text, archive.readText(*index, 64 << 20));
        PLUMBLINE_TRY(const auto parsed, parseJson(text, "model.weights.json of " + archive.path()));
        PLUMBLINE_TRY(const auto names, shardNames(parsed, "model.weights.json of " + archive.path()));
        WeightsFile out{WeightsFile::Form::byPath, {}};
        for (const auto& name : names) {
            const auto* member = archive.find(name);
            if (!member)
                return failure(ErrorCode::cannotRead, "keras.shard-missing",
                               "{file} lacks the shard {shard} of its weights.",
                               {{"file", archive.path()}, {"shard", name}});
            PLUMBLINE_TRY(auto group, openMember(*member));
            out.groups.push_back(std::move(group));
        }
        return out;
    }
    if (const auto* member = archive.find("model.weights.h5")) {
        PLUMBLINE_TRY(const auto group, openMember(*member));
        return WeightsFile{WeightsFile::Form::byPath, {group}};
    }
    if (archive.find("model.weights.npz")) {
        auto error =
            failure(ErrorCode::refused, "keras.pickled-weights",
                    "{file} keeps its weights in model.weights.npz, as Python pickles. Reading them runs code "
                    "from the file, so they are refused, by today's Keras too. Where the model is in memory and "
                    "h5py is installed, model.save('model.keras') writes model.weights.h5.",
                    {{"file", archive.path()}});
        error.error().file = archive.path();
        return error;
    }
    return WeightsFile{};
}

Result<WeightsFile> openWeights(const std::string& path) {
    PLUMBLINE_CHECK(checkFile(path));
    PLUMBLINE_TRY(const auto file, Storage::mapFile(path));
    const std::span bytes(file->data(), file->bytes());
    PLUMBLINE_TRY(const auto head, headOf(path, 64));
    if (ZipArchive::isZip(bytes)) {
        PLUMBLINE_TRY(const auto archive, ZipArchive::open(path));
        return weightsOfArchive(archive);
    }
    if (!Hdf5File::isHdf5(bytes) && looksLikeJson(head)) {
        PLUMBLINE_TRY(const auto text, textOf(path, 64 << 20));
        PLUMBLINE_TRY(const auto index, parseJson(text, path));
        PLUMBLINE_TRY(const auto names, shardNames(index, path));
        WeightsFile out{WeightsFile::Form::byPath, {}};
        for (const auto& name : names) {
            const auto shard = (std::filesystem::path(path).parent_path() / name).string();
            PLUMBLINE_CHECK(checkFile(shard));
            PLUMBLINE_TRY(const auto opened, Hdf5File::open(shard));
            out.groups.push_back(opened.root());
        }
        return out;
    }
    if (!Hdf5File::isHdf5(bytes)) {
        auto error =
            failure(ErrorCode::cannotRead, "keras.weights-kind",
                    "{file} is no weights file that Plumbline knows: Keras's .weights.h5, .h5, .weights.json with its "
                    "shards, and .keras are accepted.",
                    {{"file", path}});
        error.error().file = path;
        return error;
    }
    PLUMBLINE_TRY(const auto opened, Hdf5File::open(path));
    return weightsOfHdf5(opened);
}

Result<void> assignWeights(ModelInstance& model, const WeightsFile& weights, const Writer& writer, Notes& notes) {
    switch (weights.form) {
    case WeightsFile::Form::none: return {};
    case WeightsFile::Form::byName: return assignByName(model, weights.groups.front(), writer, notes);
    case WeightsFile::Form::byPath: break;
    }
    return assignByPath(model, weights.groups, writer, notes);
}

std::vector<std::string> layerNames(const WeightsFile& weights) {
    std::vector<std::string> out;
    if (weights.form == WeightsFile::Form::byName) {
        auto names = weights.groups.front().texts("layer_names");
        if (names)
            out = std::move(*names);
    }
    if (weights.form != WeightsFile::Form::byPath)
        return out;
    const WeightPlace root(weights.groups);
    for (const char* attribute : {"layers", "_layer_checkpoint_dependencies", "_layers"})
        if (const auto layers = root.in(attribute))
            for (auto& name : layers->subgroups())
                out.push_back(std::move(name));
    // A subclassed model's layers lie under its own attributes.
    if (out.empty())
        for (auto& name : root.subgroups())
            if (name != "optimizer")
                out.push_back(std::move(name));
    return out;
}

std::vector<std::pair<std::string, Shape>> listVariables(const WeightsFile& weights) {
    std::vector<std::pair<std::string, Shape>> out;
    for (const auto& group : weights.groups)
        if (const auto paths = listDatasets(group, 10'000))
            for (const auto& path : *paths)
                if (!path.starts_with("optimizer"))
                    if (const auto set = group.dataset(path))
                        out.emplace_back(path, set->shape());
    return out;
}

} // namespace plumbline::keras
