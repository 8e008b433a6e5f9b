#include "core/diagnosis/inputs.h"

#include "core/diagnosis/arrays.h"
#include "core/diagnosis/contract.h"

#include <algorithm>

namespace plumbline {

namespace {

std::vector<std::string> inputNames(const Model& model) {
    std::vector<std::string> names;
    for (const auto id : model.graph.inputs())
        names.push_back(model.graph.value(id).name);
    return names;
}

std::optional<std::size_t> find(const std::vector<std::string>& names, std::string_view wanted) {
    // TensorFlow prints a tensor of the input z as "z:0".
    if (wanted.ends_with(":0") && std::ranges::find(names, wanted) == names.end())
        wanted.remove_suffix(2);
    const auto at = std::ranges::find(names, wanted);
    return at == names.end() ? std::nullopt : std::optional(static_cast<std::size_t>(at - names.begin()));
}

std::string joined(const std::vector<std::string>& names) {
    std::string out;
    for (const auto& name : names)
        out += (out.empty() ? "" : ", ") + name;
    return out.empty() ? "none" : out;
}

Candidate extra(const std::string& what, const SourceSpec& spec, const std::vector<std::string>& names,
                Severity severity) {
    Finding finding;
    finding.code = "extra-input";
    finding.severity = severity;
    finding.where.kind = PlaceKind::input;
    finding.where.name = what;
    finding.expected = {{"inputs", names}};
    finding.actual = {{"source", spec.text}};
    finding.message =
        spec.input.empty() && what == spec.text
            ? Message("extra-input.surplus",
                      "{source} is one array too many: the model has {count} {count|input|inputs} ({names}).",
                      {{"source", what}, {"count", static_cast<std::int64_t>(names.size())}, {"names", joined(names)}})
            : Message("extra-input", "The model has no input {name}: its inputs are {names}.",
                      {{"name", what}, {"names", joined(names)}});
    return {std::move(finding), {}};
}

/// The arrays of a container that was given without a part; empty where the file is one array.
Result<std::vector<SourceEntry>> membersOf(const SourceSpec& spec) {
    if (spec.law || !spec.part.empty())
        return std::vector<SourceEntry>{};
    PLUMBLINE_TRY(auto entries, listSource(spec.path));
    if (entries.size() == 1 && entries.front().part.empty())
        entries.clear();
    return entries;
}

} // namespace

Result<Assignment> assignSources(const Model& model, const std::vector<SourceSpec>& specs, bool isTraining) {
    const auto names = inputNames(model);
    const auto severity = isTraining ? Severity::warning : Severity::error;
    Assignment out;
    out.byInput.resize(names.size());
    std::vector<SourceSpec> unnamed;
    for (const auto& spec : specs) {
        auto members = membersOf(spec);
        const bool isContainer = members && !members->empty();
        if (!spec.input.empty()) {
            const auto at = find(names, spec.input);
            if (!at) {
                out.findings.push_back(extra(spec.input, spec, names, severity));
                continue;
            }
            auto named = spec;
            if (isContainer && std::ranges::any_of(*members, [&](const auto& m) { return m.part == names[*at]; }))
                named.part = names[*at];
            out.byInput[*at].push_back(std::move(named));
            continue;
        }
        if (!isContainer) {
            unnamed.push_back(spec);
            continue;
        }
        std::vector<SourceSpec> surplus;
        bool any = false;
        for (const auto& member : *members) {
            auto part = spec;
            part.part = member.part;
            part.text = spec.text + ":" + member.part;
            if (const auto at = find(names, member.part)) {
                out.byInput[*at].push_back(std::move(part));
                any = true;
            } else {
                surplus.push_back(std::move(part));
            }
        }
        if (!any) {
            // One array needs no name. Of several, openSource() says which there are.
            unnamed.push_back(spec);
            continue;
        }
        for (const auto& part : surplus)
            out.findings.push_back(extra(part.part, part, names, Severity::note));
    }
    std::size_t next = 0;
    for (auto& spec : unnamed) {
        while (next < names.size() && !out.byInput[next].empty())
            ++next;
        if (next < names.size())
            out.byInput[next++].push_back(std::move(spec));
        else
            out.findings.push_back(extra(spec.text, spec, names, severity));
    }
    return out;
}

Result<std::unique_ptr<DataSource>> openInput(const std::vector<SourceSpec>& specs, const ValueType& declared,
                                              const std::optional<Shape>& others, std::int64_t lawRows,
                                              std::uint64_t seed, std::size_t position, const Progress& progress) {
    std::vector<std::unique_ptr<DataSource>> sources;
    for (const auto& spec : specs) {
        if (!spec.law) {
            PLUMBLINE_TRY(auto source, openSource(spec, progress));
            sources.push_back(std::move(source));
            continue;
        }
        Shape shape({lawRows});
        for (std::size_t axis = 1; axis < declared.shape.size(); ++axis) {
            auto extent = declared.shape[axis].known();
            if (!extent && others && axis < others->rank())
                extent = (*others)[axis];
            if (!extent)
                return failure(
                    ErrorCode::wrongCall, "law.open-shape",
                    "The law {law} cannot be drawn: the input's shape {shape} leaves axis {axis} open, and no "
                    "array says how long it is.",
                    {{"law", spec.law->text()},
                     {"shape", dimsText(declared.shape)},
                     {"axis", static_cast<std::int64_t>(axis)}});
            shape.append(*extent);
        }
        PLUMBLINE_TRY(auto source, openLaw(spec, shape, declared.dtype, seed, position));
        sources.push_back(std::move(source));
    }
    return appendSources(std::move(sources));
}

namespace {

/// A finding for what the data are to blame for; nothing for an error of the file.
std::optional<Candidate> asFinding(const Error& error, const InputView& input) {
    const auto& id = error.message.id();
    const bool text = id == "npy.text";
    const bool uneven = id == "csv.ragged" || id.starts_with("source.append") || id == "image.sizes";
    if (!text && !uneven)
        return std::nullopt;
    Finding finding;
    finding.code = text ? "not-numeric" : "ragged";
    finding.where = input.place();
    finding.message = error.message;
    finding.expected = {{"accepted", error.expected}};
    finding.actual = {{"found", error.actual}};
    for (const auto& [key, value] : error.message.arguments()) {
        const auto json = std::visit([](const auto& v) { return nlohmann::json(v); }, value);
        finding.evidence[key] = json;
        const bool isColumn = key == (text ? "index" : "column");
        if (isColumn && json.is_number_integer()) {
            finding.where.axis = 1;
            finding.where.features = {json.get<std::int64_t>()};
        }
    }
    return Candidate{std::move(finding), {}};
}

} // namespace

Result<void> noteUnreadable(Error error, const std::vector<SourceSpec>& specs, std::vector<Error>& unreadable,
                            const Progress& progress) {
    if (error.code == ErrorCode::wrongCall || error.code == ErrorCode::cancelled ||
        error.message.id() == "memory.allocation")
        return std::unexpected(std::move(error));
    const auto add = [&](Error another) {
        if (std::ranges::none_of(unreadable, [&](const Error& known) { return known.text() == another.text(); }))
            unreadable.push_back(std::move(another));
    };
    add(std::move(error));
    if (specs.size() > 1) // rows of several files: reading ended at the first
        for (const auto& spec : specs)
            if (auto source = spec.law ? Result<std::unique_ptr<DataSource>>() : openSource(spec, progress); !source)
                add(std::move(source.error()));
    return {};
}

Result<std::vector<GivenInput>> readPrediction(const Model& model, const Assignment& assignment, std::uint64_t seed,
                                               Candidates& findings, std::vector<Error>& unreadable,
                                               const Progress& progress) {
    const auto& graph = model.graph;
    std::vector<GivenInput> out(graph.inputs().size());
    std::int64_t rows = 1;
    // Laws come last: they take their rows from the arrays beside them.
    for (const bool laws : {false, true})
        for (std::size_t i = 0; i < out.size(); ++i) {
            const auto& specs = assignment.byInput[i];
            const bool isLaw = std::ranges::any_of(specs, [](const SourceSpec& spec) { return spec.law.has_value(); });
            if (specs.empty() || isLaw != laws)
                continue;
            const auto& value = graph.value(graph.inputs()[i]);
            auto& given = out[i];
            given.source = sourceText(specs);
            given.kind = isLaw ? "law" : "dataset";
            // Seeds of prediction and training differ: else a law would be compared with itself.
            auto source = openInput(specs, value.type.value_or(ValueType{}), std::nullopt, rows, seed + 1, i, progress);
            auto tensor = source ? (*source)->all() : Result<Tensor>(passOn(source));
            if (!tensor) {
                InputView view;
                view.position = i;
                view.name = value.name;
                auto finding = asFinding(tensor.error(), view);
                if (finding)
                    findings.push_back(std::move(*finding));
                else
                    PLUMBLINE_CHECK(noteUnreadable(std::move(tensor.error()), specs, unreadable, progress));
                given.isUnreadable = true;
                continue;
            }
            given.tensor = std::move(*tensor);
            given.columns = (*source)->columns();
            given.text = (*source)->textColumns();
            given.hasOwnDtype = (*source)->hasOwnDtype() && !isLaw;
            if (given.tensor.rank() > 0)
                rows = given.tensor.shape()[0];
        }
    return out;
}

std::string sourceText(const std::vector<SourceSpec>& specs) {
    std::string out;
    for (const auto& spec : specs)
        out += (out.empty() ? "" : " + ") + spec.text;
    return out;
}

bool looksLikeImages(const Shape& shape, bool channelsLast) {
    if (shape.rank() != 3 && shape.rank() != 4)
        return false;
    // Rank 3: pictures without an axis of channels.
    const auto channels = shape.rank() == 3 ? 1 : channelsLast ? shape.back() : shape[1];
    const auto width = shape.rank() == 3 || !channelsLast ? shape.back() : shape[2];
    return (channels == 1 || channels == 3 || channels == 4) && width >= 4;
}

} // namespace plumbline
