#include "core/formats/model/keras/calls.h"

#include <map>
#include <unordered_map>
#include <unordered_set>

namespace plumbline::keras {

using nlohmann::json;
using Names = std::unordered_set<std::string>;

namespace {

bool isTriple(const json& value) {
    return value.is_array() && value.size() >= 3 && value.size() <= 4 && value[0].is_string() &&
           value[1].is_number_integer() && value[2].is_number_integer() && value[1] >= 0 && value[2] >= 0;
}

bool isConstant(const json& value) {
    return value.is_array() && value.size() >= 3 && value[0].is_string() && value[0] == "_CONSTANT_VALUE";
}

TensorReference reference(const json& triple) {
    return {triple[0].get<std::string>(), triple[1].get<std::size_t>(), triple[2].get<std::size_t>()};
}

/// Where a tensor stood in the arguments: its place among the call's tensors. Only this file makes such marks; one that
/// a file holds is left out.
constexpr const char* tensorMark = "$tensor";

json tensorAt(Call& call, TensorReference at) {
    call.tensors.push_back(std::move(at));
    return {{tensorMark, call.tensors.size() - 1}};
}

/// An argument with its tensors replaced by their places.
json argument(const json& value, Call& call, const Names& names) {
    if (value.is_object()) {
        if (value.value("class_name", json()) == "__keras_tensor__") {
            const auto config = value.value("config", json());
            const auto history = config.is_object() ? config.value("keras_history", json()) : json();
            if (isTriple(history))
                return tensorAt(call, reference(history));
        }
        json out = json::object();
        for (const auto& [key, item] : value.items())
            if (key != tensorMark)
                out[key] = argument(item, call, names);
        return out;
    }
    if (!value.is_array())
        return value;
    if (isConstant(value))
        return argument(value[2], call, names);
    if (isTriple(value) && names.contains(value[0].get<std::string>()))
        return tensorAt(call, reference(value));
    json out = json::array();
    for (const auto& item : value)
        out.push_back(argument(item, call, names));
    return out;
}

void addKwargs(const json& value, Call& call, const Names& names) {
    if (value.is_object())
        for (const auto& [key, item] : value.items())
            call.kwargs[key] = argument(item, call, names);
}

Call newCall(const json& node, const Names& names) {
    Call call;
    const auto args = node.value("args", json::array());
    if (args.is_array())
        for (const auto& item : args)
            call.args.push_back(argument(item, call, names));
    addKwargs(node.value("kwargs", json()), call, names);
    for (const char* name : {"inputs", "sequences"}) // Dense(4)(inputs=x): the first argument all the same
        if (call.args.empty() && call.kwargs.contains(name)) {
            call.args.push_back(call.kwargs[name]);
            call.kwargs.erase(name);
        }
    call.kwargs = unwrapped(call.kwargs);
    call.args = unwrapped(call.args);
    return call;
}

/// One tensor of an old node with the kwargs that stand beside it.
void addOldTensor(const json& item, Call& call, const Names& names) {
    call.args.push_back(isConstant(item) ? argument(item[2], call, names) : tensorAt(call, reference(item)));
    if (item.size() > 3)
        addKwargs(item[3], call, names);
}

Call oldCall(const json& node, const Names& names) {
    Call call;
    if (isTriple(node) || isConstant(node)) {
        addOldTensor(node, call, names);
        return call;
    }
    if (!node.is_array()) { // a dictionary of inputs by name
        call.args.push_back(argument(node, call, names));
        return call;
    }
    for (const auto& item : node) {
        if (isTriple(item) || isConstant(item))
            addOldTensor(item, call, names);
        else
            call.args.push_back(argument(item, call, names));
    }
    return call;
}

} // namespace

std::optional<std::size_t> tensorIndex(const json& value) {
    if (!value.is_object() || value.size() != 1 || !value.contains(tensorMark))
        return std::nullopt;
    return value[tensorMark].get<std::size_t>();
}

std::vector<TensorReference> parseReferences(const json& value) {
    std::vector<TensorReference> out;
    if (isTriple(value)) {
        out.push_back(reference(value));
    } else if (value.is_structured()) {
        for (const auto& item : value)
            for (auto& found : parseReferences(item))
                out.push_back(std::move(found));
    }
    return out;
}

Result<void> parseCalls(ModelConfig& model, const json& layers, const std::string& file) {
    Names names;
    for (const auto& layer : model.layers)
        if (!names.insert(layer.name).second) {
            auto error = failure(ErrorCode::cannotRead, "keras.duplicate",
                                 "The architecture of {file} has two layers named {layer}; names must be unique.",
                                 {{"file", file}, {"layer", layer.name}});
            error.error().file = file;
            return error;
        }
    for (std::size_t i = 0; i < model.layers.size(); ++i) {
        const auto nodes = layers[i].value("inbound_nodes", json::array());
        if (!nodes.is_array())
            continue;
        for (const auto& node : nodes) {
            const bool isNew = node.is_object() && (node.contains("args") || node.contains("kwargs"));
            model.layers[i].calls.push_back(isNew ? newCall(node, names) : oldCall(node, names));
        }
    }
    return {};
}

namespace {

using Group = std::vector<TensorReference*>;

/// Keras 2 counts a nested model's own first node everywhere, Keras 3 a nested Functional's where the outer model names
/// its inputs and outputs. Files differ in whether they do: an index past the last call says so.
void rebaseGroup(const Group& group, const std::unordered_map<std::string, std::size_t>& count, const Names& counted) {
    std::map<std::string, std::pair<std::size_t, std::size_t>> range; // lowest and highest call of each layer
    for (const auto* tensor : group) {
        const auto [it, isNew] = range.try_emplace(tensor->layer, tensor->call, tensor->call);
        it->second.first = std::min(it->second.first, tensor->call);
        it->second.second = std::max(it->second.second, tensor->call);
    }
    for (auto* tensor : group) {
        const auto& [lowest, highest] = range[tensor->layer];
        const auto known = count.find(tensor->layer);
        if (counted.contains(tensor->layer) && lowest > 0)
            --tensor->call;
        else if (known != count.end() && highest >= known->second)
            tensor->call -= lowest;
    }
}

} // namespace

Result<void> rebaseCalls(ModelConfig& model, const Writer& writer, const std::string& file) {
    std::unordered_map<std::string, std::size_t> count;
    Names functionals;
    for (const auto& layer : model.layers) {
        count[layer.name] = layer.isInput() ? 1 : layer.calls.size();
        if (layer.nested && layer.nested->className != "Sequential")
            functionals.insert(layer.name);
    }
    Group inside, ends;
    for (auto& layer : model.layers)
        for (auto& call : layer.calls)
            for (auto& tensor : call.tensors)
                inside.push_back(&tensor);
    for (auto* list : {&model.inputs, &model.outputs})
        for (auto& tensor : *list)
            ends.push_back(&tensor);
    auto all = inside;
    all.insert(all.end(), ends.begin(), ends.end());
    if (writer.major >= 3) {
        rebaseGroup(inside, count, {});
        rebaseGroup(ends, count, functionals);
    } else
        rebaseGroup(all, count, {});
    for (const auto* tensor : all) {
        const auto known = count.find(tensor->layer);
        if (known == count.end() || tensor->call >= known->second) {
            auto error = failure(ErrorCode::cannotRead, "keras.reference",
                                 "The architecture of {file} refers to call {call} of layer {layer}, which {found}.",
                                 {{"file", file},
                                  {"call", std::int64_t(tensor->call)},
                                  {"layer", tensor->layer},
                                  {"found", known == count.end() ? std::string("does not exist")
                                                                 : "has " + std::to_string(known->second) + " calls"}});
            error.error().file = file;
            return error;
        }
    }
    return {};
}

} // namespace plumbline::keras
