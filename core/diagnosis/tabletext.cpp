#include "core/diagnosis/tabletext.h"

#include "core/base/checked.h"
#include "core/diagnosis/arrays.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace plumbline {

namespace {

/// The numbers that a row of the model's input has; nothing where it leaves them open.
std::optional<std::int64_t> numbersOfRow(const ValueType& declared) {
    std::vector<std::int64_t> extents;
    for (std::size_t axis = 1; axis < declared.shape.size(); ++axis) {
        if (!declared.shape[axis].isKnown())
            return std::nullopt;
        extents.push_back(declared.shape[axis].extent());
    }
    return declared.shape.size() < 2 ? std::nullopt : checkedProduct(extents);
}

std::string nameOf(const TextColumn& column) {
    return column.name.empty() ? std::to_string(column.column) : column.name;
}

std::vector<std::int64_t> indicesOf(const std::vector<TextColumn>& columns) {
    std::vector<std::int64_t> out;
    for (const auto& column : columns)
        out.push_back(column.column);
    return out;
}

std::vector<std::string> namesOf(const std::vector<TextColumn>& columns) {
    std::vector<std::string> out;
    for (const auto& column : columns)
        out.push_back(nameOf(column));
    return out;
}

/// "date", "date and city"
std::string listOf(const std::vector<std::string>& names) {
    if (names.size() < 2)
        return names.empty() ? std::string() : names.front();
    return fmt::format("{} and {}", fmt::join(names.begin(), names.end() - 1, ", "), names.back());
}

Finding findingAt(const Model& model, std::size_t position, const std::vector<TextColumn>& columns) {
    Finding finding;
    finding.where.kind = PlaceKind::input;
    finding.where.name = model.graph.value(model.graph.inputs()[position]).name;
    finding.where.index = static_cast<std::int64_t>(position);
    finding.where.axis = 1;
    finding.where.features = indicesOf(columns);
    return finding;
}

/// What each column of text is.
struct Sorted {
    std::vector<TextColumn> asTraining; ///< text in training too
    std::vector<TextColumn> surplus;    ///< training does not have it
    std::vector<TextColumn> numbers;    ///< the model takes numbers there
};

Sorted sorted(const GivenInput& given, const InputProfile* training, std::optional<std::int64_t> wanted) {
    Sorted out;
    const bool named = training && !training->columns.empty() && !given.columns.empty();
    const auto width = given.tensor.shape().back();
    for (const auto& column : given.text) {
        const bool isTrainings = named && std::ranges::find(training->columns, column.name) != training->columns.end();
        const auto sameText = [&](const TextColumn& other) {
            return column.name.empty() || other.name.empty() ? other.column == column.column
                                                             : other.name == column.name;
        };
        if (!isTrainings && training && std::ranges::any_of(training->text, sameText))
            out.asTraining.push_back(column);
        else if (named ? !isTrainings : !column.hasNumbers)
            out.surplus.push_back(column);
        else
            out.numbers.push_back(column);
    }
    // A column under another name is no surplus where the model takes as many; nor is one that nobody names, unless
    // without all of them it is what the model takes.
    const auto rest = width - std::ssize(out.asTraining) - std::ssize(out.surplus);
    if (!out.surplus.empty() && (named ? wanted && rest < *wanted : rest != wanted.value_or(-1))) {
        std::ranges::move(out.surplus, std::back_inserter(out.numbers));
        out.surplus.clear();
        std::ranges::sort(out.numbers, {}, &TextColumn::column);
    }
    return out;
}

/// Training's statistics of the column, where it has it.
const Statistics* trainingsOf(const TextColumn& column, const InputProfile* training) {
    if (!training)
        return nullptr;
    auto index = static_cast<std::size_t>(column.column);
    if (!training->columns.empty() && !column.name.empty())
        index = static_cast<std::size_t>(std::ranges::find(training->columns, column.name) - training->columns.begin());
    return index < training->perColumn.size() ? &training->perColumn[index] : nullptr;
}

Candidate notNumeric(const Model& model, std::size_t position, const GivenInput& given,
                     const std::vector<TextColumn>& columns, const InputProfile* training) {
    auto error = refuseText(given.source, columns).error();
    auto finding = findingAt(model, position, columns);
    finding.code = "not-numeric";
    finding.message = error.message;
    finding.expected = {{"accepted", error.expected}};
    finding.actual = {{"found", error.actual}};
    for (const auto& [key, value] : error.message.arguments())
        finding.evidence[key] = std::visit([](const auto& v) { return nlohmann::json(v); }, value);
    finding.evidence["columns"] = indicesOf(columns);
    finding.evidence["names"] = namesOf(columns);
    std::vector<std::int64_t> rows;
    for (const auto& column : columns)
        rows.insert(rows.end(), column.rows.begin(), column.rows.end());
    std::ranges::sort(rows);
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    rows.resize(std::min(rows.size(), TextColumn::mostRows));
    finding.evidence["rows"] = rows;
    const auto& first = columns.front();
    const auto* numbers = columns.size() == 1 && !first.hasNumbers ? trainingsOf(first, training) : nullptr;
    if (numbers && numbers->finite() > 0) {
        finding.expected["min"] = toJson(numbers->min);
        finding.expected["max"] = toJson(numbers->max);
        finding.message = Message(
            "csv.text-column",
            "{file} has text in column {column}, {count} {count|cell|cells} of which the first is \"{value}\", and no "
            "number; training has numbers there, {low} to {high}: write it as training's was.",
            {{"file", given.source},
             {"column", nameOf(first)},
             {"count", first.count},
             {"value", first.first},
             {"low", numberText(numbers->min)},
             {"high", numberText(numbers->max)}});
    }
    return {std::move(finding), {}};
}

/// Beside text in columns of numbers, for which the array is not to be had and no rule sees it.
Candidate surplus(const Model& model, std::size_t position, const GivenInput& given,
                  const std::vector<TextColumn>& columns, std::int64_t wanted) {
    auto finding = findingAt(model, position, columns);
    finding.code = "feature-count";
    finding.expected = {{"features", wanted}};
    finding.actual = {{"features", given.tensor.shape().back()}};
    finding.evidence = {{"columns", indicesOf(columns)}, {"names", namesOf(columns)}, {"by", "name"}};
    std::vector<std::string> named;
    for (const auto& column : columns)
        named.push_back(column.name.empty() ? std::to_string(column.column)
                                            : fmt::format("{}, {},", column.column, column.name));
    finding.message = Message("feature-count.text",
                              "Input {input} has {actual} features, the model takes {expected}: "
                              "{count|column|columns} {columns} {count|is|are} text and not training's.",
                              {{"input", finding.where.name},
                               {"actual", given.tensor.shape().back()},
                               {"expected", wanted},
                               {"count", static_cast<std::int64_t>(columns.size())},
                               {"columns", listOf(named)}});
    return {std::move(finding), {}};
}

} // namespace

