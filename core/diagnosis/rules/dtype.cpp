// dtype: the array's element type is neither the model's nor training's. Keras casts without a word; what matters is
// whether the values survive it, and whether whole numbers stand where training had fractions. A cast is proposed only
// where it keeps every value: pictures in 0..1 cast to uint8 are black.
#include "core/diagnosis/arrays.h"
#include "core/diagnosis/inputs.h"
#include "core/diagnosis/rules/rules.h"

#include <algorithm>
#include <cmath>

namespace plumbline::rules {

namespace {

/// Under x * scale + offset the array becomes whole numbers: bytes that were divided.
bool leadsToWhole(const Tensor& tensor, double scale, double offset) {
    const auto values = toDoubles(tensor);
    return values && std::ranges::all_of(*values, [&](double x) {
               const double y = x * scale + offset;
               return std::abs(y - std::round(y)) < 1e-2;
           });
}

/// Fractions where the model takes the bytes of pictures: the usual map that leads back to them. Bytes in 0..1 are
/// whole under 127.5 x + 127.5 only where all are odd; without exact bytes the range decides.
std::vector<Fix> backToBytes(const InputView& input, bool channelsLast) {
    const auto& s = input.statistics;
    if (input.declared.dtype != DType::uint8 || input.tensor.elements() == 0 || s.finite() != s.count ||
        !looksLikeImages(input.shape(), channelsLast))
        return {};
    if (s.min < -1 || s.max > 1)
        return {};
    if (s.min < 0 || leadsToWhole(input.tensor, 127.5, 127.5))
        return {fixes::map(input.target, "127.5*x+127.5", "x * 127.5 + 127.5", 127.5, 127.5, DType::uint8)};
    return {fixes::map(input.target, "255*x", "x * 255", 255, 0, DType::uint8)};
}

void judge(const Context& context, const InputView& input, Candidates& out) {
    const auto actual = input.tensor.dtype(), declared = input.declared.dtype;
    const auto* training = input.training;
    // A CSV and a law have no element type of their own, but their numbers say whether they are whole.
    const bool typed = training && training->hasOwnDtype && training->kind != ReferenceKind::law;
    if (actual == declared || (typed && actual == training->dtype))
        return;
    const auto expected = typed && isFloat(training->dtype) == isFloat(declared) ? training->dtype : declared;
    const auto lost = firstLost(input.tensor, declared);
    const bool wholeForReal = !isFloat(actual) && isFloat(declared) && training && !training->wholeNumbers &&
                              (!typed || isFloat(training->dtype));
    Candidate candidate;
    auto& finding = candidate.finding;
    finding.code = "dtype";
    finding.severity = wholeForReal || lost ? Severity::warning : Severity::note;
    finding.where = input.place();
    finding.expected = {{"dtype", name(expected)}};
    finding.actual = {{"dtype", name(actual)}};
    finding.evidence = {{"fits", !lost}};
    Message::Arguments arguments{
        {"input", input.name},
        {"actual", std::string(name(actual))},
        {"expected", std::string(name(expected))},
        {"declared", std::string(name(declared))},
        {"values",
         std::string(input.statistics.finite() == input.statistics.count ? "every value" : "every finite value")}};
    if (lost) {
        finding.where.element = unflatten(*lost, input.shape());
        const auto dense = input.tensor.contiguous();
        const auto cast = dense ? dense->cast(declared) : Result<Tensor>(input.tensor);
        const auto from = input.tensor.elementText(*lost),
                   to = cast ? cast->elementText(*lost) : std::string("another");
        finding.evidence["value"] = from;
        finding.evidence["becomes"] = to;
        arguments.emplace_back("value", from);
        arguments.emplace_back("becomes", to);
        arguments.emplace_back("element", indexText(*finding.where.element));
        finding.message = Message("dtype.lost",
                                  "Input {input} is {actual}, the model takes {declared}: not every value survives the "
                                  "cast, {value} at {element} becomes {becomes}.",
                                  std::move(arguments));
        const bool channelsLast = !input.layer.isValid() || context.graph().layer(input.layer).channelsLast;
        candidate.fixes = backToBytes(input, channelsLast);
    } else {
        const char* id = !wholeForReal ? "dtype.fits" : typed ? "dtype.whole" : "dtype.whole-model";
        const char* pattern =
            !wholeForReal ? "Input {input} is {actual}, the model takes {declared}; {values} fits."
            : typed
                ? "Input {input} is {actual}, training is {expected}: whole numbers where training has fractions."
                : "Input {input} is {actual}, the model takes {expected}: whole numbers where training has fractions.";
        finding.message = Message(id, pattern, std::move(arguments));
        candidate.fixes = {fixes::cast(input.target, declared)};
    }
    out.push_back(std::move(candidate));
}

} // namespace

void dtype(const Context& context, Candidates& out) {
    for (const auto& input : context.inputs)
        if (!input.isMissing() && input.hasOwnDtype)
            judge(context, input, out);
}

} // namespace plumbline::rules
