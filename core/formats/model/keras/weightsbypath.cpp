#include "core/formats/model/keras/layers/table.h"
#include "core/formats/model/keras/weights.h"

#include <algorithm>
#include <map>
#include <set>

namespace plumbline::keras {

namespace {

/// The same place in every shard of the weights; one file is the usual case.
struct Place {
    std::vector<Hdf5Group> groups;

    std::optional<Place> in(const std::string& path) const {
        Place out;
        for (const auto& group : groups)
            if (auto next = group.group(path))
                out.groups.push_back(std::move(*next));
        return out.groups.empty() ? std::nullopt : std::optional(std::move(out));
    }

    std::vector<std::string> subgroups() const {
        std::vector<std::string> out;
        for (const auto& group : groups)
            if (const auto children = group.children())
                for (const auto& child : *children)
                    if (child.kind == Hdf5Child::Kind::group &&
                        std::find(out.begin(), out.end(), child.name) == out.end())
                        out.push_back(child.name);
        return out;
    }
};

/// Variables directly in `vars` of a place: "0", "1", … in order, across shards.
Result<std::vector<Tensor>> variablesAt(const Place& place) {
    std::vector<std::pair<std::int64_t, Tensor>> found;
    for (const auto& group : place.groups) {
        const auto vars = group.group("vars");
        if (!vars)
            continue;
        PLUMBLINE_TRY(const auto children, vars->children());
        for (const auto& child : children) {
            if (child.kind == Hdf5Child::Kind::link || child.kind == Hdf5Child::Kind::dataset) {
                PLUMBLINE_TRY(const auto set, vars->dataset(child.name));
                PLUMBLINE_TRY(auto tensor, set.read());
                found.emplace_back(std::strtoll(child.name.c_str(), nullptr, 10), std::move(tensor));
            }
        }
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<Tensor> out;
    for (auto& [index, tensor] : found)
        out.push_back(std::move(tensor));
    return out;
}

bool holdsVariables(const Hdf5Group& group, int depth = 0) {
    const auto children = group.children();
    if (!children || depth > 40)
        return false;
    for (const auto& child : *children) {
        if (child.kind == Hdf5Child::Kind::dataset || child.kind == Hdf5Child::Kind::link)
            return true;
        // Seeds of dropout and noise are state of no meaning at inference.
        if (child.kind == Hdf5Child::Kind::group && child.name != "seed_generator")
            if (const auto next = group.group(child.name); next && holdsVariables(*next, depth + 1))
                return true;
    }
    return false;
}

bool holdsVariables(const Place& place) {
    return std::any_of(place.groups.begin(), place.groups.end(),
                       [](const auto& group) { return holdsVariables(group); });
}

/// "dense_3" is the third `dense` after the first; "dense_transpose" is none.
bool isOfStem(const std::string& name, const std::string& stem) {
    if (!name.starts_with(stem))
        return false;
    const auto rest = name.substr(stem.size());
    return rest.empty() || (rest.size() > 1 && rest[0] == '_' &&
                            std::all_of(rest.begin() + 1, rest.end(), [](char c) { return c >= '0' && c <= '9'; }));
}

std::string nameAttribute(const Place& place) {
    for (const auto& group : place.groups)
        if (const auto vars = group.group("vars"))
            if (const auto name = vars->text("name"); name && *name)
                return **name;
    return {};
}

/// The group of each layer as Keras counts them: by class, whether or not it has variables.
std::map<std::string, const LayerInstance*> countedGroups(const ModelInstance& model) {
    std::map<std::string, const LayerInstance*> out;
    std::map<std::string, int> count;
    for (const auto& layer : model.layers) {
        if (layer->config.isOperation())
            continue;
        const auto stem = snakeCase(layer->config.className);
        const auto number = count[stem]++;
        out.emplace(number == 0 ? stem : stem + "_" + std::to_string(number), layer.get());
    }
    return out;
}

struct Assignment {
    bool countsShared; ///< Keras 3 counts a layer that is stored elsewhere, Keras 2 passes over it
    std::set<const LayerInstance*> repeated; ///< what looks like a layer that was stored before
    Notes& notes;
};

Result<void> assignModel(ModelInstance& model, const Place& place, Assignment& context, int depth);

Result<void> assignLayer(LayerInstance& layer, const Place& place, Assignment& context, int depth) {
    if (depth > 40)
        return {};
    if (layer.model)
        return assignModel(*layer.model, place, context, depth + 1);
    if (layer.weightsUnknown) { // shown as they are
        PLUMBLINE_TRY(auto tensors, variablesAt(place));
        for (std::size_t i = 0; i < tensors.size(); ++i) {
            LayerWeight weight;
            weight.name = "var" + std::to_string(i);
            store(weight, std::move(tensors[i]));
            layer.weights.push_back(std::move(weight));
        }
        return {};
    }
    if (!layer.weights.empty()) {
        const auto inner =
            layer.kind->variablesIn.empty() ? std::nullopt : place.in(std::string(layer.kind->variablesIn));
        PLUMBLINE_TRY(auto tensors, variablesAt(inner ? *inner : place));
        if (tensors.size() == layer.weights.size()) {
            for (std::size_t i = 0; i < tensors.size(); ++i)
                store(layer.weights[i], std::move(tensors[i]));
        } else if (!tensors.empty()) {
            auto error = failure(ErrorCode::shape, "weights-shape",
                                 "its settings ask for {expected} weights, the file holds {actual} for it ({path})",
                                 {{"expected", std::int64_t(layer.weights.size())},
                                  {"actual", std::int64_t(tensors.size())},
                                  {"path", place.groups.front().path()}});
            layer.weightProblem = error.error();
        }
    }
    for (auto& [attribute, child] : layer.children)
        if (const auto next = place.in(attribute))
            PLUMBLINE_CHECK(assignLayer(*child, *next, context, depth + 1));
    return {};
}

/// The group that lists a model's layers. The name of the attribute depends on the writer.
std::optional<Place> layersOf(const Place& place) {
    for (const char* attribute :
         {"layers", "_layer_checkpoint_dependencies", "_functional/layers", "_layers", "_functional/_layers",
          "_operations", "_functional/_operations", "_self_tracked_trackables"})
        if (auto found = place.in(attribute); found && holdsVariables(*found))
            return found;
    return std::nullopt;
}

Result<void> assignModel(ModelInstance& model, const Place& place, Assignment& context, int depth) {
    if (depth > 40)
        return {};
    const auto layers = layersOf(place);
    if (!layers)
        return {};
    struct Candidate {
        std::string group;
        std::string name; ///< the layer's own, where the writer stored it
        Place place;
        bool taken = false;
    };
    std::vector<Candidate> candidates;
    for (const auto& group : layers->subgroups())
        if (auto inside = layers->in(group); inside && holdsVariables(*inside)) {
            auto name = nameAttribute(*inside);
            candidates.push_back({group, std::move(name), std::move(*inside)});
        }
    const auto take = [&](LayerInstance& layer, Candidate& candidate) {
        candidate.taken = true;
        return assignLayer(layer, candidate.place, context, depth);
    };
    // By the stored name first; what is left goes class by class, in order: counters skip differently with each writer,
    // but the order of the layers of one class never changes.
    std::vector<LayerInstance*> left;
    for (auto& layer : model.layers) {
        if (!layer->hasWeights())
            continue;
        const auto stem = snakeCase(layer->config.className);
        const auto it = std::find_if(candidates.begin(), candidates.end(), [&](const Candidate& candidate) {
            return !candidate.taken && !candidate.name.empty() && candidate.name == layer->config.name &&
                   isOfStem(candidate.group, stem);
        });
        if (it == candidates.end())
            left.push_back(layer.get());
        else
            PLUMBLINE_CHECK(take(*layer, *it));
    }
    const auto counted = countedGroups(model);
    const auto isCounted = [&](const std::string& stem) {
        return std::all_of(candidates.begin(), candidates.end(), [&](const Candidate& candidate) {
            return candidate.taken || !isOfStem(candidate.group, stem) || counted.contains(candidate.group);
        });
    };
    // With fewer groups than layers one of them is stored elsewhere: only the counters say which.
    std::map<std::string, bool> byCounter, passesOver;
    for (const auto* layer : left) {
        const auto stem = snakeCase(layer->config.className);
        const auto isOpen = [&](const Candidate& candidate) {
            return !candidate.taken && isOfStem(candidate.group, stem);
        };
        const auto groups = std::count_if(candidates.begin(), candidates.end(), isOpen);
        const auto sameClass = std::count_if(left.begin(), left.end(), [&](const LayerInstance* other) {
            return snakeCase(other->config.className) == stem;
        });
        byCounter[stem] = context.countsShared && groups < sameClass && isCounted(stem);
        passesOver[stem] = !context.countsShared && groups < sameClass;
    }
    for (auto* layer : left) {
        const auto stem = snakeCase(layer->config.className);
        if (passesOver[stem] && context.repeated.contains(layer))
            continue;
        const auto it = std::find_if(candidates.begin(), candidates.end(), [&](const Candidate& candidate) {
            if (candidate.taken || !isOfStem(candidate.group, stem))
                return false;
            const auto at = counted.find(candidate.group);
            return !byCounter[stem] || (at != counted.end() && at->second == layer);
        });
        if (it != candidates.end())
            PLUMBLINE_CHECK(take(*layer, *it));
    }
    for (const auto& candidate : candidates)
        if (!candidate.taken) {
            auto note = failure(ErrorCode::shape, "weights.unused",
                                "The weights hold {group}, which belongs to no layer of the architecture.",
                                {{"group", candidate.place.groups.front().path()}});
            context.notes.push_back(note.error());
        }
    return {};
}

} // namespace

Result<void> assignByPath(ModelInstance& model, const std::vector<Hdf5Group>& files, const Writer& writer,
                          Notes& notes) {
    Assignment context{writer.major >= 3, repeatedLayers(model), notes};
    PLUMBLINE_CHECK(assignModel(model, Place{files}, context, 0));
    shareWeights(model, notes);
    return {};
}

} // namespace plumbline::keras