Result<std::unique_ptr<DataSource>> numbersOf(std::unique_ptr<DataSource> source, const ValueType& declared,
                                              const std::string& text, std::vector<TextColumn>& left) {
    const auto& columns = source->textColumns();
    if (columns.empty())
        return source;
    const auto wanted = numbersOfRow(declared);
    const bool whole = std::ranges::none_of(columns, &TextColumn::hasNumbers);
    if (!whole || source->shape().back() - std::ssize(columns) != wanted.value_or(-1))
        PLUMBLINE_CHECK(refuseText(text, columns));
    left = columns;
    return withoutColumns(std::move(source), indicesOf(left));
}

Candidates textLeftOut(const Model& model, const Profile& profile) {
    Candidates out;
    for (std::size_t i = 0; i < model.graph.inputs().size(); ++i) {
        const auto* input = profile.find(model.graph.value(model.graph.inputs()[i]).name);
        if (!input || input->text.empty())
            continue;
        auto finding = findingAt(model, i, input->text);
        finding.code = "not-numeric";
        finding.severity = Severity::note;
        finding.expected = {{"features", input->shape.back()}};
        finding.actual = {{"source", input->source}};
        finding.evidence = {{"columns", indicesOf(input->text)}, {"names", namesOf(input->text)}};
        finding.message =
            Message("training.text-columns",
                    "The training reference {source} has {count|a column|columns} of text, {names}: {count|it is|they "
                    "are} left out, for the model takes the {numbers} others.",
                    {{"source", input->source},
                     {"count", static_cast<std::int64_t>(input->text.size())},
                     {"names", listOf(namesOf(input->text))},
                     {"numbers", input->shape.back()}});
        out.push_back({std::move(finding), {}});
    }
    return out;
}

Result<void> settleText(const Model& model, const Profile& profile, std::vector<GivenInput>& given,
                        Candidates& findings) {
    for (std::size_t i = 0; i < given.size(); ++i) {
        auto& input = given[i];
        if (input.text.empty() || input.tensor.isNull())
            continue;
        const auto& value = model.graph.value(model.graph.inputs()[i]);
        const auto* training = profile.find(value.name);
        const auto wanted = numbersOfRow(value.type.value_or(ValueType{}));
        auto found = sorted(input, training, wanted);
        if (!found.numbers.empty()) {
            if (!found.surplus.empty() && wanted)
                findings.push_back(surplus(model, i, input, found.surplus, *wanted));
            findings.push_back(notNumeric(model, i, input, found.numbers, training));
            input.tensor = {};
            input.isUnreadable = true;
            continue;
        }
        if (!found.asTraining.empty()) {
            std::vector<std::int64_t> left;
            std::vector<std::string> names;
            const auto dropped = indicesOf(found.asTraining);
            for (std::int64_t column = 0; column < input.tensor.shape().back(); ++column)
                if (!std::ranges::binary_search(dropped, column)) {
                    left.push_back(column);
                    if (column < std::ssize(input.columns))
                        names.push_back(input.columns[static_cast<std::size_t>(column)]);
                }
            for (auto& column : found.surplus)
                column.column = std::ranges::lower_bound(left, column.column) - left.begin();
            PLUMBLINE_TRY(input.tensor, takeAlong(input.tensor, 1, left));
            input.columns = std::move(names);
            auto finding = findingAt(model, i, found.asTraining);
            finding.code = "not-numeric";
            finding.severity = Severity::note;
            finding.expected = {{"features", std::ssize(left)}};
            finding.actual = {{"source", input.source}};
            finding.evidence = {{"columns", dropped}, {"names", namesOf(found.asTraining)}};
            finding.message =
                Message("prediction.text-columns",
                        "{source} has {count|a column|columns} of text, {names}, which training has as text too: "
                        "{count|it is|they are} left out, as the model takes numbers.",
                        {{"source", input.source},
                         {"count", static_cast<std::int64_t>(dropped.size())},
                         {"names", listOf(namesOf(found.asTraining))}});
            findings.push_back({std::move(finding), {}});
        }
        input.text = std::move(found.surplus);
    }
    return {};
}

} // namespace plumbline
