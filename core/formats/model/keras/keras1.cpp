#include "core/formats/model/keras/keras1.h"

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
    };
    return table;
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
    if (list && list->is_array())
        for (auto& layer : *list)
            modernizeLayer(layer);
}

} // namespace plumbline::keras
