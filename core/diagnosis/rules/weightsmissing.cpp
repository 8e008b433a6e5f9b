// weights-missing: the architecture is there, the numbers are not.
#include "core/diagnosis/rules/rules.h"

namespace plumbline::rules {

void weightsMissing(const Context& context, Candidates& out) {
    const auto& graph = context.graph();
    Finding finding;
    std::int64_t layers = 0, parameters = 0;
    bool isCounted = true; ///< of each missing weight it is known how many elements it would have
    for (std::size_t i = 0; i < graph.layers().size(); ++i) {
        const auto& layer = graph.layers()[i];
        bool lacks = layer.problem && layer.problem->kind == LayerProblem::Kind::weightsMissing;
        std::string first;
        for (const auto& weight : layer.weights)
            if (weight.stored.isNull()) {
                lacks = true;
                isCounted = isCounted && weight.shape.rank() > 0;
                parameters += weight.shape.checkedElements().value_or(0);
                first = first.empty() ? weight.name : first;
            }
        if (!lacks)
            continue;
        isCounted = isCounted && !first.empty();
        if (layers++ > 0)
            continue;
        finding.where.kind = PlaceKind::weight;
        finding.where.name = layer.name;
        finding.where.index = static_cast<std::int64_t>(i);
        if (!first.empty())
            finding.where.weight = first;
    }
    if (layers == 0)
        return;
    finding.code = "weights-missing";
    if (isCounted) {
        finding.expected = {{"parameters", context.model->parameters()}};
        finding.actual = {{"missing", parameters}};
    } else {
        finding.actual = {{"layers", layers}};
    }
    finding.evidence = {{"layers", layers}};
    const Message::Arguments arguments{
        {"layers", layers}, {"first", finding.where.name}, {"parameters", countText(parameters)}};
    finding.message =
        context.model->hasWeights
            ? Message("weights-missing.some",
                      "The file lacks weights of {layers} {layers|layer|layers}, the first is {first}.", arguments)
            : Message(
                  "weights-missing",
                  "The file holds an architecture without weights: {layers} {layers|layer|layers} with {parameters} "
                  "{parameters|parameter|parameters} {layers|has|have} none; give them {--weights}.",
                  arguments);
    out.push_back({std::move(finding), {}});
}

} // namespace plumbline::rules
