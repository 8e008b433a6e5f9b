#include "core/ops/support/rule.h"

#include <algorithm>
#include <atomic>
#include <cctype>

namespace plumbline::rule {

static std::unexpected<Error> made(ErrorCode code, std::string id, std::string pattern, Message::Arguments arguments,
                                   std::string expected, std::string actual) {
    auto out = failure(code, std::move(id), std::move(pattern), std::move(arguments));
    out.error().expected = std::move(expected);
    out.error().actual = std::move(actual);
    return out;
}

std::unexpected<Error> conflict(std::string_view op, std::string pattern, Message::Arguments arguments,
                                std::string expected, std::string actual) {
    return made(ErrorCode::shape, "shape-conflict." + lower(op), std::move(pattern), std::move(arguments),
                std::move(expected), std::move(actual));
}

std::unexpected<Error> zeroSize(std::string_view op, const Dims& input, std::size_t axis, std::int64_t size,
                                std::string needed) {
    return made(ErrorCode::value, "zero-size." + lower(op),
                "{op} of an input of shape {shape} would give a size of {size} on axis {axis}: {needed}.",
                {{"op", std::string(op)},
                 {"shape", dimsText(input)},
                 {"size", size},
                 {"axis", static_cast<std::int64_t>(axis)},
                 {"needed", needed}},
                needed, dimsText(input));
}

std::unexpected<Error> attributeError(std::string_view op, std::string_view attribute, std::string found,
                                      std::string accepted) {
    return made(
        ErrorCode::value, "op-attribute." + lower(op), "{op} has {attribute} {found}; {accepted} is accepted.",
        {{"op", std::string(op)}, {"attribute", std::string(attribute)}, {"found", found}, {"accepted", accepted}},
        accepted, found);
}

Result<void> arity(const ShapeContext& context, std::string_view op, std::size_t least, std::size_t most) {
    std::size_t there = 0;
    while (there < least && context.has(there))
        ++there;
    if (there == least && context.inputs.size() <= most)
        return {};
    const auto accepted = least == most ? std::to_string(least) : std::to_string(least) + " to " + std::to_string(most);
    return made(ErrorCode::value, "op-inputs." + lower(op), "{op} has {count} inputs; it takes {accepted}.",
                {{"op", std::string(op)},
                 {"count", static_cast<std::int64_t>(there < least ? there : context.inputs.size())},
                 {"accepted", accepted}},
                accepted + " inputs", std::to_string(context.inputs.size()) + " inputs");
}

static std::unexpected<Error> wrongType(const ShapeContext& context, std::string_view op, std::size_t input,
                                        std::string accepted) {
    const std::string found(name(context.input(input).dtype));
    return made(ErrorCode::value, "op-dtype." + lower(op),
                "{op} has an input {input} of type {found}; {accepted} is accepted.",
                {{"op", std::string(op)},
                 {"input", static_cast<std::int64_t>(input)},
                 {"found", found},
                 {"accepted", accepted}},
                accepted, found);
}

Result<void> floats(const ShapeContext& context, std::string_view op, std::size_t input) {
    if (!context.has(input) || isFloat(context.input(input).dtype))
        return {};
    return wrongType(context, op, input, "a floating-point type");
}

Result<void> numbers(const ShapeContext& context, std::string_view op, std::size_t input) {
    if (!context.has(input) || context.input(input).dtype != DType::boolean)
        return {};
    return wrongType(context, op, input, "a number type");
}

Result<void> sameType(const ShapeContext& context, std::string_view op, std::size_t first, std::size_t last) {
    for (std::size_t i = first + 1; i <= last && i < context.inputs.size(); ++i)
        if (context.has(i) && context.input(i).dtype != context.input(first).dtype)
            return wrongType(context, op, i,
                             "the type of input " + std::to_string(first) + ", " +
                                 std::string(name(context.input(first).dtype)) + ",");
    return {};
}

Result<void> rankAtLeast(const ShapeContext& context, std::string_view op, std::size_t input, std::size_t rank) {
    if (context.input(input).shape.size() >= rank)
        return {};
    return conflict(op, "{op} got an input of shape {shape}; it needs at least {rank} axes.",
                    {{"op", std::string(op)},
                     {"shape", dimsText(context.input(input).shape)},
                     {"rank", static_cast<std::int64_t>(rank)}},
                    "at least " + std::to_string(rank) + " axes", dimsText(context.input(input).shape));
}

Result<void> perChannel(const ShapeContext& context, std::string_view op, std::size_t input, std::string_view role,
                        const Dim& channels) {
    const auto& shape = context.input(input).shape;
    if (shape.size() == 1 && shape[0].mayEqual(channels))
        return {};
    const auto wanted = dimsText({channels});
    return conflict(op, "{op} of {shape} has {channels} channels, but its {role} has shape {found}.",
                    {{"op", std::string(op)},
                     {"shape", dimsText(context.input(0).shape)},
                     {"channels", channels.text()},
                     {"role", std::string(role)},
                     {"found", dimsText(shape)}},
                    wanted, dimsText(shape));
}

Result<std::size_t> axis(std::string_view op, std::int64_t axis, std::size_t rank) {
    const auto signedRank = static_cast<std::int64_t>(rank);
    if (axis >= -signedRank && axis < signedRank)
        return static_cast<std::size_t>(axis < 0 ? axis + signedRank : axis);
    return attributeError(op, "axis", std::to_string(axis),
                          rank == 0 ? std::string("no axis, as its input is a scalar,")
                                    : std::to_string(-signedRank) + " to " + std::to_string(signedRank - 1));
}

Result<std::vector<std::size_t>> axes(std::string_view op, const std::vector<std::int64_t>& axes, std::size_t rank) {
    std::vector<std::size_t> out;
    for (const auto a : axes) {
        PLUMBLINE_TRY(const auto normal, axis(op, a, rank));
        if (std::find(out.begin(), out.end(), normal) != out.end())
            return attributeError(op, "axes", "naming axis " + std::to_string(normal) + " twice", "each axis once");
        out.push_back(normal);
    }
    return out;
}

std::vector<std::int64_t> integersOf(const Tensor& tensor) {
    const auto wide = tensor.cast(DType::int64); // exact for every integer that can be an axis or a size
    const auto dense = wide ? wide->contiguous() : wide;
    if (!dense)
        return {};
    const auto elements = dense->span<std::int64_t>();
    return {elements.begin(), elements.end()};
}

std::optional<std::vector<std::int64_t>> integers(const ShapeContext& context, std::size_t input) {
    if (!context.has(input) || input >= context.constants.size() || !context.constants[input])
        return std::nullopt;
    return integersOf(*context.constants[input]);
}

Dim unknownDim() {
    static std::atomic<std::uint64_t> next{0};
    return Dim::symbol("unknown " + std::to_string(next++));
}

const Dim& agreed(const Dim& a, const Dim& b) { return b.isKnown() ? b : a; }

std::string typeText(const ValueType& type) { return dimsText(type.shape) + " " + std::string(name(type.dtype)); }

std::string lower(std::string_view op) {
    std::string out(op);
    std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
    return out;
}

} // namespace plumbline::rule
