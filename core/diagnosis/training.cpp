#include "core/diagnosis/training.h"

#include "core/diagnosis/contract.h"
#include "core/diagnosis/envelopes.h"
#include "core/diagnosis/tabletext.h"

#include <algorithm>

namespace plumbline {

namespace {

/// Rows drawn from a law: enough for its envelope, within this many bytes.
constexpr std::int64_t lawBytes = 64 << 20;

std::int64_t lawRows(const ValueType& declared, const std::optional<Shape>& prediction) {
    std::int64_t bytes = static_cast<std::int64_t>(itemSize(declared.dtype));
    for (std::size_t axis = 1; axis < declared.shape.size(); ++axis) {
        const auto open = prediction && axis < prediction->rank() ? (*prediction)[axis] : 1;
        bytes *=
            std::max<std::int64_t>(1, std::min<std::int64_t>(declared.shape[axis].known().value_or(open), lawBytes));
        if (bytes >= lawBytes)
            break;
    }
    return std::clamp<std::int64_t>(lawBytes / bytes, 64, maximumSampleRows);
}

std::optional<Shape> sampleShape(const Model& model, const ValueType& declared, const InputProfile& input) {
    if (input.sample.isNull())
        return std::nullopt;
    auto shape = declared.shape;
    if (!shape.empty())
        shape[0] = Dim::symbol("batch"); // a fixed batch is asked of predictions, not of a file of rows
    return acceptedShape(model, {}, shape, input.sample.shape());
}

} // namespace

std::int64_t batchesInARow(const Executor& executor, const std::vector<Tensor>& prediction) {
    const auto& rule = executor.rowRule();
    if (executor.model().graph.states().empty() || rule.batch == 0)
        return 1;
    return std::max<std::int64_t>(1, batchOf(prediction) / rule.batch);
}

Result<Profile> profileTraining(const Model& model, Executor& executor, const Assignment& assignment,
                                const std::vector<Tensor>& prediction, std::uint64_t seed,
                                std::vector<Error>& unreadable, const Progress& progress) {
    Profile profile;
    profile.batchesInARow = batchesInARow(executor, prediction);
    bool whole = true;
    for (std::size_t i = 0; i < assignment.byInput.size(); ++i) {
        const auto& specs = assignment.byInput[i];
        if (specs.empty()) {
            whole = false;
            continue;
        }
        const auto& value = model.graph.value(model.graph.inputs()[i]);
        const auto declared = value.type.value_or(ValueType{});
        const auto shape =
            i < prediction.size() && !prediction[i].isNull() ? std::optional(prediction[i].shape()) : std::nullopt;
        auto source = openInput(specs, declared, shape, lawRows(declared, shape), seed, i, progress);
        std::vector<TextColumn> text;
        if (source)
            source = numbersOf(std::move(*source), declared, sourceText(specs), text);
        auto profiled =
            source ? profileInput(value.name, **source, specs.front(), progress) : Result<InputProfile>(passOn(source));
        if (!profiled) {
            PLUMBLINE_CHECK(noteUnreadable(std::move(profiled.error()), specs, unreadable, progress));
            continue;
        }
        auto& input = *profiled;
        input.text = std::move(text);
        input.source = sourceText(specs);
        if (const auto accepted = sampleShape(model, declared, input)) {
            PLUMBLINE_TRY(input.sample, input.sample.reshaped(*accepted));
        } else {
            whole = false;
        }
        profile.inputs.push_back(std::move(input));
    }
    if (whole && unreadable.empty() && !profile.inputs.empty()) {
        // A model that cannot run gives no layers to compare; its own finding says why.
        auto layers = profileLayers(profile, executor, progress);
        if (!layers && layers.error().code == ErrorCode::cancelled)
            return passOn(layers);
        if (!layers)
            profile.layers.clear();
    }
    return profile;
}

Candidates misfits(const Model& model, const Profile& profile) {
    Candidates out;
    for (std::size_t i = 0; i < model.graph.inputs().size(); ++i) {
        const auto& value = model.graph.value(model.graph.inputs()[i]);
        const auto declared = value.type.value_or(ValueType{});
        const auto* input = profile.find(value.name);
        if (!input || sampleShape(model, declared, *input))
            continue;
        const auto& shape = input->shape;
        std::size_t axis = 1;
        while (axis < std::min(shape.rank(), declared.shape.size()) && declared.shape[axis].mayEqual(shape[axis]))
            ++axis;
        Finding finding;
        finding.severity = Severity::note;
        finding.code =
            shape.rank() < declared.shape.size()   ? "missing-axis"
            : shape.rank() > declared.shape.size() ? "extra-axis"
            : axis == featureAxisOf(model.graph, rowOf(model.graph, model.graph.inputs()[i]), declared.shape.size())
                ? "feature-count"
                : "spatial-size";
        finding.where.kind = PlaceKind::input;
        finding.where.name = value.name;
        finding.where.index = static_cast<std::int64_t>(i);
        finding.where.axis = static_cast<std::int64_t>(axis);
        finding.expected = {{"shape", toJson(declared.shape)}};
        finding.actual = {{"shape", toJson(shape)}, {"source", input->source}};
        finding.message =
            Message("training.misfit",
                    "The training reference {source} has shape {actual}, the model takes {expected}: it says "
                    "little of what is normal here.",
                    {{"source", input->source}, {"actual", shape.text()}, {"expected", dimsText(declared.shape)}});
        out.push_back({std::move(finding), {}});
    }
    return out;
}

SourceSummary summaryOf(const InputProfile& input, const Model& model) {
    SourceSummary out;
    out.input = input.input;
    out.source = input.source;
    out.kind = input.kind == ReferenceKind::law ? "law" : input.kind == ReferenceKind::profile ? "profile" : "dataset";
    out.rows = input.rows;
    out.shape = input.shape;
    out.dtype = input.dtype;
    out.columns = input.columns;
    out.statistics = input.statistics;
    for (const auto id : model.graph.inputs())
        if (const auto& value = model.graph.value(id); value.name == input.input)
            out.fits = sampleShape(model, value.type.value_or(ValueType{}), input).has_value();
    const auto& layers = model.graph.layers();
    const auto row = std::ranges::find_if(layers, [&](const Layer& l) { return l.isInput && l.name == input.input; });
    out.isImage = looksLikeImages(input.shape, row == layers.end() || row->channelsLast);
    return out;
}

} // namespace plumbline
