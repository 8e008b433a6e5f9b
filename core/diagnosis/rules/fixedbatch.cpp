// fixed-batch: the rows are no whole batches of a model that keeps to a number of them. What Keras does then depends on
// its version and on the rows that remain (each was run): a layer that keeps states adds them to the rows, so that a
// single row is spread over all states without a word, and any other number raises.
#include "core/diagnosis/rules/rules.h"

#include <algorithm>

namespace plumbline::rules {

namespace {

/// The layer that keeps states, the first of them; empty where it is another size that was built in.
std::string statefulLayer(const Graph& graph) {
    if (graph.states().empty())
        return {};
    const auto layer = graph.value(graph.states().front().value).layer;
    return layer.isValid() ? graph.layer(layer).name : std::string();
}

/// Keras takes any number: worth knowing, for what was exported from the model may not.
void takenAnyway(const InputView& input, std::int64_t batch, Candidates& out) {
    Finding finding;
    finding.code = "fixed-batch";
    finding.severity = Severity::note;
    finding.where = input.place();
    finding.where.axis = 0;
    finding.expected = {{"rows", batch}, {"shape", toJson(input.declared.shape)}};
    finding.actual = {{"rows", input.shape()[0]}, {"shape", toJson(input.shape())}};
    finding.message = Message("fixed-batch.taken",
                              "Input {input} has {actual} {actual|row|rows}, the model was built for batches of "
                              "{expected}: Keras takes any number all the same, since no layer keeps to it.",
                              {{"input", input.name}, {"actual", input.shape()[0]}, {"expected", batch}});
    out.push_back({std::move(finding), {}});
}

void judge(const Context& context, const InputView& input, std::int64_t batch, Candidates& out) {
    const auto rows = input.shape()[0], over = rows % batch;
    const auto layer = statefulLayer(context.graph());
    const bool isStateful = !layer.empty();
    // A batch that is filled up changes none of its own rows. Behind whole batches the rest would go on from the states
    // of the rows before, and which series goes on in which row the file does not say.
    const bool mayPad = rows < batch || !isStateful;
    const bool isKeras = context.model->format.starts_with("keras");
    Candidate candidate;
    auto& finding = candidate.finding;
    finding.code = "fixed-batch";
    finding.where = input.place();
    finding.where.axis = 0;
    finding.expected = {{"rows", batch}, {"shape", toJson(input.declared.shape)}};
    finding.actual = {{"rows", rows}, {"shape", toJson(input.shape())}};
    finding.evidence = {{"batch", batch}, {"stateful", isStateful}};
    if (isStateful)
        finding.evidence["layer"] = layer;
    if (mayPad)
        finding.evidence["keep_rows"] = rows;
    const auto given = (rows + batch - 1) / batch * batch;
    std::string pattern = "Input {input} has {actual} {actual|row|rows}, the model was built for batches of exactly "
                          "{expected}";
    if (isStateful)
        pattern += ", of which layer {layer} keeps the states";
    // Keras 3 asks where it sees one batch of another size, and no longer behind a whole one.
    if (isStateful && isKeras && over == 1)
        pattern += rows == 1 ? "; tf-keras gives {given} rows for the one without a word, Keras 3 raises"
                             : "; predict gives {given} rows for them without a word";
    pattern +=
        mayPad ? ": fill it up to {given} rows and keep the first {kept}."
               : ": {actual} is no multiple of that, and the last {over} would go on from the states of other rows.";
    finding.message = Message(mayPad ? "fixed-batch" : "fixed-batch.rest", std::move(pattern),
                              {{"input", input.name},
                               {"actual", rows},
                               {"expected", batch},
                               {"layer", layer},
                               {"given", given},
                               {"over", over},
                               {"kept", rows == 1 ? "output row" : std::to_string(rows) + " output rows"}});
    if (mayPad)
        candidate.fixes = {fixes::pad(input.target, {0}, {0}, {given - rows}, input.shape().rank())};
    out.push_back(std::move(candidate));
}

} // namespace

void fixedBatch(const Context& context, Candidates& out) {
    for (const auto& input : context.inputs) {
        const auto& declared = input.declared.shape;
        if (input.isMissing() || input.tensor.elements() == 0 || declared.empty() || !declared[0].isKnown() ||
            input.shape().rank() != declared.size())
            continue;
        const auto batch = declared[0].extent();
        const bool isReordered = std::ranges::any_of(out, [&](const Candidate& c) {
            return c.finding.code == "axis-order" && c.finding.where.index == static_cast<std::int64_t>(input.position);
        });
        if (batch < 1 || isReordered)
            continue;
        if (!context.rowRule.takes(declared[0], input.shape()[0]))
            judge(context, input, batch, out);
        else if (context.rowRule.any && input.shape()[0] % batch != 0)
            takenAnyway(input, batch, out);
    }
}

} // namespace plumbline::rules
