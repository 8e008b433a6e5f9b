#include "core/report/codecvalues.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>

namespace plumbline::codec {

Json putNumber(double value) { return std::isfinite(value) ? Json(value) : Json(numberText(value)); }

double takeNumber(const Json& json) {
    if (json.is_number())
        return json.get<double>();
    const auto& text = json.get_ref<const std::string&>();
    if (text == "nan")
        return std::numeric_limits<double>::quiet_NaN();
    if (text == "inf" || text == "-inf")
        return text[0] == '-' ? -HUGE_VAL : HUGE_VAL;
    throw DecodeError("expected a number, found \"" + text + "\"");
}

std::int64_t takeInteger(const Json& json) {
    if (!json.is_number_integer())
        throw DecodeError("expected a whole number");
    if (json.is_number_unsigned() && json.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max())
        throw DecodeError("a number above 64 bits");
    return json.get<std::int64_t>();
}

int takeRow(const Json& json) {
    const auto row = takeInteger(json);
    if (row < -1 || row > std::numeric_limits<int>::max())
        throw DecodeError("a row that cannot be");
    return static_cast<int>(row);
}

const Json& member(const Json& json, const char* name) {
    static const Json null;
    const auto found = json.find(name);
    return found == json.end() ? null : *found;
}

Json put(DType dtype) { return std::string(name(dtype)); }

DType takeDType(const Json& json) {
    const auto dtype = dtypeFromName(json.get_ref<const std::string&>());
    if (!dtype)
        throw DecodeError("unknown element type " + json.get<std::string>());
    return *dtype;
}

Json put(const Shape& shape) { return Json(shape.extents()); }

Shape takeShape(const Json& json) {
    Shape shape(takeList(json, takeInteger));
    if (!shape.checkedElements())
        throw DecodeError("shape " + shape.text() + " cannot be");
    return shape;
}

Json put(const Dims& dims) {
    return putList(dims,
                   [](const Dim& dim) { return dim.isKnown() ? Json(dim.extent()) : Json(dim.expressionText()); });
}

Dims takeDims(const Json& json) {
    return takeList(json, [](const Json& dim) {
        return dim.is_string() ? Dim::symbol(dim.get<std::string>()) : Dim(takeInteger(dim));
    });
}

Json put(const Message& message) {
    Json arguments = Json::array();
    for (const auto& [name, value] : message.arguments()) {
        if (const auto* integer = std::get_if<std::int64_t>(&value))
            arguments.push_back({name, *integer});
        else if (const auto* number = std::get_if<double>(&value)) // the third member tells NaN from the word "nan"
            arguments.push_back({name, putNumber(*number), "number"});
        else
            arguments.push_back({name, std::get<std::string>(value)});
    }
    return {{"id", message.id()}, {"pattern", message.pattern()}, {"arguments", std::move(arguments)}};
}

Message takeMessage(const Json& json) {
    Message::Arguments arguments;
    for (const auto& entry : json.at("arguments")) {
        const auto& value = entry.at(1);
        MessageArgument argument = entry.size() > 2    ? MessageArgument(takeNumber(value))
                                   : value.is_string() ? MessageArgument(value.get<std::string>())
                                                       : MessageArgument(takeInteger(value));
        arguments.emplace_back(entry.at(0).get<std::string>(), std::move(argument));
    }
    return Message(json.at("id"), json.at("pattern"), std::move(arguments));
}

static constexpr EnumName<ErrorCode> errorCodes[] = {
    {ErrorCode::wrongCall, "wrong-call"}, {ErrorCode::cannotRead, "cannot-read"},  {ErrorCode::refused, "refused"},
    {ErrorCode::noGraph, "no-graph"},     {ErrorCode::unsupported, "unsupported"}, {ErrorCode::shape, "shape"},
    {ErrorCode::value, "value"},          {ErrorCode::tooLarge, "too-large"},      {ErrorCode::cancelled, "cancelled"},
    {ErrorCode::internal, "internal"},
};

Json put(const Error& error) {
    return {{"code", putEnum(error.code, errorCodes)},
            {"message", put(error.message)},
            {"file", error.file},
            {"layer", error.layer},
            {"expected", error.expected},
            {"actual", error.actual},
            {"offset", error.offset ? Json(*error.offset) : Json()}};
}

Error takeError(const Json& json) {
    Error error;
    error.code = takeEnum(json.at("code"), errorCodes);
    error.message = takeMessage(json.at("message"));
    error.file = json.at("file");
    error.layer = json.at("layer");
    error.expected = json.at("expected");
    error.actual = json.at("actual");
    if (const auto& offset = json.at("offset"); !offset.is_null())
        error.offset = static_cast<std::uint64_t>(takeInteger(offset));
    return error;
}

/// "key count key count …", each key as its distance from the one before: one string, where a list would be thousands
/// of JSON values a layer.
static std::string histogramText(const Histogram& histogram) {
    fmt::memory_buffer out;
    std::uint16_t before = 0;
    for (const auto& bin : histogram.bins()) {
        const std::uint16_t key = bin.key;
        const std::int64_t count = bin.count;
        fmt::format_to(std::back_inserter(out), "{}{} {}", out.size() ? " " : "", key - before, count);
        before = key;
    }
    return fmt::to_string(out);
}

static void addBin(std::vector<Histogram::Bin>& bins, std::int64_t key, std::int64_t count) {
    if (key < (bins.empty() ? 0 : bins.back().key + 1) || key > 0xFFFF)
        throw DecodeError("keys of a histogram rise within 16 bits");
    if (count < 0 || count > Histogram::mostInBin)
        throw DecodeError("counts of a histogram are positive and below 2^47");
    bins.emplace_back(static_cast<std::uint16_t>(key), count);
}

static std::vector<Histogram::Bin> binsFromText(std::string_view text) {
    const auto next = [&text] {
        std::int64_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc())
            throw DecodeError("a histogram is a text of keys and counts");
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        if (text.starts_with(' '))
            text.remove_prefix(1);
        return value;
    };
    std::vector<Histogram::Bin> bins;
    while (!text.empty()) {
        const auto step = next();
        if (step < 0 || step > 0xFFFF)
            throw DecodeError("keys of a histogram rise within 16 bits");
        addBin(bins, (bins.empty() ? 0 : bins.back().key) + step, next());
    }
    return bins;
}

