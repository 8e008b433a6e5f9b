#include "core/formats/model/keras/layers/table.h"
#include "core/formats/model/keras/unknownweights.h"
#include "core/formats/model/keras/weights.h"
#include "core/formats/model/keras/weightstree.h"

#include <algorithm>
#include <map>
#include <set>

namespace plumbline::keras {

namespace {

/// The group of each layer as Keras counts them: by class, whether or not it has variables.
std::map<std::string, const LayerInstance*> countedGroups(const ModelInstance& model) {
    std::map<std::string, const LayerInstance*> out;
    std::map<std::string, int> count;
    for (const auto& layer : model.layers) {
        if (layer->config.isOperation())
            continue;
        const auto stem = groupStem(layer->config);
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

Result<void> assignModel(ModelInstance& model, const WeightPlace& place, Assignment& context, int depth);

Result<void> assignLayer(LayerInstance& layer, const WeightPlace& place, Assignment& context, int depth) {
    if (depth > 40)
        return {};
    if (layer.model)
        return assignModel(*layer.model, place, context, depth + 1);
    if (layer.weightsUnknown)
        return takeUnknownWeights(layer, place);
    if (!layer.weights.empty()) {
        const auto inner =
            layer.kind->variablesIn.empty() ? std::nullopt : place.in(std::string(layer.kind->variablesIn));
        PLUMBLINE_TRY(auto variables, (inner ? *inner : place).variables());
        if (variables.size() == layer.weights.size()) {
            for (std::size_t i = 0; i < variables.size(); ++i)
                store(layer.weights[i], std::move(variables[i].tensor));
        } else if (!variables.empty()) {
            auto error = failure(ErrorCode::shape, "weights-shape",
                                 "its settings ask for {expected} weights, the file holds {actual} for it ({path})",
                                 {{"expected", std::int64_t(layer.weights.size())},
                                  {"actual", std::int64_t(variables.size())},
                                  {"path", place.path()}});
            layer.weightProblem = error.error();
            layer.weights.clear(); // shown as they are
            for (auto& variable : variables) {
                LayerWeight weight;
                weight.name = "var" + variable.name;
                store(weight, std::move(variable.tensor));
                layer.weights.push_back(std::move(weight));
            }
        }
    }
    for (auto& [attribute, child] : layer.children)
        if (const auto next = place.in(attribute))
            PLUMBLINE_CHECK(assignLayer(*child, *next, context, depth + 1));
    return {};
}

/// The group that lists a model's layers. The name of the attribute depends on the writer.
std::optional<WeightPlace> layersOf(const WeightPlace& place) {
    for (const char* attribute :
         {"layers", "_layer_checkpoint_dependencies", "_functional/layers", "_layers", "_functional/_layers",
          "_operations", "_functional/_operations", "_self_tracked_trackables"})
        if (auto found = place.in(attribute); found && found->holdsVariables())
            return found;
    return std::nullopt;
}

Result<void> assignModel(ModelInstance& model, const WeightPlace& place, Assignment& context, int depth) {
    if (depth > 40)
        return {};
    const auto layers = layersOf(place);
    if (!layers)
        return {};
    struct Candidate {
        std::string group;
        std::string name; ///< the layer's own, where the writer stored it
        WeightPlace place;
        bool taken = false;
    };
    std::vector<Candidate> candidates;
    for (const auto& group : layers->subgroups())
        if (auto inside = layers->in(group); inside && inside->holdsVariables()) {
            auto name = inside->layerName();
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
        const auto stem = groupStem(layer->config);
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
        const auto stem = groupStem(layer->config);
        const auto isOpen = [&](const Candidate& candidate) {
            return !candidate.taken && isOfStem(candidate.group, stem);
        };
        const auto groups = std::count_if(candidates.begin(), candidates.end(), isOpen);
        const auto sameClass = std::count_if(
            left.begin(), left.end(), [&](const LayerInstance* other) { return groupStem(other->config) == stem; });
        byCounter[stem] = context.countsShared && groups < sameClass && isCounted(stem);
        passesOver[stem] = !context.countsShared && groups < sameClass;
    }
    for (auto* layer : left) {
        const auto stem = groupStem(layer->config);
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
                                {{"group", candidate.place.path()}});
            context.notes.push_back(note.error());
        }
    return {};
}

} // namespace

Result<void> assignByPath(ModelInstance& model, const std::vector<Hdf5Group>& files, const Writer& writer,
                          Notes& notes) {
    Assignment context{writer.major >= 3, repeatedLayers(model), notes};
    PLUMBLINE_CHECK(assignModel(model, WeightPlace(files), context, 0));
    shareWeights(model, notes);
    return {};
}

} // namespace plumbline::keras
