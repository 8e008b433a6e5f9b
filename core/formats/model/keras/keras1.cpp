#include "core/formats/model/keras/keras1.h"

#include "core/formats/model/keras/settings.h"

#include <algorithm>
#include <map>
#include <string>

namespace plumbline::keras {

using nlohmann::json;

namespace {

void rename(json& config, const char* from, const char* to) {
    if (config.contains(from) && !config.contains(to)) {
        config[to] = config[from];
        config.erase(from);
    }
}

void join(json& config, std::initializer_list<const char*> from, const char* to) {
    json list = json::array();
    for (const auto* key : from) {
        if (!config.contains(key))
            return;
        list.push_back(config[key]);
    }
    config[to] = list;
}

/// Class names of Keras 1 and what they became. `Merge` has no single successor: its mode says which.
const std::map<std::string, std::string, std::less<>>& classes() {
    static const std::map<std::string, std::string, std::less<>> table = {
        {"Convolution1D", "Conv1D"},
        {"Convolution2D", "Conv2D"},
        {"Convolution3D", "Conv3D"},
        {"AtrousConvolution1D", "Conv1D"},
        {"AtrousConvolution2D", "Conv2D"},
        {"Deconvolution2D", "Conv2DTranspose"},
        {"SeparableConvolution2D", "SeparableConv2D"},
        {"TimeDistributedDense", "Dense"},
    };
    return table;
}

/// One class for every mode of the old Merge; cosines and functions have none, and are refused as a Merge.
void modernizeMerge(json& layer) {
    static const std::map<std::string, std::string, std::less<>> modes = {
        {"sum", "Add"},     {"mul", "Multiply"}, {"concat", "Concatenate"},
        {"ave", "Average"}, {"max", "Maximum"},  {"dot", "Dot"}};
    auto& config = layer["config"];
    const auto mode = config.value("mode", json("sum"));
    const auto it = mode.is_string() ? modes.find(mode.get<std::string>()) : modes.end();
    if (it == modes.end() || config.contains("layers"))
        return;
    layer["class_name"] = it->second;
    rename(config, "concat_axis", "axis");
    rename(config, "dot_axes", "axes");
}

void modernizeLayer(json& layer) {
    if (!layer.is_object() || !layer.contains("config") || !layer["class_name"].is_string())
        return;
    auto& config = layer["config"];
    const auto it = classes().find(layer["class_name"].get<std::string>());
    if (it != classes().end())
        layer["class_name"] = it->second;
    const auto name = layer["class_name"].get<std::string>();
    if (!config.is_object())
        return;
    if (name == "Merge")
        modernizeMerge(layer);
    if (name == "BatchNormalization" && config.value("mode", json(0)) == 1) // each sample by its own moments
        layer["class_name"] = "BatchNormalization (mode 1)";
    if (auto& padding = config["padding"]; name == "ZeroPadding2D" && padding.is_array() && padding.size() == 4)
        padding = json::array({{padding[0], padding[1]}, {padding[2], padding[3]}});
    else if (padding.is_null())
        config.erase("padding");
    if (name == "Embedding") {
        rename(config, "W_constraint", "embeddings_constraint");
    } else if (name == "Dense" || name == "LSTM" || name == "GRU" || name == "SimpleRNN" ||
               name == "TimeDistributedDense") {
        rename(config, "output_dim", "units");
        rename(config, "inner_activation", "recurrent_activation");
    }
    rename(config, "nb_filter", "filters");
    rename(config, "bias", "use_bias");
    rename(config, "border_mode", "padding");
    rename(config, "subsample", "strides");
    rename(config, "subsample_length", "strides");
    rename(config, "filter_length", "kernel_size");
    rename(config, "atrous_rate", "dilation_rate");
    rename(config, "pool_length", "pool_size");
    rename(config, "stride", "strides");
    rename(config, "p", "rate");
    if (name == "UpSampling1D")
        rename(config, "length", "size");
    join(config, {"nb_row", "nb_col"}, "kernel_size");
    if (config.contains("dim_ordering")) {
        const auto& order = config["dim_ordering"];
        config["data_format"] = order == "th" ? "channels_first" : "channels_last";
    }
    if (config.contains("layer"))
        modernizeLayer(config["layer"]);
    modernize(layer);
}

} // namespace

void modernize(json& model) {
    if (!model.is_object() || !model.contains("config"))
        return;
    auto& config = model["config"];
    auto* list = config.is_array()                                 ? &config
                 : config.is_object() && config.contains("layers") ? &config["layers"]
                                                                   : nullptr;
    if (!list || !list->is_array())
        return;
    for (auto& layer : *list)
        modernizeLayer(layer);
    // UpSampling2D does not say how its images lie: as those of the layers around it.
    json format;
    for (const auto& layer : *list)
        if (format.is_null() && layer.is_object() && layer.contains("config") && layer["config"].is_object())
            format = layer["config"].value("data_format", json());
    for (auto& layer : *list)
        if (!format.is_null() && layer.is_object() && layer.contains("config") && layer["config"].is_object() &&
            layer["class_name"].is_string() && layer["class_name"].get<std::string>().starts_with("UpSampling") &&
            !layer["config"].contains("data_format"))
            layer["config"]["data_format"] = format;
}

namespace {

/// Side by side along the last axis; null where they do not fit.
Tensor beside(const std::vector<Tensor>& parts) {
    std::int64_t rows = 1, columns = 0;
    for (const auto& part : parts) {
        if (part.rank() < 1 || part.rank() > 2 || part.rank() != parts[0].rank() ||
            (part.rank() == 2 && part.shape()[0] != parts[0].shape()[0]))
            return {};
        rows = part.rank() == 2 ? part.shape()[0] : 1;
        columns += part.shape().back();
    }
    auto out = TensorBuilder::allocate(DType::float32, parts[0].rank() == 2 ? Shape{rows, columns} : Shape{columns});
    if (!out)
        return {};
    auto* to = out->span<float>().data();
    for (std::int64_t row = 0; row < rows; ++row)
        for (const auto& part : parts)
            for (std::int64_t i = 0, width = part.shape().back(); i < width; ++i)
                *to++ = static_cast<float>(part.flat(row * width + i));
    return std::move(*out).build();
}

/// Three weights a gate from `first` on become three; `order` names the old gate at each place of the new.
bool joined(std::vector<Tensor>& out, const std::vector<Tensor>& tensors, std::size_t first,
            const std::vector<std::size_t>& order) {
    for (std::size_t part = 0; part < 3; ++part) {
        std::vector<Tensor> gates;
        for (const auto gate : order)
            gates.push_back(tensors[first + gate * 3 + part]);
        out.push_back(beside(gates));
        if (out.back().isNull())
            return false;
    }
    return true;
}

Tensor turned(const Tensor& tensor, std::vector<std::size_t> permutation) {
    return tensor.rank() == permutation.size() ? tensor.transposed(permutation).contiguous().value_or(tensor) : tensor;
}

} // namespace

void joinGates(const LayerInstance& layer, std::vector<std::string>& names, std::vector<Tensor>& tensors) {
    const auto* cell = &layer;
    const bool both = layer.config.className == "Bidirectional";
    if (both || layer.config.className == "TimeDistributed")
        cell = layer.child(both ? "forward_layer" : "layer");
    if (!cell)
        return;
    const auto& name = cell->config.className;
    const std::vector<std::size_t> order = name == "LSTM"  ? std::vector<std::size_t>{0, 2, 1, 3}
                                           : name == "GRU" ? std::vector<std::size_t>{0, 1, 2}
                                                           : std::vector<std::size_t>{};
    const auto each = order.size() * 3;
    if (each == 0 || tensors.size() != (both ? 2 * each : each))
        return;
    std::vector<Tensor> out;
    for (std::size_t first = 0; first < tensors.size(); first += each)
        if (!joined(out, tensors, first, order))
            return;
    tensors = std::move(out);
    names.clear();
    for (std::size_t i = 0; i < tensors.size(); ++i)
        names.emplace_back(i % 3 == 0 ? "kernel" : i % 3 == 1 ? "recurrent_kernel" : "bias");
}

bool modernizeKernels(LayerInstance& layer) {
    bool found = false;
    for (auto& [attribute, child] : layer.children)
        found = modernizeKernels(*child) || found;
    if (layer.model)
        for (auto& inner : layer.model->layers)
            found = modernizeKernels(*inner) || found;
    const auto& name = layer.config.className;
    if (!name.starts_with("Conv") || layer.weights.empty() || layer.weights[0].stored.isNull())
        return found;
    const Settings settings(layer.config.config);
    const bool first = settings.text("data_format", "channels_last") == "channels_first";
    auto& weight = layer.weights[0];
    auto kernel = weight.stored;
    if (name == "Conv1D" && kernel.rank() == 4) {
        // (length, 1, in, out), before 1.2 (out, in, length, 1).
        const auto length = settings.integer("kernel_size", 0), filters = settings.integer("filters", 0);
        if (kernel.shape()[0] != length || kernel.shape()[1] != 1 || kernel.shape()[3] != filters)
            kernel = turned(kernel, {2, 3, 1, 0});
        if (kernel.shape()[1] == 1)
            kernel = kernel.indexed(1, 0).contiguous().value_or(kernel);
    } else if (name == "Conv2D" && first)
        kernel = turned(kernel, {2, 3, 1, 0});
    else if (name == "Conv2DTranspose")
        kernel = turned(kernel, first ? std::vector<std::size_t>{2, 3, 0, 1} : std::vector<std::size_t>{0, 1, 3, 2});
    else if (name == "Conv3D" && first)
        kernel = turned(kernel, {2, 3, 4, 1, 0});
    store(weight, std::move(kernel));
    return true;
}

} // namespace plumbline::keras