/// As histogramText() writes it; or, written by hand, a list of keys and counts.
static Histogram takeHistogram(const Json& json) {
    if (json.is_string())
        return Histogram::fromBins(binsFromText(json.get_ref<const std::string&>()));
    if (!json.is_array() || json.size() % 2 != 0)
        throw DecodeError("a histogram is keys and counts");
    std::vector<Histogram::Bin> bins;
    for (std::size_t i = 0; i < json.size(); i += 2)
        addBin(bins, takeInteger(json[i]), takeInteger(json[i + 1]));
    return Histogram::fromBins(std::move(bins));
}

Json put(const Statistics& s) {
    return {{"count", s.count},
            {"nan", s.nan},
            {"positive_infinity", s.positiveInfinity},
            {"negative_infinity", s.negativeInfinity},
            {"zero", s.zero},
            {"negative", s.negative},
            {"min", putNumber(s.min)},
            {"max", putNumber(s.max)},
            {"mean", putNumber(s.mean)},
            {"m2", putNumber(s.m2)},
            {"first_nan", s.firstNan ? Json(*s.firstNan) : Json()},
            {"first_inf", s.firstInf ? Json(*s.firstInf) : Json()},
            {"histogram", histogramText(s.histogram)}};
}

Statistics takeStatistics(const Json& json) {
    Statistics s;
    s.count = takeInteger(json.at("count"));
    s.nan = takeInteger(json.at("nan"));
    s.positiveInfinity = takeInteger(json.at("positive_infinity"));
    s.negativeInfinity = takeInteger(json.at("negative_infinity"));
    s.zero = takeInteger(json.at("zero"));
    s.negative = takeInteger(json.at("negative"));
    s.min = takeNumber(json.at("min"));
    s.max = takeNumber(json.at("max"));
    s.mean = takeNumber(json.at("mean"));
    s.m2 = takeNumber(json.at("m2"));
    if (const auto& index = json.at("first_nan"); !index.is_null())
        s.firstNan = takeInteger(index);
    if (const auto& index = json.at("first_inf"); !index.is_null())
        s.firstInf = takeInteger(index);
    s.histogram = takeHistogram(json.at("histogram"));
    return s;
}

Json put(const Fix& fix) {
    return {{"kind", fix.kind},
            {"arguments", fix.arguments},
            {"numpy", fix.numpy},
            {"verified", fix.verified},
            {"makes_it_run", fix.makesItRun},
            {"alternatives", fix.alternatives},
            {"leaves_nothing", fix.leavesNothing}};
}

Fix takeFix(const Json& json) {
    Fix fix;
    fix.kind = json.at("kind");
    fix.arguments = json.at("arguments");
    fix.numpy = json.at("numpy");
    fix.verified = json.at("verified");
    fix.makesItRun = json.at("makes_it_run");
    fix.alternatives = static_cast<std::size_t>(takeInteger(json.at("alternatives")));
    fix.leavesNothing = json.at("leaves_nothing");
    return fix;
}

} // namespace plumbline::codec
