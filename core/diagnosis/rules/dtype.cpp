// dtype: the array's element type is neither the model's nor training's. Keras casts without a word; what matters is
// whether the values survive it, and whether whole numbers stand where training had fractions.
#include "core/diagnosis/arrays.h"
#include "core/diagnosis/rules/rules.h"

namespace plumbline::rules {

namespace {

void judge(const InputView& input, Candidates& out) {
    const auto actual = input.tensor.dtype(), declared = input.declared.dtype;
    const auto* training = input.training;
    // A CSV and a law have no element type of their own, but their numbers say whether they are whole.
    const bool typed = training && training->hasOwnDtype && training->kind != ReferenceKind::law;
    if (actual == declared || (typed && actual == training->dtype))
        return;
    const auto expected = typed && isFloat(training->dtype) == isFloat(declared) ? training->dtype : declared;
    const bool fits = everyValueFits(input.tensor, declared);
    const bool wholeForReal = !isFloat(actual) && isFloat(declared) && training && !training->wholeNumbers &&
                              (!typed || isFloat(training->dtype));
    Finding finding;
    finding.code = "dtype";
    finding.severity = wholeForReal || !fits ? Severity::warning : Severity::note;
    finding.where = input.place();
    finding.expected = {{"dtype", name(expected)}};
    finding.actual = {{"dtype", name(actual)}};
    finding.evidence = {{"fits", fits}};
    const Message::Arguments arguments{{"input", input.name},
                                       {"actual", std::string(name(actual))},
                                       {"expected", std::string(name(expected))},
                                       {"declared", std::string(name(declared))}};
    const char* id = !fits ? "dtype.lost" : !wholeForReal ? "dtype.fits" : typed ? "dtype.whole" : "dtype.whole-model";
    const char* pattern =
        !fits           ? "Input {input} is {actual}, the model takes {declared}: not every value survives the cast."
        : !wholeForReal ? "Input {input} is {actual}, the model takes {declared}; every value fits."
        : typed ? "Input {input} is {actual}, training is {expected}: whole numbers where training has fractions."
                : "Input {input} is {actual}, the model takes {expected}: whole numbers where training has fractions.";
    finding.message = Message(id, pattern, arguments);
    out.push_back({std::move(finding), {fixes::cast(input.target, declared)}});
}

} // namespace

void dtype(const Context& context, Candidates& out) {
    for (const auto& input : context.inputs)
        if (!input.isMissing() && input.hasOwnDtype)
            judge(input, out);
}

} // namespace plumbline::rules
