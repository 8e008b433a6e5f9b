#include "core/formats/model/keras/unknownweights.h"

#include "core/formats/model/keras/layers/table.h"
#include "core/formats/model/keras/weights.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <set>

namespace plumbline::keras {

using nlohmann::json;

namespace {

constexpr int deepest = 40;

/// Variables of Keras's own classes that cannot be run, in its order; what comes last may be left out.
const std::map<std::string, std::vector<std::string>, std::less<>>& knownNames() {
    static const std::vector<std::string> cell = {"kernel", "recurrent_kernel", "bias"}, dense = {"kernel", "bias"};
    static const std::map<std::string, std::vector<std::string>, std::less<>> names = {
        {"LSTMCell", cell},
        {"GRUCell", cell},
        {"SimpleRNNCell", cell},
        {"ConvLSTMCell", cell},
        {"EinsumDense", dense},
        {"LocallyConnected1D", dense},
        {"LocallyConnected2D", dense},
        {"RMSNormalization", {"scale"}},
        {"AdditiveAttention", {"scale"}},
        {"ReversibleEmbedding", {"embeddings", "reverse_embeddings"}},
    };
    return names;
}

/// The variables of a class with these settings, or nothing where they are not known or not this many.
std::vector<std::string> namesOf(const std::string& className, const json& config, std::size_t count) {
    if (const auto it = knownNames().find(className); it != knownNames().end() && count <= it->second.size())
        return {it->second.begin(), it->second.begin() + static_cast<std::ptrdiff_t>(count)};
    LayerConfig layer;
    layer.className = className;
    const auto* kind = findLayer(layer);
    std::vector<std::string> out;
    if (kind && kind->weights)
        for (const auto& spec : kind->weights(Settings(config), Writer()))
            out.emplace_back(spec.name);
    return out.size() == count ? out : std::vector<std::string>();
}

/// A layer that stands in another's settings: the class of `cell` in RNN, of `layer` in a wrapper.
std::pair<std::string, json> serialized(const json& config, const std::string& attribute) {
    const auto it = config.find(attribute);
    if (it == config.end() || !it->is_object() || !it->value("class_name", json()).is_string())
        return {};
    return {(*it)["class_name"].get<std::string>(), it->value("config", json::object())};
}

class Taker {
public:
    explicit Taker(LayerInstance& layer) : m_layer(layer) {}

    Result<void> take(const WeightPlace& place, const std::string& prefix, const std::string& className,
                      const json& config, int depth) {
        PLUMBLINE_TRY(auto variables, place.variables());
        const auto subgroups = depth < deepest ? place.subgroups() : std::vector<std::string>();
        std::vector<std::pair<std::string, WeightPlace>> below;
        for (const auto& name : subgroups)
            if (auto next = place.in(name); next && !next->isSeed())
                below.emplace_back(name, std::move(*next));
        const auto first = m_layer.weights.size();
        for (const auto& [name, next] : below) {
            const auto [innerClass, innerConfig] = inner(className, config, name, place);
            PLUMBLINE_CHECK(take(next, prefix + name + "/", innerClass, innerConfig, depth + 1));
        }
        // Its own stand before those of its parts, but for what is one of the parts' own.
        const bool isWrapper = className == "SpectralNormalization";
        std::erase_if(variables, [&](const StoredVariable& variable) {
            return std::any_of(m_layer.weights.begin() + static_cast<std::ptrdiff_t>(first), m_layer.weights.end(),
                               [&](const LayerWeight& part) { return isOne(part.stored, variable.tensor, isWrapper); });
        });
        auto names = isWrapper && variables.size() == 1 ? std::vector<std::string>{"vector_u"}
                                                        : namesOf(className, config, variables.size());
        std::vector<LayerWeight> own;
        for (std::size_t i = 0; i < variables.size(); ++i) {
            const auto& stored = variables[i].name;
            const bool isNumber = stored.find_first_not_of("0123456789") == std::string::npos;
            LayerWeight weight;
            weight.name = prefix + (!isNumber ? stored : names.empty() ? "var" + stored : names[i]);
            store(weight, std::move(variables[i].tensor));
            own.push_back(std::move(weight));
        }
        m_layer.weights.insert(m_layer.weights.begin() + static_cast<std::ptrdiff_t>(first), own.begin(), own.end());
        return {};
    }

private:
    /// Whether two stored variables are one: a layer that keeps a part's variable as its own stores it once more. Equal
    /// biases are no proof, for many are zero.
    static bool isOne(const Tensor& a, const Tensor& b, bool isWrapper) {
        if (a.rank() < 2 || a.shape() != b.shape() || a.dtype() != b.dtype())
            return false;
        const auto left = a.contiguous(), right = b.contiguous();
        if (!left || !right || std::memcmp(left->data(), right->data(), left->bytes()) != 0)
            return false;
        if (isWrapper)
            return true;
        const auto size = itemSize(a.dtype());
        for (std::size_t at = size; at < left->bytes(); at += size)
            if (std::memcmp(left->data() + at, left->data(), size) != 0)
                return true;
        return false;
    }

    /// What is known of the part at `name`: its class stands in the settings, in the name of the group among others of
    /// a list, or is always the same.
    static std::pair<std::string, json> inner(const std::string& className, const json& config, const std::string& name,
                                              const WeightPlace& place) {
        if (auto found = serialized(config, name); !found.first.empty())
            return found;
        if (className.starts_with("ConvLSTM") && name == "cell")
            return {"ConvLSTMCell", config};
        if (className.ends_with("Attention") && name.ends_with("_dense"))
            return {"EinsumDense", {}};
        if (!place.in("vars")) // a list: its groups are named after their classes
            for (const auto& [known, names] : knownNames())
                if (isOfStem(name, snakeCase(known)))
                    return {known, {}};
        return {};
    }

    LayerInstance& m_layer;
};

} // namespace

bool keepsTables(const LayerConfig& layer) {
    static const std::set<std::string, std::less<>> names = {"Discretization", "IntegerLookup", "StringLookup",
                                                             "TextVectorization"};
    return isBuiltIn(layer) && names.contains(layer.className);
}

Result<void> takeUnknownWeights(LayerInstance& layer, const WeightPlace& place) {
    if (keepsTables(layer.config))
        return {};
    const auto config = layer.config.config.is_object() ? layer.config.config : json::object();
    // A class of the user's own may bear one of Keras's names.
    return Taker(layer).take(place, {}, isBuiltIn(layer.config) ? layer.config.className : std::string(), config, 0);
}

} // namespace plumbline::keras
