// nan-born, inf-born: NaN and infinities that arithmetic made of finite numbers. Each birth that does not follow from
// another is a finding; an infinity that becomes NaN further down explains it.
#include "core/diagnosis/births.h"

#include "core/diagnosis/reach.h"
#include "core/diagnosis/rules/rules.h"

#include <algorithm>
#include <cmath>

namespace plumbline::rules {

namespace {

constexpr std::size_t mostShown = 8;

class Story {
public:
    explicit Story(const Context& context) : m_context(context), m_reach(context.graph()) {}

    void tell(Candidates& out) {
        const auto births = birthsOf(m_context);
        for (const auto& birth : births)
            if (birth.isNan ? isOwnNan(birth) : isOwnInfinity(birth))
                m_told.push_back(&birth);
        std::erase_if(m_told, [&](const Birth* birth) { return !birth->isNan && !shows(*birth); });
        for (const auto* birth : m_told)
            if (const auto severity = severityOf(*birth))
                out.push_back({finding(*birth, *severity), {}});
        if (std::ranges::none_of(m_told, &Birth::isNan))
            tellOfLayer(out);
    }

private:
    const Graph& graph() const { return m_context.graph(); }
    const TraceRecord* record(LayerId layer) const { return m_context.attempt.trace->output(*m_context.model, layer); }

    bool leads(LayerId from, LayerId to) const {
        return m_reach.leads(m_context.layerPlace(from), m_context.layerPlace(to));
    }
    bool isUpstream(const Birth& birth, auto test) const {
        return std::ranges::any_of(
            m_told, [&](const Birth* other) { return test(*other) && leads(other->layer, birth.layer); });
    }

    /// In a layer the first; and of infinities the first NaN that they become, not every one below it.
    bool isOwnNan(const Birth& birth) const {
        return !isUpstream(birth, [&](const Birth& other) {
            return other.isNan && (other.layer == birth.layer || (other.takesInfinity() && birth.takesInfinity()));
        });
    }
    /// Numbers that grow beyond the type do so at one layer after the other: the first is the place.
    bool isOwnInfinity(const Birth& birth) const {
        return !isUpstream(birth, [&](const Birth& other) {
            return !other.isNan &&
                   (other.layer == birth.layer || (other.cause.name == "overflow" && birth.cause.name == "overflow"));
        });
    }
    /// An infinity between a layer's ops counts where the layer gives it out, or NaN that comes of it.
    bool shows(const Birth& birth) const {
        const auto* made = record(birth.layer);
        return !made || made->statistics.infinite() > 0 || !effectsOf(birth).empty();
    }

    /// The NaN that an infinity becomes.
    std::vector<const Birth*> effectsOf(const Birth& infinity) const {
        std::vector<const Birth*> out;
        std::ranges::copy_if(m_told, std::back_inserter(out), [&](const Birth* other) {
            return other->isNan && other->takesInfinity() && leads(infinity.layer, other->layer);
        });
        return out;
    }

    bool reachesResult(LayerId layer, auto test) const {
        const auto& outputs = m_context.attempt.outputs;
        const auto below = m_reach.below(m_reach.valuesOf(m_context.layerPlace(layer)));
        for (std::size_t i = 0; i < std::min(outputs.size(), graph().outputs().size()); ++i) {
            const auto producer = graph().value(graph().outputs()[i]).producer;
            const auto at = producer.isValid() ? graph().node(producer).layer : LayerId();
            if (outputs[i].isNull() || !isFloat(outputs[i].dtype()) || !at.isValid() ||
                !(at == layer || below[at.index]))
                continue;
            if (test(statisticsOf(outputs[i], HistogramWanted::no)))
                return true;
        }
        return false;
    }

    bool isProfiled(LayerId layer) const {
        return m_context.profile && layer.index < m_context.profile->layers.size() &&
               !m_context.profile->layers[layer.index].rows.empty();
    }
    /// Training's own run of this model has the same at that layer.
    bool trainingHas(const Birth& birth) const {
        if (!isProfiled(birth.layer))
            return false;
        const auto& training = m_context.profile->layers[birth.layer.index].statistics;
        return birth.isNan ? training.nan > 0 : training.nan + training.infinite() > 0;
    }

    /// Nothing where it is no matter: an infinity that training's run has too and that does no harm.
    std::optional<Severity> severityOf(const Birth& birth) const {
        if (birth.isNan) {
            if (!m_context.attempt.isComplete() ||
                reachesResult(birth.layer, [](const Statistics& s) { return s.nan > 0; }))
                return Severity::error;
            return trainingHas(birth) ? Severity::note : Severity::warning;
        }
        std::optional<Severity> out;
        for (const auto* effect : effectsOf(birth))
            if (const auto severity = severityOf(*effect); severity && (!out || *severity < *out))
                out = severity;
        if (out)
            return out;
        if (trainingHas(birth))
            return std::nullopt;
        const bool inResult = reachesResult(birth.layer, [](const Statistics& s) { return s.infinite() > 0; });
        return isProfiled(birth.layer) || inResult ? Severity::warning : Severity::note;
    }

    /// Where the infinity stands that a NaN was made of, and whether it was born there.
    std::pair<std::string, bool> infinityOf(const Birth& birth) const {
        for (const auto* other : m_told)
            if (!other->isNan && leads(other->layer, birth.layer))
                return {graph().layer(other->layer).name, true};
        const auto& node = graph().node(birth.node);
        for (const auto& operand : birth.cause.operands)
            if (std::isinf(operand.value) && operand.input < node.inputs.size())
                if (const auto& value = graph().value(node.inputs[operand.input]); value.isConstant())
                    return {value.layer.isValid() ? graph().layer(value.layer).name : operand.of, false};
        for (const auto& seen : m_context.attempt.trace->records)
            if (seen.statistics.infinite() > 0 && seen.layer.isValid() && leads(seen.layer, birth.layer))
                return {graph().layer(seen.layer).name, false};
        return {};
    }

