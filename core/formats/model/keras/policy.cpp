#include "core/formats/model/keras/policy.h"

namespace plumbline::keras {

using nlohmann::json;

namespace {

/// The name in any form. Quantized policies have a mode and a source.
std::string policyName(const json& dtype, const std::string& layer) {
    if (dtype.is_string())
        return dtype.get<std::string>();
    if (!dtype.is_object())
        return {};
    const auto config = dtype.value("config", json::object());
    if (!config.is_object())
        return {};
    if (const auto map = config.find("policy_map"); map != config.end()) {
        if (map->is_object())
            for (const auto& [path, policy] : map->items())
                if (path == layer || path.ends_with("/" + layer))
                    return policyName(policy, layer);
        return policyName(config.value("default_policy", json()), layer);
    }
    if (const auto mode = config.find("mode"); mode != config.end() && mode->is_string()) {
        const auto source = config.value("source_name", json());
        return mode->get<std::string>() + "_from_" + (source.is_string() ? source.get<std::string>() : "float32");
    }
    const auto name = config.value("name", json());
    return name.is_string() ? name.get<std::string>() : std::string();
}

std::unexpected<Error> policyFailure(std::string what, const std::string& name) {
    auto error = failure(ErrorCode::unsupported, "unsupported-layer",
                         "its dtype policy is {name}, {what}; float16, bfloat16, float32, float64, mixed_float16 and "
                         "mixed_bfloat16 are accepted",
                         {{"name", name.size() > 60 ? name.substr(0, 57) + "..." : name}, {"what", std::move(what)}});
    error.error().expected = "a floating-point policy";
    error.error().actual = name;
    return error;
}

} // namespace

Result<Policy> policyOf(const LayerConfig& layer) {
    Policy out;
    const auto dtype = layer.config.is_object() ? layer.config.find("dtype") : layer.config.end();
    if (layer.isOperation() || !layer.config.is_object() || dtype == layer.config.end() || dtype->is_null())
        return out;
    const auto name = policyName(*dtype, layer.name);
    if (name.empty() || name == "infer" || name == "_infer") // TensorFlow 2.0 and 2.1: taken from the first input
        return out;
    if (name.find("_from_") != std::string::npos)
        return policyFailure("whose weights are quantized", name);
    out.name = name;
    if (name == "mixed_float16" || name == "mixed_bfloat16")
        out.compute = name == "mixed_float16" ? DType::float16 : DType::bfloat16;
    else if (const auto known = dtypeFromName(name)) {
        // An old Embedding has its input's integer type there; layers of integers compute in float32 where they must.
        if (isFloat(*known))
            out.compute = *known;
    } else
        return policyFailure("which is not known", name);
    return out;
}

bool castsInputs(const LayerConfig& layer, const Writer& writer) {
    if (layer.isOperation() || layer.className == "Embedding")
        return false;
    return writer.major < 3 || (layer.className != "LayerNormalization" && layer.className != "GroupNormalization");
}

DType promoted(DType a, DType b) {
    if (!isFloat(a) || !isFloat(b))
        return isFloat(b) ? b : a;
    if (itemSize(a) == 2 && itemSize(b) == 2 && a != b)
        return DType::float32;
    return itemSize(b) > itemSize(a) ? b : a;
}

Error policyNote(const std::string& policy, DType compute, std::int64_t layers) {
    const std::string type(name(compute));
    const Message::Arguments arguments{{"layers", layers},
                                       {"s", std::string(layers == 1 ? "" : "s")},
                                       {"computes", std::string(layers == 1 ? "computes" : "compute")},
                                       {"policy", policy},
                                       {"type", type}};
    if (compute == DType::float64)
        return failure(ErrorCode::unsupported, "keras.policy-wide",
                       "{layers} layer{s} {computes} in {type} (policy {policy}): so does Plumbline, by its reference "
                       "kernels, which are slower than those for float32.",
                       arguments)
            .error();
    return failure(
               ErrorCode::unsupported, "keras.policy-narrow",
               "{layers} layer{s} {computes} in {type} (policy {policy}): Plumbline computes each op in float32 and "
               "rounds its result to {type}. A framework that adds up in {type} itself differs in the last digits.",
               arguments)
        .error();
}

} // namespace plumbline::keras
