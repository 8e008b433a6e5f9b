#include "core/diagnosis/fixes.h"

#include "core/base/python.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

namespace plumbline::fixes {

namespace {

std::string tupleText(const auto& values) {
    const auto inside = fmt::format("{}", fmt::join(values, ", "));
    return values.size() == 1 ? "(" + inside + ",)" : "(" + inside + ")";
}

/// The shortest text that reads back as the same float32, which is what models compute in; whole numbers without ".0".
std::string literal(double value) {
    if (std::isnan(value))
        return "np.nan";
    if (std::isinf(value))
        return value > 0 ? "np.inf" : "-np.inf";
    if (value == std::floor(value) && std::abs(value) < 1e15)
        return fmt::format("{:.0f}", value);
    const auto narrow = static_cast<float>(value);
    return std::isfinite(narrow) && narrow != 0 ? fmt::format("{}", narrow) : fmt::format("{}", value);
}

/// The numbers as their literals say them: the fix and its line of NumPy do the same.
std::vector<double> asWritten(std::vector<double> values) {
    for (auto& value : values)
        if (std::isfinite(value))
            value = std::stod(literal(value));
    return values;
}

/// A list as wide as the array beside it, or it would widen the array.
std::string listLiteral(const std::vector<double>& values, DType dtype) {
    if (values.size() == 1)
        return literal(values.front());
    std::vector<std::string> parts;
    for (const auto value : values)
        parts.push_back(literal(value));
    return fmt::format("np.array([{}], np.{})", fmt::join(parts, ", "), name(dtype));
}

/// Maps compute in float64 where the array is, else in float32.
DType mapType(const Target& target) { return target.dtype == DType::float64 ? DType::float64 : DType::float32; }

std::string asFloat(const Target& target) {
    return mapType(target) == DType::float64 ? target.variable : target.variable + ".astype(np.float32)";
}

nlohmann::json numbers(const std::vector<double>& values) {
    return values.size() == 1 ? nlohmann::json(values.front()) : nlohmann::json(values);
}

Fix make(std::string kind, const Target& target, nlohmann::json arguments, std::string expression) {
    Fix fix;
    fix.kind = std::move(kind);
    fix.arguments = std::move(arguments);
    fix.arguments["input"] = target.input;
    fix.numpy = target.variable + " = " + std::move(expression);
    return fix;
}

Fix fill(const char* kind, const char* test, const Target& target, const std::vector<double>& values) {
    const auto& x = target.variable;
    return make(kind, target, {{"values", numbers(asWritten(values))}},
                fmt::format("np.where(np.{}({}), {}, {})", test, x, listLiteral(values, target.dtype), x));
}

} // namespace

std::vector<std::string> variableNames(const std::vector<std::string>& inputs) {
    return inputs.size() == 1 ? std::vector<std::string>{"x"} : pythonNames(inputs);
}

Fix insertAxis(const Target& target, std::size_t axis) {
    const auto& x = target.variable;
    return make("insert-axis", target, {{"axis", axis}},
                axis == 0 ? x + "[None]" : fmt::format("np.expand_dims({}, {})", x, axis));
}

Fix removeAxis(const Target& target, std::size_t axis) {
    return make("remove-axis", target, {{"axis", axis}}, fmt::format("np.squeeze({}, {})", target.variable, axis));
}

Fix transpose(const Target& target, const std::vector<std::size_t>& permutation) {
    return make("transpose", target, {{"permutation", permutation}},
                fmt::format("np.transpose({}, {})", target.variable, tupleText(permutation)));
}

Fix reshape(const Target& target, const std::vector<std::int64_t>& shape) {
    return make("reshape", target, {{"shape", shape}},
                fmt::format("np.reshape({}, {})", target.variable, tupleText(shape)));
}

Fix cast(const Target& target, DType dtype) {
    return make("cast", target, {{"dtype", name(dtype)}},
                fmt::format("{}.astype(np.{})", target.variable, dtype == DType::boolean ? "bool_" : name(dtype)));
}

Fix map(const Target& target, const std::string& name, const std::string& text, double scale, double offset,
        std::optional<DType> dtype) {
    // The map is written in x; an integer array becomes float32 first, as the fix does it.
    std::string expression;
    for (const auto c : text)
        expression += c == 'x' ? asFloat(target) : std::string(1, c);
    nlohmann::json arguments{{"name", name}, {"scale", scale}, {"offset", offset}};
    if (text.find('/') != std::string::npos)
        arguments["divisor"] = asWritten({1 / scale}).front();
    if (dtype) {
        arguments["dtype"] = plumbline::name(*dtype);
        expression = fmt::format("np.rint({}).astype(np.{})", expression, plumbline::name(*dtype));
    }
    return make("map", target, std::move(arguments), expression);
}

Fix mapColumns(const Target& target, const std::string& name, const std::vector<double>& scale,
               const std::vector<double>& offset) {
    std::string expression = asFloat(target);
    bool plain = true;
    for (const auto value : scale)
        plain = plain && value == 1;
    if (!plain)
        expression += " * " + listLiteral(scale, mapType(target));
    plain = true;
    for (const auto value : offset)
        plain = plain && value == 0;
    if (!plain)
        expression += " + " + listLiteral(offset, mapType(target));
    return make("map", target,
                {{"name", name}, {"scale", numbers(asWritten(scale))}, {"offset", numbers(asWritten(offset))}},
                expression);
}

Fix insertColumns(const Target& target, std::size_t axis, const std::vector<std::int64_t>& columns,
                  const std::vector<double>& values) {
    // np.insert counts positions in the array it is given: of a sorted list the k-th moves back by k.
    std::vector<std::int64_t> positions;
    for (std::size_t i = 0; i < columns.size(); ++i)
        positions.push_back(columns[i] - static_cast<std::int64_t>(i));
    std::vector<std::string> texts;
    for (const auto value : values)
        texts.push_back(literal(value));
    const auto& x = target.variable;
    const auto line = columns.size() == 1
                          ? fmt::format("np.insert({}, {}, {}, axis={})", x, positions[0], texts[0], axis)
                          : fmt::format("np.insert({}, [{}], [{}], axis={})", x, fmt::join(positions, ", "),
                                        fmt::join(texts, ", "), axis);
    return make("insert-column", target, {{"axis", axis}, {"columns", columns}, {"values", asWritten(values)}}, line);
}

Fix dropColumns(const Target& target, std::size_t axis, const std::vector<std::int64_t>& columns) {
    return make("drop-columns", target, {{"axis", axis}, {"columns", columns}},
                fmt::format("np.delete({}, [{}], axis={})", target.variable, fmt::join(columns, ", "), axis));
}

Fix pad(const Target& target, const std::vector<std::int64_t>& axes, const std::vector<std::int64_t>& before,
        const std::vector<std::int64_t>& after, std::size_t rank) {
    std::vector<std::string> widths(rank, "(0, 0)");
    for (std::size_t i = 0; i < axes.size(); ++i)
        widths[static_cast<std::size_t>(axes[i])] = fmt::format("({}, {})", before[i], after[i]);
    return make("pad", target, {{"axes", axes}, {"before", before}, {"after", after}},
                fmt::format("np.pad({}, {}, mode=\"edge\")", target.variable, tupleText(widths)));
}

Fix crop(const Target& target, const std::vector<std::int64_t>& axes, const std::vector<std::int64_t>& begin,
         const std::vector<std::int64_t>& size, std::size_t rank) {
    std::vector<std::string> slices(rank, ":");
    std::size_t last = 0;
    for (std::size_t i = 0; i < axes.size(); ++i) {
        const auto axis = static_cast<std::size_t>(axes[i]);
        slices[axis] = fmt::format("{}:{}", begin[i], begin[i] + size[i]);
        last = std::max(last, axis);
    }
    slices.resize(last + 1);
    return make("crop", target, {{"axes", axes}, {"begin", begin}, {"size", size}},
                fmt::format("{}[{}]", target.variable, fmt::join(slices, ", ")));
}

Fix fillNan(const Target& target, const std::vector<double>& values) {
    return fill("fill-nan", "isnan", target, values);
}
Fix fillInf(const Target& target, const std::vector<double>& values) {
    return fill("fill-inf", "isinf", target, values);
}

Fix argmax(const Target& target, std::size_t axis) {
    return make("argmax", target, {{"axis", axis}},
                fmt::format("np.argmax({}, axis={}, keepdims=True)", target.variable, axis));
}

Fix oneHot(const Target& target, std::int64_t classes) {
    return make("one-hot", target, {{"classes", classes}},
                fmt::format("np.eye({}, dtype=np.float32)[{}[..., 0].astype(int)]", classes, target.variable));
}

Fix repeat(const Target& target, std::size_t axis, std::int64_t count,
           const std::optional<std::vector<std::int64_t>>& shape) {
    const auto& x = target.variable;
    // A new axis at the end is what people write so; more is a reshape.
    const bool appended = shape && shape->size() == axis + 1 && shape->front() == -1;
    const auto array = !shape     ? x
                       : appended ? x + "[..., None]"
                                  : fmt::format("np.reshape({}, {})", x, tupleText(*shape));
    return make("repeat", target,
                {{"axis", axis}, {"count", count}, {"shape", shape ? nlohmann::json(*shape) : nlohmann::json()}},
                fmt::format("np.repeat({}, {}, axis={})", array, count, axis));
}

Fix luminance(const Target& target, std::size_t axis, bool keep) {
    auto expression = fmt::format("np.sum({}[..., :3] * np.array([0.299, 0.587, 0.114], np.float32), axis={}{})",
                                  target.variable, axis, keep ? ", keepdims=True" : "");
    if (isInteger(target.dtype))
        expression = fmt::format("np.rint({}).astype(np.{})", expression, name(target.dtype));
    return make("luminance", target, {{"axis", axis}, {"keep", keep}}, std::move(expression));
}

Fix take(const Target& target, std::size_t axis, std::int64_t index, std::size_t rank) {
    std::string slices;
    for (std::size_t i = 0; i < axis; ++i)
        slices += ":, ";
    return make("take", target, {{"axis", axis}, {"index", index}},
                axis + 1 == rank && axis > 0 ? fmt::format("{}[..., {}]", target.variable, index)
                                             : fmt::format("{}[{}{}]", target.variable, slices, index));
}

Fix swapInputs(const Target& target, const Target& other) {
    auto fix = make("swap-inputs", target, {{"other", other.input}}, "");
    fix.numpy = fmt::format("{0}, {1} = {1}, {0}", target.variable, other.variable);
    return fix;
}

} // namespace plumbline::fixes