    Finding finding(const Birth& birth, Severity severity) const {
        const auto& cause = birth.cause;
        const auto& name = graph().layer(birth.layer).name;
        const auto* made = record(birth.layer);
        const auto count = !made ? 0 : birth.isNan ? made->statistics.nan : made->statistics.infinite();
        // An op within a layer may have its elements in another order: the place is one in what the layer gives out.
        const auto first = !made ? std::nullopt : birth.isNan ? made->statistics.firstNan : made->statistics.firstInf;
        const bool isInside = first && birth.shape != made->shape;
        const auto element = isInside ? unflatten(*first, made->shape) : unflatten(birth.element, birth.shape);
        Finding out;
        out.code = birth.isNan ? "nan-born" : "inf-born";
        out.severity = severity;
        out.where = m_context.layerPlace(birth.layer);
        out.where.element = element;
        out.expected = {{birth.isNan ? "nan" : "inf", 0}};
        out.actual = {{birth.isNan ? "nan" : "inf", count}};
        auto values = nlohmann::json::array(), named = nlohmann::json::array();
        for (std::size_t i = 0; i < std::min(cause.operands.size(), mostShown); ++i) {
            values.push_back(toJson(cause.operands[i].value));
            named.push_back({{"value", toJson(cause.operands[i].value)}, {"of", cause.operands[i].of}});
        }
        out.evidence = {{"op", graph().node(birth.node).op}, {"element", element},  {"operands", values},
                        {"operands_named", named},           {"cause", cause.name}, {"layer", name}};
        if (isInside)
            out.evidence["element_of_op"] = unflatten(birth.element, birth.shape);
        if (trainingHas(birth))
            out.evidence["in_training"] = true; // no matter of this prediction's values
        const auto [from, isBorn] =
            birth.isNan && birth.takesInfinity() ? infinityOf(birth) : std::pair<std::string, bool>();
        if (!from.empty()) {
            out.evidence["infinity_from"] = from;
            out.evidence["infinity_born"] = isBorn;
        }
        std::string pattern = birth.isNan ? "NaN is born in layer {layer}: {op} at {element} {what}"
                                          : "An infinity is born in layer {layer}: {op} at {element} {what}";
        if (!cause.words.empty())
            pattern += " ({operands})";
        if (!from.empty() && from != name)
            pattern += ", the infinity stands in {from}";
        if (count > 0)
            pattern += std::string("; {count} of {total} {total|result|results} {count|is|are} ") +
                       (birth.isNan ? "NaN" : "infinite");
        out.message = Message(out.code + (!from.empty() && from != name ? ".infinity" : ""), pattern + ".",
                              {{"layer", name},
                               {"op", graph().node(birth.node).op},
                               {"element", indexText(element)},
                               {"what", cause.name == "overflow" ? "overflows" : "is " + cause.name},
                               {"operands", cause.words},
                               {"from", from},
                               {"count", countText(count)},
                               {"total", countText(made ? made->statistics.count : 0)}});
        return out;
    }

    /// NaN of which no element's birth was found: the first layer that gives it of inputs without. No such layer where
    /// an input or a weight brings the NaN along.
    void tellOfLayer(Candidates& out) const {
        std::vector<bool> bad(graph().values().size(), false);
        for (const auto& input : m_context.inputs)
            bad[graph().inputs()[input.position].index] = input.statistics.nan > 0;
        for (const auto& layer : graph().layers())
            for (const auto& weight : layer.weights)
                if (!weight.stored.isNull() && isFloat(weight.stored.dtype()) &&
                    statisticsOf(weight.stored, HistogramWanted::no).nan > 0)
                    return;
        for (const auto& seen : m_context.attempt.trace->records) {
            if (seen.statistics.nan == 0)
                continue;
            bad[seen.key.value.index] = true;
            if (!seen.layer.isValid() || !graph().value(seen.key.value).producer.isValid())
                continue;
            const auto& layer = graph().layer(seen.layer);
            if (layer.nodes.empty() ||
                std::ranges::any_of(layer.inputs, [&](ValueId v) { return v.isValid() && bad[v.index]; }))
                continue;
            Finding finding;
            finding.code = "nan-born";
            finding.where = m_context.layerPlace(seen.layer);
            finding.severity = !m_context.attempt.isComplete() ||
                                       reachesResult(seen.layer, [](const Statistics& s) { return s.nan > 0; })
                                   ? Severity::error
                                   : Severity::warning;
            finding.expected = {{"nan", 0}};
            finding.actual = {{"nan", seen.statistics.nan}};
            finding.message = Message("nan-born.layer",
                                      "NaN is born in layer {layer}: {count} of its {total} {total|result|results}.",
                                      {{"layer", layer.name},
                                       {"count", countText(seen.statistics.nan)},
                                       {"total", countText(seen.statistics.count)}});
            out.push_back({std::move(finding), {}});
            return;
        }
    }

    const Context& m_context;
    Reach m_reach;
    std::vector<const Birth*> m_told; ///< those that do not follow from each other
};

} // namespace

void births(const Context& context, Candidates& out) {
    if (context.attempt.trace)
        Story(context).tell(out);
}

} // namespace plumbline::rules
